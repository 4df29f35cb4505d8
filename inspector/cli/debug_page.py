"""What `debug` shows people: the worst layer in a sentence, and the layers with both errors side by side."""

from inspector.analysis.debug_columns import METRIC_BY_KEY, metric_text
from inspector.analysis.quantization_debug import SUSPICIOUS, DebugLayer, DebugResult
from inspector.cli.page import Page, Section, TextTable
from inspector.model.text import number_text, plural, printable

_TITLES = {"local": "local", "cumulative": "cumulative", "pair": "rmse/scale"}


def debug_page(result: DebugResult) -> Page:
    """The sentence and the table."""
    page = Page()
    page.line(_headline(result), "title")
    samples = f"{plural(result.samples, 'sample')}; " if result.samples else ""
    page.line(f"{samples}rmse/scale: 0.2887 is pure rounding, above 0.7 look closer", "dim")
    page.line()
    page.table(_table(result))
    return page


def _headline(result: DebugResult) -> str:
    kind = result.kinds[0]
    layers = result.layers(kind)
    above = [each for each in layers if each.suspicious]
    worst = result.worst(kind)
    if worst is None:
        return f"{result.name}: {plural(len(layers), 'layer')}, none of them with a scale."
    if not above:
        steps = metric_text(worst.rmse_over_scale)
        return f"{result.name}: none of {plural(len(layers), 'layer')} is above 0.7; the largest is {steps}."
    place = "" if worst.operator is None else f"#{worst.operator} "
    return (
        f"{result.name}: {len(above):,} of {plural(len(layers), 'layer')} above {SUSPICIOUS}; the worst is "
        f"{place}{worst.row.op_name} with {metric_text(worst.rmse_over_scale)} steps."
    )


def _table(result: DebugResult) -> TextTable:
    kinds = result.kinds
    titles = ("#", "op_name", *(_TITLES[kind] for kind in kinds), "max_abs_error", "SQNR", "range", "scale",
              "zero_point", "", "Tensor")  # fmt: skip
    styles = ("number", "mono", *["number"] * (len(kinds) + 5), "text", "mono")
    others = [{each.row.tensor_name: each for each in result.layers(kind)} for kind in kinds[1:]]
    rows = []
    for layer in result.layers(kinds[0]):
        steps = [layer, *(other.get(layer.row.tensor_name) for other in others)]
        rows.append(
            (
                "" if layer.operator is None else str(layer.operator),
                printable(layer.row.op_name),
                *(_steps(each) for each in steps),
                metric_text(layer.row.max_abs_error),
                metric_text(METRIC_BY_KEY["sqnr_db"].value(layer)),
                number_text(layer.range),
                number_text(layer.row.scale),
                "" if layer.row.zero_point is None else str(layer.row.zero_point),
                _remark(layer),
                printable(layer.row.tensor_name),
            )
        )
    return TextTable(titles, styles, (Section(rows),))


def _steps(layer: DebugLayer | None) -> str:
    value = None if layer is None else layer.rmse_over_scale
    return "" if value is None else f"{value:,.4f}"


def _remark(layer: DebugLayer) -> str:
    if layer.doubt:
        return "in doubt"
    return "above 0.7" if layer.suspicious else ""
