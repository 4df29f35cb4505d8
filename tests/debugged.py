"""Debugged models made up for tests: layers with chosen errors, results, what jobs answer, without TensorFlow."""

from pathlib import Path
from typing import Any

import numpy as np

from inspector.analysis.histogram import Histogram
from inspector.analysis.quantization_debug import DebugLayer, DebugResult, LayerHistograms
from inspector.datasets.choice import DataChoice
from inspector.gui.repairs import Repairs, Step
from inspector.jobs.options import DebugOptions
from inspector.model.layer_table import LayerRow

OPS = ("CONV_2D", "MAX_POOL_2D", "RESHAPE", "FULLY_CONNECTED", "FULLY_CONNECTED", "SOFTMAX")
STEPS = (0.29, 0.0, 0.0, 0.25, 5.74, 0.26)
"""rmse/scale of each layer."""


def layer(place: int | None, steps: float, op_name: str = "CONV_2D", kind: str = "local", name: str = "") -> DebugLayer:
    """One whose scale is 0.5 and whose rmse/scale is `steps`."""
    title = name or f"layer_{place}"
    row = LayerRow(op_name, 40 + (place or 0), 64, 0.1, -0.01, 0.4, (steps * 0.5) ** 2, 0.5, -3, title)
    edges = np.linspace(-1.0, 1.0, 5)
    counts = Histogram(edges, np.array([1, 4, 3, 1])), Histogram(edges, np.array([2, 5, 5, 0]))
    return DebugLayer(row, place, kind, signal=1.0, float_tensor=title,
                      histograms=LayerHistograms(counts[0], counts[1], counts[0], 0.02, 10))  # fmt: skip


def result(values: tuple[float, ...] = STEPS, cumulative: bool = True, name: str = "net") -> DebugResult:
    """Operators 1, 2, ...: 0 is QUANTIZE."""
    local = tuple(layer(place, steps, OPS[(place - 1) % len(OPS)]) for place, steps in enumerate(values, 1))
    both = tuple(layer(place, steps * 2, OPS[(place - 1) % len(OPS)], "cumulative")
                 for place, steps in enumerate(values, 1))  # fmt: skip
    return DebugResult(name, local, both if cumulative else (), samples=10)


def options(source: Path) -> DebugOptions:
    return DebugOptions(source=str(source), data=DataChoice("x.npz", samples=10))


def repairs(source: Path, name: str = "net", **more: Any) -> Repairs:
    """A history with step 0 alone, which can be repaired."""
    return Repairs(name, source, options(source), [Step(0, result=result(name=name), size_bytes=60_000)], **more)


def told(values: tuple[float, ...] = STEPS, left: tuple[int, ...] = ()) -> dict[str, Any]:
    """What the task "debug" returns; `left` are places that stay float."""
    answer: dict[str, Any] = {"samples": 10, "size_bytes": 61_000, "model": "", "left_float": [], "notes": []}
    for kind in ("local", "cumulative"):
        layers = [layer(place, steps, OPS[(place - 1) % len(OPS)], kind) for place, steps in enumerate(values, 1)
                  if place not in left]  # fmt: skip
        fields = ("op_name", "tensor_idx", "num_elements", "stddev", "mean_error", "max_abs_error",
                  "mean_squared_error", "scale", "zero_point", "tensor_name")  # fmt: skip
        answer[kind] = {
            "rows": [{field: getattr(each.row, field) for field in fields} for each in layers],
            "operators": [each.operator for each in layers],
            "tensors": [each.float_tensor for each in layers],
        }
    return answer
