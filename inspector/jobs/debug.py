"""The task "debug": TensorFlow's quantization debugger on a source, local and cumulative, and the model it is about."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inspector.analysis.layer_errors import LayerCounts, mean_square, nan_mean
from inspector.analysis.layer_mapping import map_to_operators
from inspector.analysis.progress import Progress
from inspector.datasets.input_spec import input_specs
from inspector.errors import UsageError
from inspector.formats.layer_csv import parse_layer_csv
from inspector.jobs.calibrated_model import STEPS, calibrated_model, read_content, samples_for
from inspector.jobs.calibration import OrderedSamples
from inspector.jobs.calibration_cache import CalibratedModel
from inspector.jobs.conversion_failures import conversion
from inspector.jobs.debug_files import RECIPE, csv_paths, deliver_model, model_path, write_csv
from inspector.jobs.debug_refusals import nothing_quantized, open_debug_source
from inspector.jobs.left_float import check_names
from inspector.jobs.options import DebugOptions
from inspector.jobs.provenance import provenance_path
from inspector.jobs.recipes import variant_name
from inspector.jobs.second_opinion import doubts, litert_errors, sample_count, summary
from inspector.jobs.sources import Source, check_targets
from inspector.jobs.steps import Steps
from inspector.jobs.tflite_backend import Array, debug_model, debugger_csv, quantized
from inspector.model import Model
from inspector.model.layer_table import LayerTable
from inspector.model.text import plural

_TITLES = {"local": "local error", "cumulative": "cumulative error"}


def debug(options: DebugOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Returns, for each error asked for, {kind: {"rows", "operators", "tensors", "histograms", "doubts"}}, and "csv"
    ({kind: path}), "model" (path or ""), "size_bytes", "samples", "calibration_key", "left_float", "notes",
    "reference", "candidate".

    `operators` are indices in the model that is delivered, `tensors` the names that `float_tensors` takes,
    `histograms` as LayerCounts.plain gives them, `doubts` a sentence for each row that LiteRT contradicts, `left_float`
    outputs of operators that were not quantized. Raises UsageError, ModelFileError, DataError, JobError.
    """
    if not options.errors:
        raise UsageError("No error is chosen: local, cumulative or both.")
    source = open_debug_source(options.source)
    files = csv_paths(options.output, options.errors)
    target = model_path(options)
    check_targets([*files.values(), *([target, provenance_path(target)] if target else [])], options.overwrite)
    steps = Steps(progress, STEPS[source.kind] + 1 + len(options.errors))
    calibrated = calibrated_model(source, options.data, steps, scratch, options.batch, options.allow_code)
    told = layer_errors(calibrated, source, options, steps, scratch)
    steps("Making the quantized model")
    with conversion(source.path.name):
        content = quantized(calibrated.ranges, calibrated.content, options.float_operators, options.float_tensors)
    delivered = read_content(content, scratch)
    for kind in options.errors:
        rows = LayerTable.from_records(told[kind]["rows"]).rows
        told[kind]["operators"] = list(map_to_operators(rows, delivered))
    write_csv(files, told, options.overwrite)
    if target is not None:
        deliver_model(target, content, options, calibrated, scratch)
    return {
        **told, "csv": {kind: str(path) for kind, path in files.items()}, "model": str(target or ""),
        "size_bytes": len(content), "calibration_key": calibrated.key, "notes": [*calibrated.notes, *told["notes"]],
        "reference": source.path.name, "candidate": variant_name(source.path.stem, RECIPE),
        "summary": f"{plural(len(told[options.errors[0]]['rows']), 'layer')} measured, {told['samples']:,} samples.",
    }  # fmt: skip


def layer_errors(
    calibrated: CalibratedModel, source: Source, options: DebugOptions, steps: Steps, scratch: Path
) -> dict[str, Any]:
    """The part of `debug` that measures: all but "operators" of each kind, "samples", "left_float", "notes"."""
    model = read_content(calibrated.content, scratch)
    check_names(model, options.float_operators, options.float_tensors, source.path.name)
    samples = samples_for(source, options.debug_data or options.data, input_specs(model))
    told: dict[str, Any] = {"samples": samples.count}
    for kind in options.errors:
        steps(f"Measuring the {_TITLES[kind]} with {samples.count:,} samples")
        with conversion(source.path.name):
            content = debug_model(
                calibrated.ranges, kind == "cumulative", options.float_operators, options.float_tensors
            )
            debugged = read_content(content, scratch)
            seen = _Observer(sample_count(debugged, samples))
            text = debugger_csv(content, lambda: _feed(samples, steps), seen)
        if not text:
            raise nothing_quantized(source.path.name, model, bool(options.float_operators or options.float_tensors))
        table = parse_layer_csv(text, "TensorFlow's debugger")
        places = map_to_operators(table.rows, model)
        in_doubt = doubts(table.rows, seen.errors, litert_errors(content, debugged, samples, steps))
        told[kind] = {
            "rows": table.records(), "tensors": _outputs(model, places), "histograms": seen.plain(), "doubts": in_doubt,
        }  # fmt: skip
        told["left_float"] = _left_float(model, places)
        told["notes"] = told.get("notes") or summary(table.rows, in_doubt)
    return told


class _Observer:
    """Looks at each layer's float values and integers while TensorFlow's debugger runs."""

    def __init__(self, samples: int) -> None:
        """`errors` is over the first `samples`."""
        self._samples = samples
        self._layers: dict[int, LayerCounts] = {}
        self._errors: dict[int, list[float]] = {}

    def __call__(self, layer: int, values: Array, integers: Array, scale: float, zero_point: int) -> float:
        if layer not in self._layers:
            self._layers[layer] = LayerCounts(scale, zero_point, integers.dtype)
            self._errors[layer] = []
        self._layers[layer].add(values, integers)
        if len(self._errors[layer]) < self._samples:
            dequantized = (integers.astype(np.float32) - np.float32(zero_point)) * np.float32(scale)
            self._errors[layer].append(mean_square(dequantized - values))
        return mean_square(values)

    @property
    def errors(self) -> list[float]:
        """The mean squared error of each layer."""
        return [nan_mean(self._errors[layer]) for layer in sorted(self._errors)]

    def plain(self) -> list[dict[str, Any]]:
        return [self._layers[layer].plain() for layer in sorted(self._layers)]


def _feed(samples: OrderedSamples, steps: Steps) -> Iterator[list[Array]]:
    for number, sample in enumerate(samples):
        steps.within(number / samples.count, f"Debugging with sample {number + 1:,} of {samples.count:,}")
        yield [np.ascontiguousarray(each) for each in sample.values()]


def _outputs(model: Model, places: Sequence[int | None]) -> list[str]:
    """The names of the operators' outputs in the float model, "" where there is no such operator."""
    operators, names = model.subgraphs[0].operator_columns.outputs, model.subgraphs[0].tensor_columns.names
    return ["" if place is None else names[operators[place][0]] for place in places]


def _left_float(model: Model, places: Sequence[int | None]) -> list[str]:
    """The outputs of the float model's operators that compute floats and were not quantized."""
    subgraph = model.subgraphs[0]
    missing = sorted(set(range(len(subgraph.operators))) - set(places))
    floats = [place for place in missing if subgraph.tensors[subgraph.operators[place].outputs[0]].type.is_float]
    return _outputs(model, floats)
