"""Which columns a table shows and how wide: from what they hold and the room there is, unless the user chose."""

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QTableView

from inspector.gui.tables.column_widths import BEARABLE, comfortable_width, content_width, even_out, share_out
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.header import RecordHeader
from inspector.gui.tables.record_model import RecordModel


class ColumnLayout(QObject):
    """`optional`: keys of columns that are shown only where there is room; `absent`: keys that are not shown now,
    whatever the user chose (the type under groups by type); `even`: keys of columns that are as wide as each other;
    `grows`: the key of the column that takes what is left, else the last one does."""

    def __init__(self, view: QTableView, model: RecordModel, delegate: RecordDelegate, header: RecordHeader) -> None:
        super().__init__(view)
        self._view, self._model, self._delegate, self._header = view, model, delegate, header
        self.optional: tuple[str, ...] = ()
        self.absent: frozenset[str] = frozenset()
        self.even: frozenset[str] = frozenset()
        self.grows = ""
        self._chosen: dict[str, bool] = {}
        self._pixels: dict[str, int] = {}  # by the user
        self._wanted: dict[str, int] = {}
        self._compact: dict[str, int] = {}  # of columns that can do with less
        self._busy = False
        model.modelAboutToBeReset.connect(lambda: self._set_busy(True))
        model.modelReset.connect(lambda: self._set_busy(False))  # the header, connected before, has resized by then
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._menu)
        header.sectionResized.connect(self._remember)
        header.sectionMoved.connect(lambda *_: self.fit())
        delegate.too_narrow.connect(self._widen, Qt.ConnectionType.QueuedConnection)

    def _set_busy(self, busy: bool) -> None:
        """While it is busy, widths that change are not the user's."""
        self._busy = busy

    def visible_keys(self) -> list[str]:
        """In the order they are shown."""
        places = (self._header.logicalIndex(place) for place in range(self._header.count()))
        return [self._model.columns[place].key for place in places if not self._header.isSectionHidden(place)]

    @property
    def chosen_widths(self) -> dict[str, int]:
        """Column key -> pixels, where the user moved a border."""
        return dict(self._pixels)

    def measure(self) -> None:
        """Looks at the columns' contents again; call it when the records are others."""
        source = self._model.source
        measured = {column.key: content_width(column, source, self._delegate) for column in self._model.columns}
        self._wanted = {key: whole for key, (whole, _) in measured.items()}
        self._compact = {key: compact for key, (whole, compact) in measured.items() if compact < whole}
        if self._delegate.indent and self._model.columns:
            first = self._model.columns[0].key
            self._wanted[first] = max(
                self._wanted[first] + self._delegate.indent, self._model.widest_summary(self._head_width)
            )
        self.fit()

    def fit(self) -> None:
        """Shares out the view's width."""
        columns = self._model.columns
        if not columns or self._busy or any(column.key not in self._wanted for column in columns):
            return  # the columns are other ones than were measured: measure() is still to come
        self._busy = True
        floors = self._floors(compact=False)
        room = self._view.viewport().width()
        shown = [column for column in columns if self._is_shown(column.key, column.shown)]
        for key in self.optional:
            extra = next((column for column in columns if column.key == key), None)
            if extra is not None and extra not in shown and key not in self._chosen and key not in self.absent:
                more = [column for column in columns if column in shown or column is extra]
                if comfortable_width(more, self._wanted, floors) <= room:
                    shown = more
        keys = {column.key for column in shown}
        wanted = self._wanted | self._pixels
        compact = bool(self._compact) and comfortable_width(shown, wanted, floors, BEARABLE) > room
        self._delegate.compact = compact
        if compact:
            wanted, floors = self._wanted | self._compact | self._pixels, self._floors(compact=True)
        widths = share_out(shown, wanted, floors, room)
        if not self._pixels:
            widths = even_out(widths, self.even, floors, room)
        if self.grows in widths and self.grows not in self._pixels:
            widths[self.grows] += max(room - sum(widths.values()), 0)
        for place, column in enumerate(columns):
            self._header.setSectionHidden(place, column.key not in keys)
            if column.key in keys:
                self._header.resizeSection(place, widths[column.key])
        self._delegate.first = next(
            (place for place in map(self._header.logicalIndex, range(len(columns)))
             if not self._header.isSectionHidden(place)), 0,
        )  # fmt: skip
        self._busy = False

    def _is_shown(self, key: str, by_default: bool) -> bool:
        if key in self.absent:
            return False
        return self._chosen.get(key, by_default and key not in self.optional)

    def _floors(self, compact: bool) -> dict[str, int]:
        """The least width of each column: its title, and what the group rows say in it."""
        floors = {}
        for place, column in enumerate(self._model.columns):
            texts = self._model.summary_texts(column.key, compact)
            said = max(map(self._delegate.summary_text_width, texts), default=0)
            floors[column.key] = max(self._header.title_width(place), said, self._header.minimumSectionSize())
        return floors

    def _head_width(self, chip: str, title: str) -> int:
        return self._delegate.head_width(chip, title)

    def _remember(self, place: int, _old: int, new: int) -> None:
        if not self._busy and 0 <= place < len(self._model.columns) and new:
            visible = self.visible_keys()
            if visible and visible[-1] != self._model.columns[place].key:  # the last one stretches by itself
                self._pixels[self._model.columns[place].key] = new

    def _widen(self, key: str, width: int) -> None:
        if self._wanted.get(key, width) < width and key not in self._pixels:
            self._wanted[key] = width
            self.fit()

    def _menu(self, position: QPoint) -> None:
        menu = self.menu()
        menu.exec(self._header.mapToGlobal(position))

    def menu(self) -> QMenu:
        """A check for every column, and the way back to the widths and columns of the program."""
        menu = QMenu(self._view)
        visible = set(self.visible_keys())
        for column in self._model.columns:
            if column.key in self.absent:
                continue
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(column.key in visible)
            action.toggled.connect(lambda on, key=column.key: self._choose(key, on))
        menu.addSeparator()
        menu.addAction("Columns as they were").triggered.connect(self._reset)
        return menu

    def _choose(self, key: str, on: bool) -> None:
        if not on and len(self.visible_keys()) == 1:
            return
        self._chosen[key] = on
        self.fit()

    def _reset(self) -> None:
        self._chosen.clear()
        self._pixels.clear()
        self.fit()
