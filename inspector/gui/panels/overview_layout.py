"""How the Overview's cards stand: beside each other where there is room, below each other in a narrow window."""

from collections.abc import Sequence

from PySide6.QtWidgets import QBoxLayout, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from inspector.gui.widgets import Figure, line

_MARGINS = 34  # of the card around the figures
_ROOM_FOR_TWO_CARDS = 940


class SideBySide(QWidget):
    """Cards in a row with widths in proportion, or in a column."""

    def __init__(self, *cards: tuple[QWidget, int]) -> None:
        """`cards`: (card, share of the width)."""
        super().__init__()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        for card, stretch in cards:
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            self._row.addWidget(card, stretch)

    def fit(self, width: int) -> None:
        wide = width >= _ROOM_FOR_TWO_CARDS
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)


class FigureRow(QWidget):
    """Six figures in one row with lines between them, or in as many rows as it takes."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        super().__init__()
        self._figures = figures
        self._lines = [line(vertical=True) for _ in figures[1:]]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        self._columns = 0

    def fit(self, width: int) -> None:
        columns = self._columns_in(width - _MARGINS)
        if columns == self._columns:
            return
        self._columns = columns
        for place, figure in enumerate(self._figures):
            self._grid.addWidget(figure, place // columns, 2 * (place % columns))
        for place, between in enumerate(self._lines):
            self._grid.addWidget(between, place // columns, 2 * (place % columns) + 1)
            between.setVisible((place + 1) % columns > 0)
        for column in range(2 * len(self._figures)):
            self._grid.setColumnStretch(column, int(column % 2 == 0 and column < 2 * columns))

    def _columns_in(self, width: int) -> int:
        """How many columns fit: the figures' widths depend on the font and on the numbers."""
        widths = [figure.sizeHint().width() for figure in self._figures]
        for rows in range(1, len(widths)):
            columns = -(-len(widths) // rows)
            needed = sum(max(widths[column::columns]) for column in range(columns))
            if needed + (columns - 1) * (2 * self._grid.horizontalSpacing() + 1) <= width:
                return columns
        return 1


def page(parts: Sequence[QWidget]) -> QWidget:
    """The parts below each other on the window's ground."""
    made = QWidget()
    made.setProperty("ground", "window")
    column = QVBoxLayout(made)
    column.setContentsMargins(24, 16, 24, 24)
    column.setSpacing(12)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return made
