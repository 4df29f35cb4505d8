"""The start page: drop or open a file, open the sample, or one of the recent files."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from inspector.gui.background import Task, run_in_background
from inspector.gui.flow_layout import FlowLayout
from inspector.gui.icons import icon
from inspector.gui.panels.first_steps import FirstSteps
from inspector.gui.panels.recent_files import RecentTable
from inspector.gui.settings import RecentFile
from inspector.gui.theme import BODY, SECONDARY, START_TITLE, VERDICT, theme_signals
from inspector.gui.widgets import Button, label, link

_WIDTH = 840
_SHORTCUTS = (
    ("Ctrl+O", "open"), ("Ctrl+F", "filter"), ("Ctrl+1…9", "tabs"),
    ("Ctrl+E", "export C array"), ("F1", "help for a panel"),
)  # fmt: skip


class StartPanel(QScrollArea):
    """Asks for a file by `open_clicked`, `sample_clicked` or `file_chosen(path)`; `recent_cleared` empties the list."""

    open_clicked = Signal()
    sample_clicked = Signal()
    file_chosen = Signal(str)
    recent_cleared = Signal()

    def __init__(self, has_sample: bool) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("Start")
        page = QWidget()
        page.setProperty("ground", "window")
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(label("TFLite Inspector", points=START_TITLE, bold=True))
        column.addSpacing(4)
        column.addWidget(
            label(
                "See every tensor, operator and weight of a TensorFlow Lite or Keras model, "
                "and what quantization did to it.",
                "dim",
                wrap=True,
            )
        )
        column.addSpacing(16)
        self.drop_zone = _DropZone(has_sample, self.open_clicked.emit, self.sample_clicked.emit)
        column.addWidget(self.drop_zone)
        column.addSpacing(28)
        self._recent_part = QWidget()
        self._recent_part.setLayout(self._recent_layout())
        column.addWidget(self._recent_part)
        self.first_steps = FirstSteps(has_sample, self.open_clicked.emit, self.sample_clicked.emit)
        column.addWidget(self.first_steps)
        column.addLayout(_shortcut_row())
        column.addStretch(3)
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(_WIDTH)
        centred = QHBoxLayout(page)
        centred.setContentsMargins(24, 72, 24, 24)
        centred.addStretch(1)
        centred.addWidget(middle, 100)
        centred.addStretch(1)
        self.setWidget(page)
        self._check: Task | None = None

    def _recent_layout(self) -> QVBoxLayout:
        header = QHBoxLayout()
        header.addWidget(label("Recent files", bold=True))
        header.addStretch(1)
        self.clear_link = link("Clear list", self.recent_cleared.emit, "Forget the recent files; the files stay")
        header.addWidget(self.clear_link)
        self.table = RecentTable()
        self.table.cellActivated.connect(lambda row, _column: self._choose(row))
        self.table.cellClicked.connect(lambda row, _column: self._choose(row))
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 20)
        column.setSpacing(4)
        column.addLayout(header)
        column.addWidget(self.table)
        return column

    def set_recent_files(self, files: list[RecentFile]) -> None:
        """Shows `files`; the ones that are gone are greyed as soon as the disk has answered."""
        if self._check is not None:
            self._check.cancel()
        self._recent_part.setVisible(bool(files))
        self.first_steps.setVisible(not files)
        self.table.show_files(files)
        if files:
            paths = [file.path for file in files]
            self._check = run_in_background(lambda _progress: [_exists(path) for path in paths], self.table.mark_found)

    def _choose(self, row: int) -> None:
        if (file := self.table.file(row)) is not None:
            self.file_chosen.emit(file.path)


def _exists(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:
        return False


class _DropZone(QFrame):
    """The largest thing on the page. The window takes the drop; this only shows that it may come."""

    def __init__(self, has_sample: bool, on_open: Callable[[], object], on_sample: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("drop", "true")
        self.setFixedHeight(216)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._draw()
        theme_signals().changed.connect(self._draw)
        column.addStretch(1)
        column.addWidget(self._picture)
        for text, tone, points, bold in (
            ("Drop a model here", "text", VERDICT, True),
            (".tflite, .keras, .h5 and .hdf5, one file or several. Nothing inside a file is ever executed.", "dim",
             BODY, False),
        ):  # fmt: skip
            line = label(text, tone, points, bold, wrap=True)
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.setContentsMargins(0, 8, 0, 0)
        self.open_button = Button("Open...", "open", primary=True)
        self.open_button.clicked.connect(lambda: on_open())
        self.sample_button = Button("Open the sample model", "cube")
        self.sample_button.clicked.connect(lambda: on_sample())
        self.sample_button.setVisible(has_sample)
        row.addStretch(1)
        row.addWidget(self.open_button)
        if has_sample:
            row.addWidget(self.sample_button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def show_drag(self, over: bool) -> None:
        """Marks the zone while files are dragged over the window."""
        self.setProperty("drop", "over" if over else "true")
        self.style().unpolish(self)
        self.style().polish(self)

    def _draw(self) -> None:
        self._picture.setPixmap(icon("cube", "accent", 40).pixmap(QSize(40, 40)))


def _shortcut_row() -> FlowLayout:
    flow = FlowLayout(spacing=12)
    for keys, meaning in _SHORTCUTS:
        key = label(keys, points=SECONDARY, mono=True)
        key.setProperty("key", True)
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(key)
        row.addWidget(label(meaning, "dim"))
        pair.setMaximumWidth(pair.sizeHint().width())
        flow.addWidget(pair)
    flow.addWidget(QWidget())  # keeps to the right, so that the others need not
    return flow
