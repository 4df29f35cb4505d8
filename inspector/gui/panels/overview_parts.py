"""The small pictures and tables that the Overview is made of."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from inspector.analysis.sizes import TypeBytes
from inspector.gui.icons import icon
from inspector.gui.theme import BODY, MONO, SECONDARY, current_palette, mono_font, theme_signals, ui_font
from inspector.gui.widgets import BOLD, ElidedLabel, label, line, link
from inspector.model import Finding, Level
from inspector.model.text import bytes_text

_ROW, _HEADER, _GAP = 24, 26, 2
_ICONS = {Level.GOOD: ("good", "good"), Level.NOTE: ("info", "accent"), Level.WARNING: ("warning", "warning"),
          Level.DAMAGE: ("damage", "bad")}  # fmt: skip

Cell = str | QWidget


class FixedTable(QWidget):
    """A table of a few rows that are all seen: no scrolling, no selection. `styles`: text, dim, mono, number,
    and three that are shortened where room is short: elided (names, in the middle), words, op_name (at the end)."""

    def __init__(self, titles: Sequence[str], styles: Sequence[str], stretch: int, name: str) -> None:
        """Column `stretch` takes the room that is left."""
        super().__init__()
        self.setAccessibleName(name)
        self._styles = styles
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(stretch, 1)
        self.rows = 0
        if any(titles):
            self._add([label(title, "dim", SECONDARY) for title in titles], _HEADER, header=True)

    def add_row(self, cells: Sequence[Cell]) -> None:
        """A string becomes a label in the column's style; "none" is faint."""
        widgets = [cell if isinstance(cell, QWidget) else self._label(cell, i) for i, cell in enumerate(cells)]
        self._add(widgets, _ROW)
        self.rows += 1

    def _label(self, text: str, column: int) -> QLabel:
        style = self._styles[column]
        if style in ("elided", "words", "op_name"):
            end = Qt.TextElideMode.ElideMiddle if style == "elided" else Qt.TextElideMode.ElideRight
            made: QLabel = ElidedLabel(text, end)
            made.setFont(ui_font() if style == "words" else mono_font())
            if style == "words":
                made.setProperty("tone", "dim")
            made.setMinimumWidth(120 if style == "op_name" else 80)
            return made
        tone = "faint" if text == "none" else "dim" if style == "dim" else "text"
        mono = style == "mono" and text != "none"
        return label(text, tone, MONO if mono else BODY, mono=mono)

    def _add(self, cells: Sequence[QWidget], height: int, header: bool = False) -> None:
        row = self._grid.rowCount()
        for column, cell in enumerate(cells):
            held = QWidget()
            held.setFixedHeight(height)
            if header:
                held.setProperty("ground", "sunken")
            box = QHBoxLayout(held)
            box.setContentsMargins(8, 0, 8, 0)
            if not isinstance(cell, ElidedLabel):  # numbers, types and shapes are never cut
                held.setMinimumWidth(max(cell.sizeHint().width(), cell.minimumWidth()) + 16)
            right = self._styles[column] == "number"
            if right:
                box.addStretch(1)
            box.addWidget(cell)
            if not right and not isinstance(cell, ElidedLabel):
                box.addStretch(1)
            self._grid.addWidget(held, row, column)
        below = line()
        below.setProperty("line", "row")
        self._grid.addWidget(below, row + 1, 0, 1, len(cells))


class BytesBar(QWidget):
    """The file as one bar, a piece a type; a piece that is wide enough carries its name and size."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: Sequence[TypeBytes] = ()
        self.setFixedHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Bytes by type")

    def set_parts(self, parts: Sequence[TypeBytes]) -> None:
        self._parts = parts
        said = ", ".join(f"{part.name} {part.share * 100:.1f} %" for part in parts)
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SECONDARY, BOLD))
        shown = [part for part in self._parts if part.bytes]
        room = self.width() - _GAP * max(len(shown) - 1, 0)
        left = 0.0
        for part in shown:
            width = room * part.share
            color = QColor(current_palette().type_color(part.name))
            rect = QRectF(left, 0, max(width, 1), self.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(rect, min(3, width / 2), 3)
            text = f"{part.name}  {bytes_text(part.bytes)}"
            if painter.fontMetrics().horizontalAdvance(text) + 20 <= width:
                painter.setPen(QColor("#FFFFFF" if _carries_white(color) else "#1B242E"))
                painter.drawText(rect.adjusted(10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
            left += width + _GAP


class CountBar(QWidget):
    """A count as a bar of at most 80 px beside its number."""

    def __init__(self, count: int, most: int) -> None:
        super().__init__()
        self._count, self._most = count, max(most, 1)
        self.setFixedSize(120, _ROW)
        self.setAccessibleName(f"{count:,}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, colors = QPainter(self), current_palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top = self.height() / 2 - 3
        for color, share in ((colors.row_line, 1.0), (colors.dim, self._count / self._most)):
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(0, top, max(80 * share, 2), 6), 3, 3)
        painter.setPen(QColor(colors.text))
        painter.setFont(ui_font())
        painter.drawText(QRectF(88, 0, 32, self.height()), Qt.AlignmentFlag.AlignVCenter, f"{self._count:,}")


class FindingRow(QWidget):
    """What was found, why it matters, and a link to the rows it is about."""

    def __init__(self, finding: Finding, on_show: Callable[[], object]) -> None:
        super().__init__()
        self._name, self._role = _ICONS[finding.level]
        self._picture = QLabel()
        self._draw()
        theme_signals().changed.connect(self._draw)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(label(finding.title, wrap=True))
        if finding.detail:
            words.addWidget(label(finding.detail, "dim", SECONDARY, wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(12)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if finding.tensors or finding.operators:
            row.addWidget(link("Show them", on_show, "Select the rows this is about"), 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{finding.level.name.lower()}: {finding.title}. {finding.detail}")

    def _draw(self) -> None:
        self._picture.setPixmap(icon(self._name, self._role).pixmap(QSize(16, 16)))


def _carries_white(color: QColor) -> bool:
    """Whether white letters on it reach a contrast of 3 : 1 (relative luminance, WCAG 2)."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    luminance = 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())
    return 1.05 / (luminance + 0.05) >= 3
