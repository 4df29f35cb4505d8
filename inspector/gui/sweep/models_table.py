"""The models of a plan: a table with a column for each group label, and buttons that add and remove."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from inspector.gui.settings import Settings
from inspector.gui.sweep.cells import set_up
from inspector.gui.sweep.models_rows import FILES, PATH, ModelRows
from inspector.gui.sweep.plan_count import PlanCount
from inspector.gui.sweep.plan_edit import PlanEdit
from inspector.gui.theme import BODY, SECONDARY, ui_font
from inspector.gui.widgets import Button, label, line

_FILES = "Models (*.h5 *.hdf5 *.keras *.tflite saved_model.pb);;All files (*)"
_EMPTY = "No models. Add Keras or float .tflite files, or drop them here."
_WIDEST_LABEL = 160


class ModelsTable(QWidget):
    """`looked_at(place)` comes when another row becomes the current one, with -1 for none."""

    looked_at = Signal(int)

    def __init__(self, edit: PlanEdit, counts: PlanCount, settings: Settings) -> None:
        super().__init__()
        self._edit, self._settings = edit, settings
        self.rows = ModelRows(edit, counts, self)
        self.view = ModelsView(self.rows)
        self.view.remove_asked.connect(self.remove)
        self.view.selectionModel().currentRowChanged.connect(lambda index, _old: self.looked_at.emit(index.row()))
        self.view.selectionModel().selectionChanged.connect(lambda _new, _old: self._show_buttons())
        self.view.horizontalHeader().customContextMenuRequested.connect(self._show_header_menu)
        self.view.horizontalHeader().sectionDoubleClicked.connect(self._rename_at)
        self.rows.modelReset.connect(self._reset)
        self.empty = label(_EMPTY, "dim", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAcceptDrops(True)
        self._arrange()
        self._reset()

    @property
    def places(self) -> list[int]:
        """The rows that are selected."""
        return sorted(index.row() for index in self.view.selectionModel().selectedRows())

    # what the buttons do

    def add_files(self) -> None:
        folder = self._settings.folder("sweep") or self._settings.folder("open")
        chosen, _ = QFileDialog.getOpenFileNames(self, "Add models", folder, _FILES)
        if chosen:
            self._settings.put("folders/sweep", str(Path(chosen[0]).parent))
            self.add(chosen)

    def add_pattern(self) -> None:
        """Asks for a pattern, proposing that of the last model's folder."""
        models = self._edit.plan.models
        last = Path(models[-1].path) if models else Path(self._settings.folder("sweep") or ".")
        folder = last.parent if models else last
        text, agreed = QInputDialog.getText(
            self, "Add a pattern", "Models by a pattern, such as models/**/*.h5\n(* any name, ** any folders):",
            QLineEdit.EchoMode.Normal, str(folder / "*.h5"),
        )  # fmt: skip
        if agreed and text.strip():
            self.add([text.strip()])

    def add(self, paths: Sequence[str]) -> None:
        """Files, SavedModels by their saved_model.pb, or patterns; the first new one becomes the current row."""
        before = len(self._edit.plan.models)
        named = [Path(path).parent if Path(path).name in ("saved_model.pb", "saved_model.pbtxt") else Path(path)
                 for path in paths]  # fmt: skip
        self._edit.add_models([str(path) for path in named])
        if len(self._edit.plan.models) > before:
            self.view.selectRow(before)

    def add_label(self) -> None:
        text, agreed = QInputDialog.getText(
            self, "Add a label", "Name of a column that groups the models, such as family or pruning:"
        )
        if agreed and text.strip():
            self._edit.add_label(text)

    def remove(self) -> None:
        places = self.places
        if places:
            self._edit.remove_models(places)
            left = len(self._edit.plan.models)
            if left:
                self.view.selectRow(min(places[0], left - 1))

    def _rename_at(self, column: int) -> None:
        old = self.rows.label_of(column)
        if not old:
            return
        text, agreed = QInputDialog.getText(
            self, "Rename the label", "Name of the column:", QLineEdit.EchoMode.Normal, old
        )
        if agreed:
            self._edit.rename_label(old, text)

    def _show_header_menu(self, place: QPoint) -> None:
        header = self.view.horizontalHeader()
        self.header_menu(header.logicalIndexAt(place)).exec(header.mapToGlobal(place))

    def header_menu(self, column: int) -> QMenu:
        menu, old = QMenu(self), self.rows.label_of(column)
        menu.addAction("Add label...", self.add_label)
        if old:
            menu.addAction("Rename label...", lambda: self._rename_at(column))
            menu.addAction("Remove label", lambda: self._edit.remove_label(old))
        return menu

    # files that are dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() and not url.path().endswith(".toml") for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        self.add([path for path in paths if not path.endswith(".toml")])
        event.acceptProposedAction()

    # arranging

    def _reset(self) -> None:
        """After rows or columns came or went: the same row stays the current one where it is still there."""
        count = self.rows.rowCount()
        self._stack.setCurrentWidget(self.view if count else self.empty)
        self.view.fit()
        if count and not self.view.currentIndex().isValid():
            self.view.selectRow(0)
        if not count:
            self.looked_at.emit(-1)
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.remove_button.setEnabled(bool(self.places))

    def _arrange(self) -> None:
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.view)
        self.buttons = (
            Button("Add files...", small=True), Button("Add pattern...", small=True), Button("Add label...", small=True)
        )  # fmt: skip
        tips = ("Keras files, SavedModels (their saved_model.pb) or float .tflite files", "Models by their names: *.h5",
                "A column of words that group the models, such as before and after pruning")  # fmt: skip
        for button, tip, act in zip(
            self.buttons, tips, (self.add_files, self.add_pattern, self.add_label), strict=True
        ):
            button.setToolTip(tip)
            button.clicked.connect(act)
        self.remove_button = Button("Remove", small=True)
        self.remove_button.setToolTip("Take the selected models from the plan (Delete); the files stay")
        self.remove_button.clicked.connect(self.remove)
        head = QHBoxLayout()
        head.setContentsMargins(20, 6, 12, 6)
        head.setSpacing(8)
        head.addWidget(label("Models", bold=True))
        self.side = label("", "dim", SECONDARY)
        head.addWidget(self.side, 1)
        for widget in (*self.buttons, self.remove_button):
            widget.setAutoDefault(False)
            head.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line())
        column.addWidget(holder, 1)


class ModelsView(QTableView):
    """Delete removes rows; F2, a double click or a letter begins to edit a path or a label."""

    remove_asked = Signal()

    def __init__(self, rows: ModelRows) -> None:
        super().__init__()
        self._rows = rows
        self.setModel(rows)
        set_up(self, "Models of the plan")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.horizontalHeader().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def fit(self) -> None:
        """Paths take what room is left; words and names of data what they need, within reason."""
        header, metrics = self.horizontalHeader(), QFontMetrics(ui_font(BODY))
        for column in range(self._rows.columnCount()):
            title = str(self._rows.headerData(column, Qt.Orientation.Horizontal))
            texts = [str(self._rows.index(row, column).data()) for row in range(self._rows.rowCount())]
            widest = max((metrics.horizontalAdvance(text) for text in (title, *texts)), default=0) + 24
            mode = QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch if column == PATH else mode)
            if column != PATH:
                least = metrics.horizontalAdvance(title) + 24
                header.resizeSection(column, widest if column == FILES else max(least, min(widest, _WIDEST_LABEL)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
            return
        super().keyPressEvent(event)
