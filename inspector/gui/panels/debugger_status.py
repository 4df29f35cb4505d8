"""The Debugger's sentence for the status bar."""

from collections.abc import Sequence

from inspector.analysis.debug_columns import metric_text
from inspector.analysis.quantization_debug import PAIR, SUSPICIOUS
from inspector.gui.repairs import Repairs


def ranges_text(repairs: Repairs) -> str:
    """How many activations were measured, "" before."""
    measured = repairs.measured
    return "" if measured is None else f"Ranges of {len(measured.ranges):,} activations of {repairs.name}"


def layers_text(repairs: Repairs, kind: str, selected: Sequence[int]) -> str:
    """`#12 SOFTMAX: rmse/scale 2.26, above 0.7.`, or how many layers there are; `selected` are places of layers."""
    layers = repairs.layers(repairs.shown, kind)
    if len(selected) == 1 and (layer := layers.get(selected[0])) is not None:
        value = layer.rmse_over_scale
        above = f", above {SUSPICIOUS}" if layer.suspicious else ""
        doubt = f" {layer.doubt}" if layer.doubt else ""
        return f"#{selected[0]} {layer.row.op_name}: rmse/scale {metric_text(value)}{above}.{doubt}"
    if len(selected) == 1 and (first := repairs.layers(0, kind).get(selected[0])) is not None:
        before = f"; rmse/scale {metric_text(first.rmse_over_scale)} in step 0" if first.rmse_over_scale else ""
        return f"#{selected[0]} {first.row.op_name} stays float{before}."
    samples = f", {repairs.first.samples:,} samples" if repairs.first.samples else ""
    what = "pair of files" if kind == PAIR else f"{kind} error"
    return f"{repairs.title}: {what} of {len(layers):,} layers{samples}"
