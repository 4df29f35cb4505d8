"""What quantization did to each layer's output: a debugging's result, read from a job's answer or from a CSV.

A layer's error is dequantized minus float. "local": the layer computed in float from the quantized outputs before it
(TensorFlow's default); "cumulative": a float run of the whole model beside the quantized run; "pair": the activations
of any two .tflite files, compared tensor by tensor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from inspector.analysis.debug_columns import DEBUG_COLUMNS, METRICS, Metric
from inspector.analysis.debug_layer import (
    CUMULATIVE,
    IDEAL,
    KINDS,
    LOCAL,
    PAIR,
    SUSPICIOUS,
    DebugLayer,
    LayerHistograms,
)
from inspector.analysis.histogram import Histogram
from inspector.analysis.layer_mapping import map_to_operators, operators_of_outputs
from inspector.model import Model
from inspector.model.layer_table import BITS, SIGNAL, LayerTable


@dataclass(frozen=True, slots=True, eq=False)
class DebugResult:
    """One debugging: what it is called, its layers by kind, and how it came about.

    `reference` and `candidate` say what was compared; `model` is the delivered model whose operator indices the layers
    carry, None where it is not at hand (a CSV opened alone). `float_operators`: its operators that were left float.
    `samples` is how many debug samples were averaged, 0 where that is not known. `calibration_key` names the
    calibrated model in the cache, so that it is quantized again without calibrating; "" where there is none.
    `left_float` are the outputs of operators that were not quantized, by their names in the float model;
    `model_file` is where the quantized model was put; `notes` are for the user.
    """

    name: str
    local: tuple[DebugLayer, ...] = ()
    cumulative: tuple[DebugLayer, ...] = ()
    pair: tuple[DebugLayer, ...] = ()
    reference: str = ""
    candidate: str = ""
    model: Model | None = None
    float_operators: tuple[int, ...] = ()
    samples: int = 0
    calibration_key: str = ""
    left_float: tuple[str, ...] = ()
    model_file: str = ""
    notes: tuple[str, ...] = ()

    def layers(self, kind: str) -> tuple[DebugLayer, ...]:
        """`kind` is one of KINDS."""
        return {LOCAL: self.local, CUMULATIVE: self.cumulative, PAIR: self.pair}[kind]

    def with_layers(self, kind: str, layers: tuple[DebugLayer, ...]) -> "DebugResult":
        """The same with other layers of one kind."""
        changed: dict[str, Any] = {kind: layers}
        return replace(self, **changed)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Those that were measured."""
        return tuple(kind for kind in KINDS if self.layers(kind))

    def worst(self, kind: str) -> DebugLayer | None:
        """The layer with the largest rmse/scale."""
        measured = [each for each in self.layers(kind) if (each.rmse_over_scale or -1.0) >= 0]
        return max(measured, key=lambda each: each.rmse_over_scale or 0.0, default=None)


def debug_layers(table: LayerTable, kind: str = LOCAL, model: Model | None = None) -> tuple[DebugLayer, ...]:
    """A table's rows at the operators of `model` (the delivered one, or that of step 0)."""
    operators = map_to_operators(table.rows, model) if model is not None else (None,) * len(table)
    found = []
    for place, (row, operator) in enumerate(zip(table.rows, operators, strict=True)):
        extra = {name: column[place] for name, column in table.extra.items()}
        signal = extra.pop(SIGNAL, None)
        found.append(DebugLayer(row, operator, kind, _levels(extra.pop(BITS, None)), signal, extra))
    return tuple(found)


def layer_table(layers: Sequence[DebugLayer], extra: bool = False) -> LayerTable:
    """The rows as a table again; `extra`: with the metrics that TensorFlow's table has not."""
    names = dict.fromkeys(name for each in layers for name in each.extra)
    columns: dict[str, tuple[float | None, ...]] = {
        name: tuple(each.extra.get(name) for each in layers) for name in names
    }
    if extra:
        columns[SIGNAL] = tuple(each.signal for each in layers)
        columns[BITS] = tuple(float((each.levels + 1).bit_length() - 1) for each in layers)
    return LayerTable(tuple(each.row for each in layers), columns)


def _levels(bits: float | None) -> int:
    return (1 << int(bits)) - 1 if bits is not None and 1 <= bits <= 32 else 255


def debug_result(name: str, told: Mapping[str, Any], model: Model | None = None) -> DebugResult:
    """What the tasks "debug" and "compare_activations" returned, at the operators of `model`."""
    layers = {kind: _measured(told[kind], kind, model) if told.get(kind) else () for kind in KINDS}
    left = operators_of_outputs(told.get("left_float", ()), model) if model is not None else ()
    return DebugResult(
        name, **layers, reference=str(told.get("reference", "")), candidate=str(told.get("candidate", "")), model=model,
        float_operators=left, left_float=tuple(told.get("left_float", ())),
        samples=int(told.get("samples", 0)),
        calibration_key=str(told.get("calibration_key", "")), model_file=str(told.get("model", "")),
        notes=tuple(told.get("notes", ())),
    )  # fmt: skip


def _measured(told: Mapping[str, Any], kind: str, model: Model | None) -> tuple[DebugLayer, ...]:
    """A pair's operators are the candidate's own; the others are found by name, as `model` may be that of step 0."""
    found = debug_layers(LayerTable.from_records(told["rows"]), kind, model)
    nothing = [None] * len(found)
    places = told.get("operators", nothing) if kind == PAIR else [each.operator for each in found]
    others = (told.get(name) or nothing for name in ("tensors", "doubts", "histograms"))
    return tuple(
        replace(
            layer,
            operator=place,
            float_tensor=tensor or "",
            doubt=doubt or "",
            histograms=None if counts is None else _histograms(counts),
        )
        for layer, place, tensor, doubt, counts in zip(found, places, *others, strict=True)
    )


def _histograms(counts: Mapping[str, Any]) -> LayerHistograms:
    """From plain values: for each of the three its lowest edge, its highest edge and the counts."""
    found = {}
    for name in ("error", "reference", "candidate"):
        low, high, counted = counts[name]
        array = np.asarray(counted, np.int64)
        found[name] = Histogram(np.linspace(low, high, len(array) + 1), array)
    return LayerHistograms(**found, clipped=float(counts["clipped"]), samples=int(counts["samples"]))


__all__ = [
    "BITS", "CUMULATIVE", "DEBUG_COLUMNS", "IDEAL", "KINDS", "LOCAL", "METRICS", "PAIR", "SIGNAL", "SUSPICIOUS",
    "DebugLayer", "DebugResult", "LayerHistograms", "Metric", "debug_layers", "debug_result", "layer_table",
    "map_to_operators",
]  # fmt: skip
