"""The choices of a C array as a form: style, names shown as they will be compiled, layout."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from inspector.export.c_names import legal_symbol, xxd_name
from inspector.export.c_options import C_ARRAY_OPTIONS, STYLES, CArrayOptions, Option
from inspector.export.c_text import names_of
from inspector.export.model_bytes import ModelBytes
from inspector.gui.theme import MONO, SECONDARY, mono_font
from inspector.gui.widgets import ElidedLabel, SegmentedGroup, label, line

_COLUMNS = (8, 12, 16, 20, 24, 32)
_ROWS = {option.key: option for option in C_ARRAY_OPTIONS}


class COptionsForm(QWidget):
    """`options` is what is chosen; `changed` comes with every change."""

    changed = Signal()

    def __init__(self, source: ModelBytes) -> None:
        super().__init__()
        self._source = source
        self._rows: dict[str, list[QWidget]] = {}
        self._symbol_is_own = False
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(8)
        column.addWidget(label("Style", bold=True))
        column.addLayout(self._make_styles())
        column.addWidget(line())
        column.addWidget(label("Names", bold=True))
        column.addLayout(self._make_names())
        column.addWidget(line())
        column.addWidget(label("Layout", bold=True))
        column.addLayout(self._make_layout())
        for key in ("const", "comment", "constants"):
            column.addWidget(self._make_switch(_ROWS[key]))
        column.addStretch(1)
        self._style_chosen()

    @property
    def options(self) -> CArrayOptions:
        style = STYLES[self._styles.checkedId()].value
        given: dict[str, Any] = {"style": style, "columns": int(self._columns.currentText())}
        given |= {key: switch.isChecked() for key, switch in self._switches.items()}
        for key, group in self._segments.items():
            given[key] = next(choice.value for choice in _ROWS[key].choices if choice.typed == group.current)
        if self._symbol_is_own:
            given["symbol"] = self.symbol.text()
        return CArrayOptions(**given)

    def choose_style(self, style: str) -> None:
        place = next(place for place, choice in enumerate(STYLES) if choice.value == style)
        self._styles.button(place).click()

    def _make_styles(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        self._styles = QButtonGroup(self)
        for place, choice in enumerate(STYLES):
            button = QRadioButton(choice.title)
            button.setAccessibleDescription(choice.tip)
            button.setChecked(not place)
            self._styles.addButton(button, place)
            tip = label(choice.tip, "dim", SECONDARY)
            tip.setContentsMargins(24, 0, 0, 2)
            grid.addWidget(button, 2 * place, 0)
            grid.addWidget(tip, 2 * place + 1, 0)
        self._styles.idClicked.connect(self._style_chosen)
        return grid

    def _make_names(self) -> QGridLayout:
        grid = _form_grid()
        option = _ROWS["symbol"]
        self.symbol = QLineEdit()
        self.symbol.setFont(mono_font(MONO))
        self.symbol.setToolTip(option.tip)
        self.symbol.textEdited.connect(self._symbol_edited)
        caption = label(f"&{option.title}", "dim")
        caption.setTextFormat(Qt.TextFormat.AutoText)
        caption.setBuddy(self.symbol)
        self.symbol.setAccessibleName(option.title)
        grid.addWidget(caption, 0, 0)
        grid.addWidget(self.symbol, 0, 1)
        self.array_name, self.length_name = ElidedLabel(), ElidedLabel()
        for row, (title, shown) in enumerate((("Array", self.array_name), ("Length", self.length_name)), start=1):
            shown.setFont(mono_font(MONO))
            shown.setAccessibleName(title)
            grid.addWidget(label(title, "dim"), row, 0)
            grid.addWidget(shown, row, 1)
        return grid

    def _make_layout(self) -> QGridLayout:
        grid = _form_grid()
        self._segments: dict[str, SegmentedGroup] = {}
        self._switches: dict[str, QCheckBox] = {}
        for row, key in enumerate(("alignment", "length_type", "extension")):
            option = _ROWS[key]
            default = getattr(CArrayOptions(), key)
            current = next(choice.typed for choice in option.choices if choice.value == default)
            group = SegmentedGroup([(choice.typed, choice.title) for choice in option.choices], option.title, current)
            group.setToolTip(option.tip)
            group.chosen.connect(lambda _choice: self._changed())
            self._segments[key] = group
            self._add_row(grid, row, option, group)
        self._columns = QComboBox()
        self._columns.addItems([str(count) for count in _COLUMNS])
        self._columns.setCurrentText(str(CArrayOptions().columns))
        self._columns.setFixedWidth(72)
        self._columns.setToolTip(_ROWS["columns"].tip)
        self._columns.setAccessibleName(_ROWS["columns"].title)
        self._columns.currentTextChanged.connect(lambda _text: self._changed())
        self._add_row(grid, len(self._segments), _ROWS["columns"], self._columns)
        return grid

    def _add_row(self, grid: QGridLayout, row: int, option: Option, field: QWidget) -> None:
        caption = label(option.title, "dim")
        self._rows[option.key] = [caption, field]
        grid.addWidget(caption, row, 0)
        grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)

    def _make_switch(self, option: Option) -> QCheckBox:
        switch = QCheckBox(option.title)
        switch.setChecked(getattr(CArrayOptions(), option.key))
        switch.setToolTip(option.tip)
        switch.toggled.connect(lambda _on: self._changed())
        self._switches[option.key] = switch
        self._rows[option.key] = [switch]
        return switch

    def _symbol_edited(self, text: str) -> None:
        self._symbol_is_own = bool(text)
        self._changed()

    def _style_chosen(self, _place: int = 0) -> None:
        """Only what counts in the style can be chosen; the usual symbol is the style's own."""
        style = STYLES[self._styles.checkedId()].value
        for key, widgets in self._rows.items():
            for widget in widgets:
                widget.setEnabled(style in _ROWS[key].styles)
        usual = xxd_name(self._source.typed) if style == "xxd" else legal_symbol(self._source.path.stem)
        self.symbol.setPlaceholderText(usual)
        if not self._symbol_is_own:
            self.symbol.setText(usual)
        self._changed()

    def _changed(self) -> None:
        names = names_of(self._source, self.options)
        self.array_name.setText(names.array)
        self.length_name.setText(names.length)
        self.changed.emit()


def _form_grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(8)
    grid.setColumnMinimumWidth(0, 76)
    grid.setColumnStretch(1, 1)
    return grid
