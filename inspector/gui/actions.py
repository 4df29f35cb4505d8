"""Everything a user can do from a menu or a key, as one table. An action's id is its command's name, if it has one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from inspector.gui.icons import icon
from inspector.gui.tabs import TABS
from inspector.gui.theme import theme_signals


@dataclass(frozen=True, slots=True)
class Row:
    """One action. `menu` is a path such as "File/Export"; `needs` says what must be there for it to work: "model",
    "tensors" (a selected tensor with data), "tabs" (a model or results), "results" or nothing. Rows of one `group` in
    a menu stand between two lines."""

    id: str
    text: str
    menu: str
    shortcut: str = ""
    tip: str = ""
    icon: str = ""
    needs: str = ""
    checkable: bool = False
    group: int = 0
    button: str = ""  # its text in the toolbar, where it is not `text`


ACTIONS: tuple[Row, ...] = (
    Row("open", "&Open...", "File", "Ctrl+O", "Open models: .tflite, .keras, .h5, .hdf5", "open"),
    Row("open-sample", "Open &Sample", "File", "", "Open the sample model: a small CNN trained on digits"),
    Row("open-results", "Open Res&ults...", "File", "", "Open the folder of results that a sweep wrote", "folder"),
    Row("reload", "&Reload", "File", "F5", "Read the file again", "reload", "model", group=1),
    Row("save-as", "Save &As...", "File", "Ctrl+Shift+S", "Write the model's file to another place", "save", "model",
        group=1),
    Row("export-c", "&C Array...", "File/&Export", "Ctrl+E", "Write the model as a C array for a microcontroller",
        "code", "model", group=2, button="Export C Array..."),
    Row("export-tensors", "&Tensor Table...", "File/&Export", "", "Save the table of tensors as CSV", "tensors",
        "model", group=2),
    Row("export-operators", "&Operator Table...", "File/&Export", "", "Save the table of operators as CSV",
        "layers", "model", group=2),
    Row("histogram", "&Plot...", "File/&Export", "", "Save the selected tensor's histogram as PNG, SVG or CSV", "image",
        "tensors", group=2),
    Row("export-model-explorer", "&Model Explorer...", "File/&Export", "",
        "Save bytes, zeros, MACs and errors of each operator as node data for Model Explorer", "", "model", group=2),
    Row("report", "&Report...", "File/&Export", "",
        "Save the results in sight as one HTML file, Markdown, CSV or JSON", "", "results", group=2),
    Row("close", "&Close", "File", "Ctrl+W", "Close the model; the file stays as it is", "", "model", group=3),
    Row("quit", "&Quit", "File", "Ctrl+Q", "Leave the program", group=3),
    Row("copy", "&Copy", "Edit", "Ctrl+C", "Copy the selected rows as a table", "copy", "tabs"),
    Row("select-all", "Select &All", "Edit", "Ctrl+A", "Select every row", "", "tabs"),
    Row("find", "&Find...", "Edit", "Ctrl+F", "Filter the table in sight; Esc clears the filter", "search", "tabs",
        group=1),
    Row("go-to", "&Go To...", "Edit", "Ctrl+G", "Go to a tensor (T#12) or an operator (12) by its index", "", "model",
        group=1),
    Row("quantize", "&Quantize...", "Model", "Ctrl+K", "Make quantized variants of a model", "quantize", ""),
    Row("debug-run", "&Debug Quantization...", "Model", "Ctrl+D", "Quantize and measure the error of every layer",
        "debug", "model", button="Debug..."),
    Row("evaluate", "&Evaluate...", "Model", "Ctrl+Shift+E", "Score models on labelled samples", "play", "model"),
    Row("sweep", "&Sweep...", "Model", "Ctrl+Shift+K", "Make and evaluate many models by many recipes, as a plan says",
        "grid"),
    Row("reveal", "Re&veal in Folder", "Model", "", "Show where the model's file is", "folder", "model", group=1),
    Row("job-python", "&Python for Jobs...", "Model", "", "Choose the Python with TensorFlow that does the jobs",
        group=2),
    *(Row(tab.id, tab.title, "View", f"Ctrl+{place}", tab.tip, tab.icon, "tabs" if tab.alone else "model")
      for place, tab in enumerate(TABS, 1)),
    Row("panel-models", "&Models Panel", "View", "", "Show or hide the list of open models", "panel-left", "model",
        True, 1),
    Row("panel-details", "&Details Panel", "View", "", "Show or hide the details of what is selected", "panel-right",
        "model", True, 1),
    Row("panel-jobs", "&Jobs Panel", "View", "", "Show or hide the jobs", "panel-bottom", "model", True, 1),
    Row("theme-system", "&System", "View/&Theme", "", "As the desktop has it", checkable=True, group=2),
    Row("theme-light", "&Light", "View/&Theme", "", "Dark text on a light ground", checkable=True, group=2),
    Row("theme-dark", "&Dark", "View/&Theme", "", "Light text on a dark ground", checkable=True, group=2),
    Row("help", "&Help for This Panel", "Help", "F1", "What the panel in sight shows, and how to read it"),
    Row("glossary", "&Glossary", "Help", "", "The words this program uses, each with its formula"),
    Row("shortcuts", "&Keyboard Shortcuts", "Help", "Ctrl+/", "Every key and what it does"),
    Row("desktop", "&Open Model Files With This Program", "Help", "",
        "A double-click on a .tflite or .keras file opens it here; .h5 files offer it", group=1),
    Row("about", "&About TFLite Inspector", "Help", "", "Version and licence", group=1),
)  # fmt: skip
MENUS = ("&File", "&Edit", "&Model", "&View", "&Help")
_ON_TOOLBAR = frozenset({
    "open", "quantize", "debug-run", "evaluate", "compare", "export-c", "panel-models", "panel-jobs", "panel-details",
})  # fmt: skip
GUI_ONLY = frozenset({
    "debug-run", "job-python", "open", "open-sample", "open-results", "results", "reload", "save-as", "reveal",
    "export-tensors", "export-operators", "close", "quit", "copy", "select-all", "find", "go-to", "panel-models",
    "panel-details", "panel-jobs", "theme-system", "theme-light", "theme-dark", "help", "glossary",
    "shortcuts", "about",
})  # fmt: skip
"""Actions that are no commands: what belongs to a window, the dialog in front of the tab `debug`, the tab of what
`sweep` and `evaluate` gave, and tables that `tensors` and `operators` write with -o."""


class Actions(QObject):
    """The table's actions by id. Icons follow the theme; `set_available` follows what is open and selected."""

    def __init__(self, parent: QWidget, do: Mapping[str, Callable[[], object]]) -> None:
        """`do`: what each action does when triggered; every id must be in it."""
        super().__init__(parent)  # a QObject: Qt lets go of the theme's signal when the window goes
        self._by_id: dict[str, QAction] = {}
        for row in ACTIONS:
            action = self._by_id[row.id] = QAction(row.text, parent)
            action.setObjectName(row.id)
            action.setCheckable(row.checkable)
            action.setIconText(" " + (row.button or row.text.replace("&", "")))  # room between icon and text
            action.setToolTip(f"{row.tip} ({row.shortcut})" if row.shortcut else row.tip)
            action.setStatusTip("")
            if row.shortcut:
                action.setShortcut(QKeySequence(row.shortcut))
            action.triggered.connect(lambda _checked=False, act=do[row.id]: act())
            parent.addAction(action)
        themes = QActionGroup(parent)
        for name in ("theme-system", "theme-light", "theme-dark"):
            themes.addAction(self[name])
        self._draw(_ON_TOOLBAR)
        QTimer.singleShot(100, self, self._draw)  # the menus' icons, once the window is painted
        theme_signals().changed.connect(self._draw)

    def __getitem__(self, action_id: str) -> QAction:
        return self._by_id[action_id]

    def _draw(self, only: frozenset[str] | None = None) -> None:
        for row in ACTIONS:
            if row.icon and (only is None or row.id in only):
                self[row.id].setIcon(icon(row.icon))

    def set_available(self, has: frozenset[str]) -> None:
        """Enables the actions whose `needs` is in `has`."""
        for row in ACTIONS:
            self[row.id].setEnabled(not row.needs or row.needs in has)

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Makes the menus; returns them by path ("File", "File/&Export")."""
        menus = {title.replace("&", ""): bar.addMenu(title) for title in MENUS}
        last: dict[str, int] = {}
        for row in ACTIONS:
            top, _, below = row.menu.partition("/")
            if last.setdefault(top, row.group) != row.group:
                menus[top].addSeparator()
                last[top] = row.group
            if below and row.menu not in menus:
                menus[row.menu] = menus[top].addMenu(below)
            menus[row.menu].addAction(self[row.id])
        return menus
