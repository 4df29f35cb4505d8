"""The Debugger's controls: which number, which error, which axis, what stands beside it, and the way to files."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from inspector.analysis.debug_columns import METRIC_BY_KEY, METRICS
from inspector.analysis.quantization_debug import CUMULATIVE, LOCAL, PAIR
from inspector.gui.flow_layout import FlowLayout
from inspector.gui.repairs import Repairs
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import IconButton, SegmentedGroup, captioned
from inspector.model.text import plural

BOTH = "both"
_ERRORS = ((LOCAL, "Local"), (CUMULATIVE, "Cumulative"), (BOTH, "Both"), (PAIR, "Pair"))
_TIPS = {
    LOCAL: "Each layer computed in float from the quantized outputs before it: what this layer does",
    CUMULATIVE: "A float run of the whole model beside the quantized run: what has gathered until there",
    BOTH: "The local error in front of the cumulative one",
    PAIR: "Two files on the same samples, tensor by tensor",
}


class DebuggerBar(QFrame):
    """`changed` comes with every choice; what is chosen stands in the properties."""

    changed = Signal()
    open_asked = Signal()
    picture_asked = Signal()
    numbers_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "window")
        self.metric_box = QComboBox()
        self.metric_box.setAccessibleName("Metric")
        for place, metric in enumerate(METRICS):
            self.metric_box.addItem(metric.title, metric.key)
            self.metric_box.setItemData(place, metric.tip, Qt.ItemDataRole.ToolTipRole)
        self.errors = SegmentedGroup(_ERRORS, "Error")
        for kind, tip in _TIPS.items():
            self.errors.button(kind).setToolTip(tip)
        self.scale = SegmentedGroup((("linear", "Linear"), ("log", "Log")), "Axis")
        self.beside = BesideButton()
        self.page = SegmentedGroup((("errors", "Errors"), ("ranges", "Ranges")), "Page")
        self.page.button("ranges").setToolTip("What the activations hold, and what narrower ranges would clip")
        self.page.chosen.connect(self._page_chosen)
        self.metric_box.activated.connect(lambda _place: self._metric_chosen())
        for group in (self.errors, self.scale):
            group.chosen.connect(lambda _choice: self.changed.emit())
        self.beside.changed.connect(self.changed)
        self._lay_out()
        self._metric_chosen()

    def _lay_out(self) -> None:
        icons = self.files = QWidget()
        row = QHBoxLayout(icons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for name, tip, signal in (
            ("open", "Open a layer table: a CSV of the quantization debugger", self.open_asked),
            ("image", "Save the chart as PNG, SVG or PDF", self.picture_asked),
            ("download", "Save the chart's numbers as CSV", self.numbers_asked),
        ):
            button = IconButton(name, tip)
            button.clicked.connect(signal)
            row.addWidget(button)
        flow = FlowLayout(self, spacing=10, growing=-1)
        flow.setContentsMargins(16, 8, 16, 8)
        self._of_errors = (
            captioned("Metric", self.metric_box), self.errors, self.scale, captioned("Beside", self.beside),
        )  # fmt: skip
        for part in (self.page, *self._of_errors, icons):
            flow.addWidget(part)

    def _page_chosen(self, page: str) -> None:
        for part in (*self._of_errors, self.files):
            part.setVisible(page == "errors")
        self.changed.emit()

    @property
    def metric_key(self) -> str:
        return str(self.metric_box.currentData())

    @property
    def log(self) -> bool:
        return self.scale.current == "log" and self.scale.button("log").isEnabled()

    def set_metric(self, key: str) -> None:
        self.metric_box.setCurrentIndex(self.metric_box.findData(key))
        self._metric_chosen()

    def kind(self, kinds: Sequence[str]) -> tuple[str, str]:
        """(error of the bars, error behind them or ""), of those that were measured."""
        chosen = self.errors.current
        if chosen == BOTH and LOCAL in kinds and CUMULATIVE in kinds:
            return LOCAL, CUMULATIVE
        if chosen in kinds:
            return chosen, ""
        return (kinds[0] if kinds else LOCAL), ""

    def offer_kinds(self, kinds: Sequence[str]) -> None:
        """Only what was measured can be chosen; the choice itself is kept for the next model."""
        for kind in (LOCAL, CUMULATIVE, PAIR):
            self.errors.button(kind).setEnabled(kind in kinds)
        self.errors.button(BOTH).setEnabled(LOCAL in kinds and CUMULATIVE in kinds)
        self.errors.button(PAIR).setVisible(PAIR in kinds)
        self.errors.button(BOTH).setProperty("segment", "middle" if PAIR in kinds else "last")
        if not self.errors.button(self.errors.current).isEnabled() and kinds:
            self.errors.set_current(kinds[0])

    def _metric_chosen(self) -> None:
        metric = METRIC_BY_KEY[self.metric_key]
        self.metric_box.setToolTip(metric.tip)
        button = self.scale.button("log")
        button.setEnabled(metric.log)
        button.setToolTip("" if metric.log else f"{metric.title} has values that are no powers of anything")
        if not metric.log:
            self.scale.set_current("linear")
        self.changed.emit()


class BesideButton(QPushButton):
    """Other debugged models to show as well: in charts side by side, or as lines over this one's bars."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Beside")
        self.setToolTip("Show other debugged models too, side by side or over each other")
        self.chosen: list[Repairs] = []
        self.over = False
        self._others: list[Repairs] = []
        self.choices = QMenu(self)
        self.choices.setToolTipsVisible(True)
        self.setMenu(self.choices)
        self.offer([])

    def offer(self, others: Sequence[Repairs]) -> None:
        """The models that can be chosen; those that are gone are not chosen any more."""
        self._others = list(others)
        self.chosen = [each for each in self.chosen if each in self._others]
        self.choices.clear()
        for other in self._others:
            action = self.choices.addAction(other.name.replace("&", "&&"))
            action.setToolTip(plain_tip(str(other.source)))
            action.setCheckable(True)
            action.setChecked(other in self.chosen)
            action.toggled.connect(lambda on, other=other: self._choose(other, on))
        if not self._others:
            empty = self.choices.addAction("Debug or open another model first")
            empty.setEnabled(False)
        self.choices.addSeparator()
        over = self.choices.addAction("Over each other")
        over.setCheckable(True)
        over.setChecked(self.over)
        over.setEnabled(bool(self._others))
        over.toggled.connect(self._set_over)
        self._show()

    def _choose(self, other: Repairs, on: bool) -> None:
        self.chosen = [each for each in self._others if (each in self.chosen and each is not other)
                       or (on and each is other)]  # fmt: skip
        self._show()
        self.changed.emit()

    def _set_over(self, on: bool) -> None:
        self.over = on
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        count = len(self.chosen)
        text = "none" if not count else self.chosen[0].name if count == 1 else plural(count, "model")
        self.setText(f"{text}, over it" if self.over and count else text)
