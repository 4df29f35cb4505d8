"""Node data for Model Explorer: numbers of each operator as JSON, a file a number, laid over the graph it draws.

The format is that of ai-edge-model-explorer's node_data_builder.py: {graph id: {name, results: {key: {value}}, ...}}. A
graph's id is its subgraph's name. A key may be a node's id or the name of one of its output tensors, which comes
first there. The TFLite (Flatbuffer) adapter counts nodes as the file counts operators, the MLIR adapter otherwise; an
output's name is right in both, so it is the key wherever only one tensor of the subgraph has it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from shlex import quote
from typing import Any

from inspector.analysis.debug_layer import SUSPICIOUS, DebugLayer
from inspector.analysis.measurements import Measurements
from inspector.analysis.operator_numbers import OperatorNumbers, operator_numbers
from inspector.analysis.progress import Progress
from inspector.errors import ExportError
from inspector.export.atomic_file import atomic_files
from inspector.export.json_table import json_text
from inspector.model import Model, Subgraph
from inspector.palette import palette

_DIGITS = 5  # significant ones of a value: Model Explorer writes it on the node as it is


@dataclass(frozen=True, slots=True)
class NodeNumber:
    """One kind of number, a file of its own."""

    key: str
    title: str
    tip: str
    of_layers: bool = False  # measured by the quantization debugger


NODE_NUMBERS: tuple[NodeNumber, ...] = (
    NodeNumber("bytes", "Bytes", "stored constants that the operator is the first to read"),
    NodeNumber("zero_fraction", "Zero fraction", "share of 0 among the elements of its weights"),
    NodeNumber("macs", "MACs", "multiply-accumulates of one run"),
    NodeNumber("rmse_over_scale", "rmse / scale", "error of the output, in steps of its scale", True),
    NodeNumber("max_abs_error", "max_abs_error", "mean over samples of the largest error, in real units", True),
    NodeNumber("sqnr_db", "SQNR in dB", "signal to quantization noise", True),
)
NUMBER_BY_KEY = {number.key: number for number in NODE_NUMBERS}
_VALUES: Mapping[str, Callable[[OperatorNumbers], float | int | None]] = {
    "bytes": lambda found: found.bytes or None,  # an operator without constants stays uncoloured
    "zero_fraction": lambda found: found.zero_fraction,
    "macs": lambda found: found.macs,
}
_ERRORS: Mapping[str, Callable[[DebugLayer], float | None]] = {
    "rmse_over_scale": lambda layer: layer.rmse_over_scale,
    "max_abs_error": lambda layer: layer.row.max_abs_error,
    "sqnr_db": lambda layer: layer.sqnr_db,
}


def node_data(
    model: Model, layers: Sequence[DebugLayer] = (), measurements: Measurements | None = None,
    progress: Progress | None = None,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """What each file holds, by its key ("bytes", "rmse_over_scale.local"): numbers that no operator has are left out.

    `layers`: of one or several kinds of error, at the model's operators. Raises ExportError for a model that Model
    Explorer can't open, and FileChangedError.
    """
    if model.is_keras:
        raise ExportError(
            f"{model.path.name} is a Keras file, and Model Explorer shows .tflite files. "
            "Quantize it (float32 is a recipe too) and export that."
        )
    graphs = _graphs(model)
    numbers = operator_numbers(model, measurements or Measurements(model), progress)
    found: dict[str, dict[str, Any]] = {}
    for key, value in _VALUES.items():
        rows = {name: _results(graph, numbers[graph.index], value) for name, graph in graphs.items()}
        _add(found, key, NUMBER_BY_KEY[key].title, rows)
    for kind in dict.fromkeys(layer.kind for layer in layers):
        chosen = [layer for layer in layers if layer.kind == kind and layer.operator is not None]
        for key, measure in _ERRORS.items():
            rows = {name: _layer_results(graph, chosen, measure) for name, graph in list(graphs.items())[:1]}
            _add(found, f"{key}.{kind}", f"{NUMBER_BY_KEY[key].title}, {kind} error", rows)
    return found


def write_node_data(folder: Path, stem: str, data: Mapping[str, Any], overwrite: bool = False) -> tuple[Path, ...]:
    """`STEM.KEY.json` for each, all or none of them. Raises ExportError."""
    paths = node_data_paths(folder, stem, data)
    with atomic_files(paths, overwrite) as files:
        for file, content in zip(files, data.values(), strict=True):
            file.write((json_text(content, indent=1) + "\n").encode())
    return paths


def node_data_paths(folder: Path, stem: str, keys: Iterable[str]) -> tuple[Path, ...]:
    """Where `write_node_data` puts what `node_data` gave."""
    return tuple(folder / f"{stem}.{key}.json" for key in keys)


def opening_command(model: Path, files: Sequence[Path]) -> str:
    """The command line that shows the model with its numbers."""
    return f"model-explorer {quote(str(model))} --node_data_paths={quote(','.join(map(str, files)))}"


def graph_id(subgraph: Subgraph) -> str:
    """As Model Explorer names a subgraph's graph."""
    return subgraph.name or ("main" if subgraph.index == 0 else f"subgraph_{subgraph.index}")


