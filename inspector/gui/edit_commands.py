"""What the Edit and Help menus do: copy, filter, go to a tensor or an operator, explain."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QInputDialog, QLabel, QWidget

from inspector.gui.message_bar import MessageBar
from inspector.gui.session import Session
from inspector.gui.tabs import TABS, TabArea
from inspector.gui.widgets import SearchField
from inspector.model import Tensor

if TYPE_CHECKING:
    from inspector.gui.dialogs.help import HelpWindow

_TENSOR_TABS = ("tensors", "weights", "values", "compare")


class EditCommands:
    """Acts on what has the focus, else on the panel in sight."""

    def __init__(self, window: QWidget, session: Session, tabs: TabArea, message_bar: MessageBar) -> None:
        self._window, self._session, self._tabs, self._message_bar = window, session, tabs, message_bar

    def copy(self) -> None:
        """Copies the text marked with the mouse, else the rows of the table in sight."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QLabel) and focus.hasSelectedText():
            QApplication.clipboard().setText(focus.selectedText())
        else:
            self.pass_on("copy")

    def pass_on(self, method: str) -> None:
        """Calls "copy" or "selectAll" of the first widget that has it."""
        for widget in (QApplication.focusWidget(), self._tabs.panel):
            if widget is not None and callable(act := getattr(widget, method, None)):
                act()
                return

    def focus_filter(self) -> None:
        """Puts the cursor into the filter of the panel in sight; where it has none, into that of the tensors."""
        field = self._filter()
        if field is None:
            self._tabs.show_tab("tensors")
            field = self._filter()
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            field.selectAll()

    def _filter(self) -> SearchField | None:
        panel = self._tabs.panel
        found = panel.findChild(SearchField) if panel is not None else None
        return found if isinstance(found, SearchField) else None

    def ask_go_to(self) -> None:
        text, given = QInputDialog.getText(self._window, "Go To", "T#12 for a tensor, 12 for an operator, or a name:")
        if given:
            self.go_to(text)

    def go_to(self, text: str) -> None:
        """Selects the tensor or operator that `text` means and shows its tab; says so when there is none."""
        from inspector.gui.tables.find_target import find_target

        opened = self._session.current
        target = find_target(opened, text) if opened is not None else None
        if target is None:
            sentence = f'There is no tensor and no operator "{text}" in this model.'
            self._message_bar.show_message(sentence, warning=True)
        elif isinstance(target, Tensor):
            if self._tabs.current not in _TENSOR_TABS:
                self._tabs.show_tab("tensors")
            self._session.select(tensors=[target])
        else:
            self._tabs.show_tab("operators")
            self._session.select(operators=[target])

    @cached_property
    def help(self) -> "HelpWindow":
        """Made when help is first asked for."""
        from inspector.gui.dialogs.help import HelpWindow

        return HelpWindow(self._window)

    def show_help(self, title: str = "") -> None:
        """The section of this title, else that of what has the focus: the jobs, or the tab in sight."""
        focus: QWidget | None = QApplication.focusWidget()
        while not title and focus is not None:
            title = "Jobs" if isinstance(focus, QDockWidget) and focus.objectName() == "Jobs" else ""
            focus = focus.parentWidget()
        self.help.show_section(title or next(tab.title for tab in TABS if tab.id == self._tabs.current))

    def show_about(self) -> None:
        from inspector.gui.dialogs.about import show_about

        show_about(self._window)

    def show_shortcuts(self) -> None:
        from inspector.gui.dialogs.about import show_shortcuts

        show_shortcuts(self._window)
