"""Confusion matrices: labels down, what the model says across; of several labels a sample one of four cells each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.analysis.evaluation_task import MULTILABEL
from inspector.analysis.pipeline_rows import ResultRow
from inspector.model.text import percent_text, plural, printable
from inspector.palette import Palette
from inspector.plots.results_style import columns_for
from inspector.plots.style import (
    DPI,
    SMALL,
    axes_height,
    axes_width,
    elide,
    new_figure,
    style_axes,
    text_width,
    write,
    write_message,
)
from inspector.plots.weight_figure import write_titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PolyCollection
    from matplotlib.figure import Figure

HEADER = ("matrix", "label", "says", "count")
_MOST_PANELS = 24
NO_MATRIX = "A score of numbers has no confusion matrix."
Counts = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """`counts` (classes, classes): rows are the labels. `names` of the classes."""

    title: str
    names: tuple[str, ...]
    counts: Counts

    @property
    def shares(self) -> Counts:
        """Of each label's samples; 0 where there are none."""
        whole = self.counts.sum(axis=1, keepdims=True)
        return np.asarray(np.divide(self.counts, whole, out=np.zeros(self.counts.shape), where=whole > 0))

    def describe(self, x: float, y: float) -> str:
        """The cell at a point, for a tooltip."""
        row, column = round(y), round(x)
        if not (0 <= row < len(self.names) and 0 <= column < len(self.names)):
            return ""
        count, share = int(self.counts[row, column]), percent_text(float(self.shares[row, column]))
        right = "right" if row == column else "wrong"
        return f"{self.names[row]} said to be {self.names[column]}, {right}\n{plural(count, 'sample')}, {share} of them"


@dataclass(frozen=True, slots=True, eq=False)
class MatrixPlot:
    """`left_out`: how many matrices there was no room for."""

    title: str
    matrices: tuple[Matrix, ...]
    left_out: int = 0
    message: str = NO_MATRIX

    @property
    def header(self) -> tuple[str, ...]:
        return HEADER

    def rows(self) -> Iterator[tuple[str, str, str, int]]:
        """The CSV: a line a cell."""
        for each in self.matrices:
            for row, label in enumerate(each.names):
                for column, says in enumerate(each.names):
                    yield each.title, label, says, int(each.counts[row, column])

    @property
    def description(self) -> str:
        """In words, for screen readers."""
        parts = (f"{each.title}: {int(np.trace(each.counts)):,} of {int(each.counts.sum()):,} right"
                 for each in self.matrices)  # fmt: skip
        return "; ".join(parts) or self.message

    def describe(self, place: int, x: float, y: float) -> str:
        return self.matrices[place].describe(x, y) if 0 <= place < len(self.matrices) else ""


def matrix_plot(rows: Sequence[ResultRow]) -> MatrixPlot:
    """Of one row, or of several side by side."""
    found = [matrix for row in rows for matrix in matrices_of(row, len(rows) > 1)]
    title = f"{rows[0].model}, {rows[0].result.scheme}" if len(rows) == 1 else plural(len(rows), "pipeline")
    message = NO_MATRIX
    if rows and not rows[0].result.done:
        message = rows[0].result.sentence
    elif rows and not rows[0].result.row.get("per_class"):
        message = NO_MATRIX if rows[0].result.score("rmse") is not None else "There are no labels to hold it against."
    return MatrixPlot(title, tuple(found[:_MOST_PANELS]), max(0, len(found) - _MOST_PANELS), message)


def matrices_of(row: ResultRow, named: bool) -> list[Matrix]:
    """Of several labels a sample one for each; `named`: titles say whose they are."""
    told = row.result.row.get("confusion_matrix")
    if not told:
        return []
    names = tuple(printable(str(each["name"])) for each in row.result.row.get("per_class") or ())
    whose = f"{row.model} {row.result.scheme}"
    if row.result.task == MULTILABEL:
        return [
            Matrix(f"{whose}: {name}" if named else name, ("no", "yes"), np.array(counts, np.int64))
            for name, counts in zip(names, told, strict=True)
        ]
    return [Matrix(whose, names, np.array(told, np.int64))]


def draw_matrix(axes: "Axes", matrix: Matrix, palette: Palette) -> None:
    """The more of a label's samples a cell has, the darker; wrong ones in another colour than right ones."""
    count = len(matrix.names)
    style_axes(axes, palette, y_grid=False)
    axes.set_facecolor(palette.sunken)
    axes.add_collection(_cells(matrix, palette))
    axes.spines["bottom"].set_visible(False)
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(count - 0.5, -0.5)
    cell = axes_width(axes) / count, axes_height(axes) / count
    across, down = _every(cell[0] / 26), _every(cell[1] / 13)
    room = max(cell[0] * across - 4, 20)
    axes.set_xticks(
        range(0, count, across), [elide(each, room, SMALL) for each in matrix.names[::across]], parse_math=False
    )
    axes.set_yticks(range(0, count, down), [elide(each, 90, SMALL) for each in matrix.names[::down]], parse_math=False)
    axes.tick_params(axis="x", length=0)
    widest = max(text_width(f"{int(matrix.counts.max(initial=0)):,}", SMALL), 10)
    if cell[0] > widest + 2 and cell[1] > 12:
        _write_counts(axes, matrix, palette)


def _every(fits: float) -> int:
    """Every how many names are written where `fits` go into the room of one."""
    return 1 if fits >= 1 else ceil(1 / max(fits, 1e-3))


def _cells(matrix: Matrix, palette: Palette) -> "PolyCollection":
    """A square for each cell that has samples: few, also of many classes, and sharp at any size."""
    from matplotlib.collections import PolyCollection

    shares = matrix.shares
    rows, columns = np.nonzero(matrix.counts)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    squares = np.stack([columns, rows], axis=-1)[:, None, :] + corners
    right, wrong, ground = (_rgb(each) for each in (palette.accent, palette.bad, palette.sunken))
    strength = (0.12 + 0.78 * shares[rows, columns])[:, None]
    colors = np.where((rows == columns)[:, None], right, wrong) * strength + ground * (1 - strength)
    return PolyCollection(list(squares), facecolors=colors, edgecolors="none", antialiaseds=False)


def _rgb(color: str) -> Counts:
    return np.array([int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)])


def _write_counts(axes: "Axes", matrix: Matrix, palette: Palette) -> None:
    for row, column in np.argwhere(matrix.counts > 0).tolist():
        strong = matrix.shares[row, column] > 0.5
        color = palette.on_accent if strong else palette.text
        write(axes, column, row, f"{int(matrix.counts[row, column]):,}", color, ha="center", va="center")


def add_matrices(figure: "Figure", plot: MatrixPlot, palette: Palette) -> None:
    """As many beside each other as keeps the cells near to squares."""
    if not plot.matrices:
        write_message(figure.add_subplot(), palette, plot.message)
        return
    width, height = (float(each) * DPI for each in figure.get_size_inches())
    columns = columns_for(len(plot.matrices), width, height)
    rows = ceil(len(plot.matrices) / columns)
    for place, each in enumerate(plot.matrices):
        axes = figure.add_subplot(rows, columns, place + 1)
        draw_matrix(axes, each, palette)
        write_titles(axes, palette, each.title)


def matrix_figure(plot: MatrixPlot, palette: Palette, width: float = 960, height: float = 420) -> "Figure":
    """For files and reports."""
    figure = new_figure(palette, width, height)
    add_matrices(figure, plot, palette)
    return figure
