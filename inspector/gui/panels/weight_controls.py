"""The row of controls of the Weights tab, and the strip that says how far measuring is."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QWidget

from inspector.gui.flow_layout import FlowLayout
from inspector.gui.theme import SECONDARY
from inspector.gui.widgets import Button, IconButton, SearchField, SegmentedGroup, label

_PAUSE = 120  # ms after a key before the filter works


class WeightControls(QWidget):
    """What is shown, and how. `changed`: draw again; `filtered`: the filter's text, after a pause in typing."""

    changed = Signal()
    filtered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._wants_levels = False
        self.search = SearchField("Filter weights")
        self.search.setMinimumWidth(140)
        self.search.setMaximumWidth(240)
        self.view = SegmentedGroup((("one", "One tensor"), ("all", "All histograms")), "View")
        self.values = SegmentedGroup((("real", "Real values"), ("stored", "Stored levels")), "Values")
        self.scale = SegmentedGroup((("linear", "Linear"), ("log", "Log")), "Count axis")
        self.per_channel = QCheckBox("Per channel")
        self.per_channel.setChecked(True)
        self.per_channel.setToolTip("Show the range of each channel beside the histogram, or its scale beside levels")
        self.gzip = Button("Compute gzip")
        self.gzip.setToolTip("Compress every constant as gzip does: what pruning saves in a download")
        self.save = IconButton("image", "Save the plot as PNG, SVG, PDF, or its numbers as CSV")
        self.copy = IconButton("copy", "Copy the table (TSV)")
        self.download = IconButton("download", "Save the statistics of all constants as CSV")
        self._lay_out()
        self._later = QTimer(self, singleShot=True, interval=_PAUSE)
        self._later.timeout.connect(self._tell_filter)
        self.search.textChanged.connect(self._filter_later)
        self.view.chosen.connect(self._choose_view)
        self.values.chosen.connect(self._choose_values)
        self.scale.chosen.connect(self._tell)
        self.per_channel.toggled.connect(self._tell)

    def _lay_out(self) -> None:
        icons = QWidget()
        row = QHBoxLayout(icons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self.save, self.copy, self.download):
            row.addWidget(button)
        flow = FlowLayout(self)
        flow.setContentsMargins(16, 10, 16, 8)
        for part in (self.search, self.view, self.values, self.scale, self.per_channel, self.gzip, icons):
            flow.addWidget(part)

    @property
    def all(self) -> bool:
        """All histograms instead of one tensor's."""
        return self.view.current == "all"

    @property
    def log(self) -> bool:
        return self.scale.current == "log"

    @property
    def wants_levels(self) -> bool:
        """Stored levels wherever a tensor has them, even while one without is looked at."""
        return self._wants_levels

    @property
    def channels(self) -> bool:
        return self.per_channel.isChecked()

    def show_one(self) -> None:
        """Back from all histograms to one tensor."""
        self.view.set_current("one")
        self._choose_view("one")

    def offer_levels(self, offered: bool, why_not: str = "") -> None:
        """Whether what is looked at has stored levels."""
        button = self.values.button("stored")
        button.setEnabled(offered)
        button.setToolTip("" if offered else why_not)
        self.values.set_current("stored" if offered and self._wants_levels else "real")

    def focus_filter(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _choose_view(self, view: str) -> None:
        self.per_channel.setEnabled(view == "one")
        self.changed.emit()

    def _choose_values(self, values: str) -> None:
        self._wants_levels = values == "stored"
        self.changed.emit()

    def _tell(self, _what: object) -> None:
        self.changed.emit()

    def _filter_later(self, _text: str) -> None:
        self._later.start()

    def _tell_filter(self) -> None:
        self.filtered.emit(self.search.text())


class ProgressStrip(QWidget):
    """A bar, what is being done, and Cancel; only for work that takes longer than a moment."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.bar.setRange(0, 1000)
        self.text = label("", "dim", SECONDARY)
        self.cancel = Button("Cancel", small=True)
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 8)
        row.setSpacing(12)
        row.addWidget(self.bar)
        row.addWidget(self.text, 1)
        row.addWidget(self.cancel)
        self._patience = QTimer(self, singleShot=True, interval=400)
        self._patience.timeout.connect(self.show)
        self.hide()

    def begin(self) -> None:
        self.bar.setValue(0)
        self.text.setText("")
        self._patience.start()

    def advance(self, fraction: float, text: str) -> None:
        self.bar.setValue(int(fraction * 1000))
        self.text.setText(text)

    def end(self) -> None:
        self._patience.stop()
        self.hide()

    def _cancel(self) -> None:
        self.cancelled.emit()
