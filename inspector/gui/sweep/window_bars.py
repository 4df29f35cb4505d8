"""The Sweep window's upper and lower bar: which plan and which page; what is told and what can be done."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from inspector.gui.settings import short_path
from inspector.gui.theme import SECONDARY, ui_font
from inspector.gui.widgets import Button, ElidedLabel, SegmentedGroup, label, small_button
from inspector.model.text import printable

PLAN, PIPELINES = "plan", "pipelines"
_PAGES = ((PLAN, "Plan"), (PIPELINES, "Pipelines"))


class HeadBar(QHBoxLayout):
    """The two pages, the plan's name and file, and what can be done with the file."""

    def __init__(self) -> None:
        super().__init__()
        self.pages = SegmentedGroup(_PAGES, "Page")
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name of the study")
        self.name.setAccessibleName("Name of the plan")
        self.name.setToolTip("Title of the results and of the report")
        self.name.setFixedWidth(220)
        self.file = ElidedLabel()
        self.file.setProperty("tone", "dim")
        self.file.setFont(ui_font(SECONDARY))
        self.new = small_button("New", "Begin another plan with the models that are open (Ctrl+N)")
        self.open = small_button("Open", "Open a plan, or one of the last (Ctrl+O)")
        self.save = small_button("Save", "Write the plan into its file (Ctrl+S)")
        self.save_as = small_button("Save as...", "Write the plan into another file (Ctrl+Shift+S)")
        self.recent = QMenu(self.open)
        self.open.setMenu(self.recent)
        _fill(self, (self.pages, self.name), self.file, (self.new, self.open, self.save, self.save_as))

    def show_plan(self, name: str, file: Path | None, dirty: bool) -> None:
        if self.name.text().strip() != name:
            self.name.setText(name)
        changed = ", changed" if dirty and file is not None else ""
        self.file.setText(("not saved" if file is None else short_path(file)) + changed)

    def fill_recent(
        self, plans: Sequence[Path], ask: Callable[[], object], open_plan: Callable[[Path], object]
    ) -> None:
        """The menu of Open: one that is asked for, and the last ones."""
        self.recent.clear()
        self.recent.addAction("Open...", ask)
        if plans:
            self.recent.addSeparator()
        for path in plans:
            self.recent.addAction(printable(short_path(path)).replace("&", "&&"), lambda path=path: open_plan(path))  # type: ignore[misc]


class RunBar(QHBoxLayout):
    """A sentence, and the buttons that run, stop and show."""

    def __init__(self) -> None:
        super().__init__()
        self.message = label("", "dim", SECONDARY, wrap=True)
        self.message.setMinimumWidth(120)
        self.results = Button("Show results")
        self.results.setToolTip("What is done so far, in the main window's Results tab")
        self.cancel = Button("Cancel")
        self.cancel.setToolTip("Stop the sweep; what is finished is kept")
        self.run = Button("Run", "play", primary=True)
        self.run.setToolTip("Make and evaluate what is not there yet (Ctrl+Return)")
        _fill(self, (), self.message, (self.results, self.cancel, self.run))


def _fill(row: QHBoxLayout, left: Sequence[QWidget], middle: QWidget, right: Sequence[QWidget]) -> None:
    """`middle` takes the room there is."""
    row.setContentsMargins(20, 10, 20, 10)
    row.setSpacing(8)
    for widget in left:
        row.addWidget(widget)
    row.addWidget(middle, 1)
    for widget in right:
        row.addWidget(widget)