def _graphs(model: Model) -> dict[str, Subgraph]:
    """By id; of several of one name, Model Explorer finds the first."""
    found: dict[str, Subgraph] = {}
    for subgraph in model.subgraphs:
        found.setdefault(graph_id(subgraph), subgraph)
    return found


def node_keys(subgraph: Subgraph) -> list[str | None]:
    """What each operator is called in node data; None for one that can't be told from others there."""
    names = subgraph.tensor_columns.names
    count = Counter(names)
    keys: list[str | None] = []
    for operator in subgraph.operators:
        outputs = (names[index] for index in operator.outputs if 0 <= index < len(names))
        unique = next((name for name in outputs if name and count[name] == 1), None)
        place = str(operator.index)
        keys.append(unique if unique is not None else None if place in count else place)
    return keys


def _results(
    subgraph: Subgraph, numbers: Sequence[OperatorNumbers], value: Callable[[OperatorNumbers], float | int | None]
) -> dict[str, Any]:
    keys = node_keys(subgraph)
    pairs = ((key, value(found)) for key, found in zip(keys, numbers, strict=True))
    return {key: {"value": _short(number)} for key, number in pairs if key is not None and _usable(number)}


def _layer_results(
    subgraph: Subgraph, layers: Sequence[DebugLayer], value: Callable[[DebugLayer], float | None]
) -> dict[str, Any]:
    keys = node_keys(subgraph)
    found = {}
    for layer in layers:
        key = keys[layer.operator] if layer.operator is not None and layer.operator < len(keys) else None
        number = value(layer)
        if key is not None and _usable(number):
            found[key] = {"value": _short(number)}
    return found


def _usable(number: float | int | None) -> bool:
    return number is not None and isfinite(number)  # JSON has no word for the others


def _short(number: Any) -> float | int:
    return number if isinstance(number, int) else float(f"{number:.{_DIGITS}g}")


def _add(found: dict[str, dict[str, Any]], key: str, title: str, rows: Mapping[str, dict[str, Any]]) -> None:
    style = _style(key)
    graphs = {graph: {"name": title, "results": results, **style} for graph, results in rows.items() if results}
    if graphs:
        found[key] = graphs


def _style(key: str) -> dict[str, Any]:
    """Pale to strong by size; rmse / scale in two steps, as its limit says more than a shade. Only bytes and MACs add
    up."""
    colours = palette("light")
    adds = key in ("bytes", "macs")
    style: dict[str, Any] = {} if adds else {"hideAggregatedStats": ["sum"], "hideInChildrenStatsTable": True}
    if key.startswith("rmse_over_scale"):
        return style | {"thresholds": [
            {"value": SUSPICIOUS, "bgColor": colours.selection},
            {"value": 1e30, "bgColor": colours.bad, "textColor": "#FFFFFF"},
        ]}  # fmt: skip
    low, high = (colours.accent, colours.surface) if key.startswith("sqnr") else (colours.surface, colours.accent)
    return style | {"gradient": [{"stop": 0, "bgColor": low}, {"stop": 1, "bgColor": high}]}
