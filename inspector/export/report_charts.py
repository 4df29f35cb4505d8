"""A report's charts: scores by scheme, size against score, confusion matrices, and the debugger's by model."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from inspector.analysis.debug_layer import LOCAL
from inspector.analysis.pipeline_columns import SCORE_TIPS, shown_scores
from inspector.analysis.pipeline_comparison import Reference
from inspector.analysis.pipeline_rows import ResultRow
from inspector.analysis.pipelines import ResultSet
from inspector.analysis.quantization_debug import debug_layers
from inspector.errors import InspectorError
from inspector.export.report_names import SENTENCE, bounded
from inspector.export.report_parts import Chart
from inspector.export.report_scores import first_score
from inspector.formats import open_model
from inspector.formats.layer_csv import read_layer_csv
from inspector.model import Model
from inspector.model.layer_table import LayerTable
from inspector.model.text import plural
from inspector.palette import Palette
from inspector.plots.debug_chart import debug_figure
from inspector.plots.debug_plot import DebugPanel, LayerSeries, debug_plot
from inspector.plots.inline_svg import ChartColors, Draw, inline_svg
from inspector.plots.results_matrix import Matrix, MatrixPlot, matrix_figure, matrix_plot
from inspector.plots.results_scores import ScorePlot, score_figure, score_plot
from inspector.plots.results_sizes import SizePlot, size_figure, size_plot

WIDTH = 956
_MOST_SCORES = 4
_PANEL = 300  # pixels that a confusion matrix is high
_MOST_LAYERS = 400
_MOST_CLASSES = 120  # a larger matrix shows nothing at this size


class ReportCharts:
    """Draws into one page: its charts share the colours' variables and number their ids."""

    def __init__(self) -> None:
        self.colors = ChartColors()
        self._count = 0

    def of_scores(self, results: ResultSet, rows: Sequence[ResultRow], reference: Reference | None) -> list[Chart]:
        """One of each score that matters, and one of bytes against the first."""
        charts = []
        words = reference.text if reference is not None else ""
        names = shown_scores(results)[:_MOST_SCORES] or (first_score(results),)
        for name in names:
            scores = score_plot(rows, name, words)
            if scores.points:
                height = 340 if len(scores.models) < 9 else 400
                draw: Draw = partial(_score_figure, scores, height)
                note = f"{SCORE_TIPS.get(name, '')} Lines are 95 % intervals."
                charts.append(self._chart("", draw, scores.description, note))
        sizes = size_plot(rows, names[0])
        if sizes.panels:
            height = 360 * -(-len(sizes.panels) // 2)
            draw = partial(_size_figure, sizes, height)
            note = "Ringed: nothing is smaller and at least as good. Only pipelines of the same data are compared."
            title = sizes.title if len(sizes.panels) > 1 else ""  # a single panel is titled itself
            charts.append(self._chart(title, draw, sizes.description, note))
        return charts

    def of_model(self, rows: Sequence[ResultRow], results: ResultSet) -> list[Chart]:
        """The confusion matrices of one model's pipelines, and what the debugger measured."""
        return [*self._matrices(rows), *self._debugged(rows, results)]

    def _matrices(self, rows: Sequence[ResultRow]) -> list[Chart]:
        shown = [row for row in rows if row.result.row.get("confusion_matrix")]
        shown = [row for row in shown if len(row.result.row["confusion_matrix"]) <= _MOST_CLASSES]
        if not shown:
            return []
        plot = matrix_plot(shown)
        short = tuple(_without_model(each, shown[0].model) for each in plot.matrices)
        plot = MatrixPlot(plot.title, short, plot.left_out, plot.message)
        across = 4 if len(short) > 6 else 3
        height = _PANEL * -(-len(short) // across)
        note = "Labels down, what the model says across."
        if plot.left_out:
            note += f" {plural(plot.left_out, 'matrix', 'matrices')} left out; the JSON report has all."
        return [self._chart("Confusion matrices", lambda colors: matrix_figure(plot, colors, WIDTH, height),
                            plot.description, note)]  # fmt: skip

    def _debugged(self, rows: Sequence[ResultRow], results: ResultSet) -> list[Chart]:
        """The layer tables of a model's pipelines; the same one is drawn once."""
        charts: list[Chart] = []
        seen: dict[tuple[object, ...], str] = {}
        for row in rows:
            if not row.result.debug:
                continue
            try:
                table = read_layer_csv(results.path(row.result.debug))
            except InspectorError as error:
                charts.append(Chart("Error by layer", "", bounded(str(error), SENTENCE)))
                continue
            if table.rows in seen:
                continue
            seen[table.rows] = row.result.scheme
            charts.append(self._layers(table, _model(row, results), row))
        return charts

    def _layers(self, table: LayerTable, model: Model | None, row: ResultRow) -> Chart:
        title = f"Error of every layer, {row.result.scheme}"
        if len(table) > _MOST_LAYERS:
            return Chart(title, "", f"{len(table):,} layers are too many to draw here; `debug FILE.csv` shows them.")
        layers = debug_layers(table, LOCAL, model)
        placed = model is not None and all(layer.operator is not None for layer in layers)
        if not placed:
            layers = debug_layers(table, LOCAL)
        panel = DebugPanel("", LayerSeries("local", layers), by_operator=placed)
        plot = debug_plot([panel], "rmse_over_scale", True)
        note = "rmse / scale of the local error: 0.2887 is pure rounding, above 0.7 a layer is worth a look."
        return self._chart(title, lambda colors: debug_figure(plot, colors), plot.description, note)

    def _chart(self, title: str, draw: Draw, description: str, note: str = "") -> Chart:
        self._count += 1
        svg = inline_svg(draw, self.colors, f"c{self._count}", bounded(description, SENTENCE))
        return Chart(title, svg, note)


def _score_figure(plot: ScorePlot, height: float, colors: Palette) -> Any:
    return score_figure(plot, colors, WIDTH, height)


def _size_figure(plot: SizePlot, height: float, colors: Palette) -> Any:
    return size_figure(plot, colors, WIDTH, height)


def _without_model(matrix: Matrix, model: str) -> Matrix:
    return Matrix(matrix.title.removeprefix(f"{model} "), matrix.names, matrix.counts)


def _model(row: ResultRow, results: ResultSet) -> Model | None:
    """The delivered model, whose operator indices the chart has."""
    if not row.result.variant:
        return None
    try:
        return open_model(results.path(row.result.variant))
    except InspectorError:
        return None
