"""The window: arranges menus, toolbar, docks and tabs around one session. What they do stands in their own files."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from inspector.gui.actions import Actions
from inspector.gui.desktop_commands import DesktopCommands
from inspector.gui.edit_commands import EditCommands
from inspector.gui.export_commands import ExportCommands
from inspector.gui.file_commands import SAMPLE, FileCommands
from inspector.gui.file_drop import FileDrop
from inspector.gui.file_watch import FileWatch
from inspector.gui.jobs_dock import JobsDock
from inspector.gui.message_bar import MessageBar
from inspector.gui.model_commands import ModelCommands
from inspector.gui.recent_menu import RecentMenu
from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.settings import Settings
from inspector.gui.side_panels import SidePanels
from inspector.gui.status import StatusBar
from inspector.gui.tabs import TABS, TabArea
from inspector.gui.theme import THEMES, apply_theme, current_theme
from inspector.gui.toolbar import toolbar
from inspector.resources import resource_path

if TYPE_CHECKING:
    from inspector.analysis.pipelines import ResultSet
    from inspector.gui.panels.start import StartPanel

TITLE = "TFLite Inspector"
USUAL_SIZE = (1440, 900)


class MainWindow(QMainWindow):
    """Shows the start page until a model is open, then tabs between the Models and the Details dock."""

    def __init__(self, session: Session, settings: Settings, tab: str = "") -> None:
        super().__init__()
        self.session, self.settings = session, settings
        self.setWindowTitle(TITLE)
        FileDrop(self, session, self._show_drag)
        self.resize(*USUAL_SIZE)
        self.tabs = TabArea(session)
        self.message_bar = MessageBar()
        self.variants = ModelCommands(self, session, settings, self.message_bar)
        self.files = FileCommands(self, session, settings, self.tabs, self.variants)
        self.exports = ExportCommands(self, session, self.message_bar)
        self.edits = EditCommands(self, session, self.tabs, self.message_bar)
        self.pages = QStackedWidget()
        self.actions_by_id = Actions(self, self._what_actions_do())
        self._tab_wanted = tab or settings.text("tab", TABS[0].id)
        self._arrange()
        self._connect()
        self._restore()

    # arranging

    def _arrange(self) -> None:
        self.pages.addWidget(self.tabs)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.message_bar)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(middle)
        self.menus = self.actions_by_id.fill(self.menuBar())
        self.recent_menu = RecentMenu(self.session, self.settings, self)
        self.recent_menu.cleared.connect(self._forget_recent)
        self.menus["File"].insertMenu(self.actions_by_id["open-sample"], self.recent_menu)
        self.addToolBar(toolbar(self.actions_by_id))
        self.sides = SidePanels(self, self.session, self.settings, self.tabs, self.actions_by_id, self.files)
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self.jobs_dock = JobsDock(self, self.session, self.actions_by_id["panel-jobs"], self.status)

    def _connect(self) -> None:
        session = self.session
        session.model_opened.connect(self.files.remember)
        session.model_reloaded.connect(lambda _old, new: self.files.remember(new))
        session.current_changed.connect(self._show_model)
        session.selection_changed.connect(self._show_selection)
        session.rows_asked.connect(self.tabs.show_tab)
        session.action_asked.connect(lambda action_id: self.actions_by_id[action_id].trigger())
        session.asked.connect(self.message_bar.hide)
        session.failed.connect(self.message_bar.add_warning)
        session.results_opened.connect(self._show_results)
        session.reading.connect(self._show_reading)
        self.tabs.shown.connect(self._tab_shown)
        self.tabs.status_changed.connect(lambda: self._show_selection(session.selection))
        self.watch = FileWatch(session)
        self.watch.changed.connect(self._offer_reload)
        self.watch.vanished.connect(self._say_vanished)

    def _what_actions_do(self) -> dict[str, Callable[[], object]]:
        files = self.files
        return {
            "open": files.open, "open-sample": files.open_sample, "open-results": files.open_results,
            "reload": files.reload, "export-c": files.export_c,
            "export-tensors": files.export_tensors, "export-operators": files.export_operators,
            "export-model-explorer": self.exports.model_explorer, "report": self.exports.report,
            "histogram": files.export_plot, "quantize": self.variants.quantize, "debug-run": self.variants.debug,
            "sweep": self.variants.sweeps.show,
            "evaluate": self.variants.evaluate,
            "save-as": self.variants.saving.save_as, "reveal": self.variants.reveal, "close": files.close,
            "job-python": self.variants.choose_python, "quit": self.close,
            "copy": self.edits.copy, "select-all": partial(self.edits.pass_on, "selectAll"),
            "find": self.edits.focus_filter, "go-to": self.edits.ask_go_to,
            **{tab.id: partial(self.tabs.show_tab, tab.id) for tab in TABS},
            "panel-models": partial(self._show_side, "models"),
            "panel-details": partial(self._show_side, "details"),
            "panel-jobs": lambda: self.jobs_dock.show(self.actions_by_id["panel-jobs"].isChecked()),
            **{f"theme-{name}": partial(self.set_theme, name) for name in THEMES},
            "help": self.edits.show_help, "glossary": partial(self.edits.show_help, "Glossary"),
            "shortcuts": self.edits.show_shortcuts, "about": self.edits.show_about,
            "desktop": DesktopCommands(self.session, self.message_bar).open_with_this,
        }  # fmt: skip

    @cached_property
    def start(self) -> "StartPanel":
        """The start page; a window that begins with a file never makes it."""
        from inspector.gui.panels.start import StartPanel

        made = StartPanel(resource_path(SAMPLE).exists())
        self.pages.addWidget(made)
        made.open_clicked.connect(self.files.open)
        made.sample_clicked.connect(self.files.open_sample)
        made.file_chosen.connect(lambda path: self.session.open_later([path]))
        made.recent_cleared.connect(self.recent_menu.clear_list)
        return made

    # following the session

    def _show_model(self, opened: OpenModel | None) -> None:
        results = self.session.results
        self.pages.setCurrentWidget(self.tabs if opened or results else self.start)
        if opened is None and results is None:
            self.start.set_recent_files(self.settings.recent_files())
        elif opened is None:
            self.tabs.show_tab("results")
        elif self._tab_wanted:
            self.tabs.show_tab(self._tab_wanted)
            self._tab_wanted = ""
        name = opened.path.name if opened else results.name if results else ""
        self.setWindowTitle(f"{name} - {TITLE}" if name else TITLE)
        self.status.show_model(opened)
        self.sides.place()
        self._set_available()

    def _show_results(self, results: "ResultSet | None") -> None:
        if results is not None:
            self._tab_wanted = ""
            self.tabs.show_tab("results")
        self._show_model(self.session.current)

    def _show_reading(self, name: str) -> None:
        if name:
            self.status.left.setText(f"Reading {name}...")
        else:
            self.status.show_selection(self.session.current, self.session.selection)

    def _show_selection(self, selection: Selection) -> None:
        self.status.show_selection(self.session.current, selection, self.tabs.status_text)
        self._set_available()

    def _set_available(self) -> None:
        has = {"model", "tabs"} if self.session.current else {"tabs"} if self.session.results else set()
        has |= {"tensors"} if self.session.selection.tensors else set()
        has |= {"results"} if self.session.results else set()
        self.actions_by_id.set_available(frozenset(has))

    def _offer_reload(self, opened: OpenModel) -> None:
        name = opened.path.name
        self.message_bar.show_message(f"{name} changed on disk.", "Reload", lambda: self.files.reload(opened))

    def _say_vanished(self, opened: OpenModel) -> None:
        self.message_bar.show_message(
            f"{opened.path.name} is no longer in {opened.path.parent}. What was read of it stays.", warning=True
        )

    # actions of the window itself

    def _tab_shown(self, tab_id: str) -> None:
        self.settings.put("tab", tab_id)
        self.sides.place()
        self._show_selection(self.session.selection)

    def _show_side(self, name: str) -> None:
        self.sides.show(name, self.actions_by_id[f"panel-{name}"].isChecked())

    def set_theme(self, theme: str) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, theme)
        self.settings.put("theme", theme)

    def _forget_recent(self) -> None:
        if self.pages.currentWidget() is not self.tabs:
            self.start.set_recent_files([])

    # what is dropped, and what is remembered

    def showEvent(self, event: QShowEvent) -> None:
        if self.session.current is None:
            self._show_model(None)
        super().showEvent(event)

    def _show_drag(self, over: bool) -> None:
        if self.pages.currentWidget() is not self.tabs:
            self.start.drop_zone.show_drag(over)

    def _restore(self) -> None:
        self.restoreGeometry(self.settings.blob("geometry"))
        self.actions_by_id[f"theme-{current_theme()}"].setChecked(True)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.variants.may_quit(self.close):
            event.ignore()
            return
        self.settings.put("geometry", self.saveGeometry())
        self.sides.remember_widths()
        super().closeEvent(event)
