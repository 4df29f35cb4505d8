"""The controls of the Results tab: how rows are grouped, what they are compared with, which score matters."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QWidget

from inspector.analysis.evaluation_scores import SCORES
from inspector.analysis.pipeline_columns import SCORE_TIPS, score_title, shown_scores
from inspector.analysis.pipeline_comparison import Reference
from inspector.analysis.pipeline_rows import AGREEMENT, BY_MODEL, BY_SCHEME, FLAT
from inspector.analysis.pipelines import ResultSet
from inspector.gui.widgets import Button, IconButton, SegmentedGroup, captioned, label

_GROUPS = ((BY_MODEL, "By model"), (BY_SCHEME, "By scheme"), (FLAT, "Flat"))
_TIPS = {
    BY_MODEL: "The schemes of each model; bold is the best of a model",
    BY_SCHEME: "The models of each scheme; bold is the best of a scheme",
    FLAT: "All pipelines; bold is the best of all",
}


class ResultsHead(QFrame):
    """The answer in a sentence, and what can be done with the whole."""

    open_asked = Signal()
    report_asked = Signal()
    close_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "window")
        self.headline = label("", points=10.5, bold=True, wrap=True)
        self.headline.setAccessibleName("What came out")
        self.report_button = Button("Save report...", "download")
        self.report_button.setToolTip("Everything in one HTML file; tables as CSV, JSON or Markdown too")
        self.open_button = Button("Open...", "folder")
        self.open_button.setToolTip("Open another folder of results, which a sweep wrote")
        self.close_button = IconButton("close", "Close these results; the files stay as they are")
        self.open_button.clicked.connect(self.open_asked)
        self.report_button.clicked.connect(self.report_asked)
        self.close_button.clicked.connect(self.close_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.headline, 1, Qt.AlignmentFlag.AlignVCenter)
        for part in (self.report_button, self.open_button, self.close_button):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)


class ResultsControls(QWidget):
    """`changed` comes with another grouping or score, `reference_changed` with another reference."""

    changed = Signal()
    reference_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.groups = SegmentedGroup(_GROUPS, "Group")
        for key, tip in _TIPS.items():
            self.groups.button(key).setToolTip(tip)
        self.metric_box = _box("Score", 9)
        self.reference_box = _box("Compare with", 20)
        self.reference_box.setToolTip("What ▲ better, ▼ worse and ≈ about equal are said of, by a paired bootstrap")
        self._references: Sequence[Reference] = ()
        self.parts = (
            self.groups, captioned("Score", self.metric_box), captioned("Compare with", self.reference_box),
        )  # fmt: skip
        self.groups.chosen.connect(lambda _group: self.changed.emit())
        self.metric_box.activated.connect(lambda _place: self.changed.emit())
        self.reference_box.activated.connect(lambda _place: self.reference_changed.emit())

    @property
    def score(self) -> str:
        return str(self.metric_box.currentData() or "")

    @property
    def reference(self) -> Reference | None:
        """None: nothing is compared."""
        place = self.reference_box.currentIndex()
        return self._references[place] if 0 <= place < len(self._references) else None

    def offer(self, results: ResultSet, references: Sequence[Reference]) -> None:
        """What can be chosen of these results; a choice that is still there is kept."""
        metric, chosen = self.score, self.reference
        held = [name for name in SCORES if any(each.score(name) is not None for each in results.done)]
        self.metric_box.clear()
        for name in (*dict.fromkeys((*shown_scores(results), *held)), *((AGREEMENT,) if references else ())):
            self.metric_box.addItem(score_title(name), name)
            tip = SCORE_TIPS.get(name, "Share of the reference's decisions that are the same; it needs no labels.")
            self.metric_box.setItemData(self.metric_box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.metric_box.setCurrentIndex(max(0, self.metric_box.findData(metric)))
        self._references = references
        self.reference_box.clear()
        self.reference_box.addItems([*(each.text for each in references), "nothing"])
        self.reference_box.setCurrentIndex(references.index(chosen) if chosen in references else 0)


def _box(name: str, least: int) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    made.setMinimumContentsLength(least)
    return made
