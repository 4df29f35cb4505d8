"""The task "compare_activations": any two .tflite files on the same samples, activation by activation.

For what TensorFlow's debugger doesn't know: int16x8, uint8, dynamic range, other quantizers' files. Of an int8 model it
gives what the whole-model mode gives: both runs start from the input.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from inspector.analysis.layer_errors import LayerErrors
from inspector.analysis.pairing import Pairs, pair_models
from inspector.analysis.progress import Progress
from inspector.datasets.input_spec import input_specs
from inspector.datasets.opening import open_samples
from inspector.datasets.samples import Samples
from inspector.errors import JobError
from inspector.export.atomic_file import atomic_files
from inspector.formats import open_model
from inspector.formats.layer_csv import layer_csv_lines
from inspector.jobs.activation_runner import ActivationRunner
from inspector.jobs.options import CompareActivationsOptions
from inspector.jobs.scratch import DELIVERY
from inspector.jobs.sources import check_targets
from inspector.model import Model, Tensor
from inspector.model.layer_table import BITS, SIGNAL, LayerTable

Array = np.ndarray[Any, np.dtype[Any]]
_CONVERTERS = frozenset({"QUANTIZE", "DEQUANTIZE", "DENSIFY"})
_FLOATS = ("FLOAT32", "FLOAT16", "FLOAT64")
_INTEGERS = {"INT8": np.int8, "UINT8": np.uint8, "INT16": np.int16}


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared: the output of the candidate's `operator`, and the reference's tensor that it stands for."""

    operator: int
    op_name: str
    reference: Tensor
    candidate: Tensor


def compare_activations(options: CompareActivationsOptions, progress: Progress, _scratch: Path) -> dict[str, Any]:
    """Returns {"pair": {"rows", "operators", "tensors", "histograms"}, "samples", "reference", "candidate", "csv",
    "notes"}; the rows as `debug` gives them, with the candidate's operators. Raises ModelFileError, DataError,
    JobError, UsageError."""
    reference, candidate = _tflite(options.reference), _tflite(options.candidate)
    files = [Path(options.output).expanduser().absolute()] if options.output else []
    check_targets(files, options.overwrite)
    matched = pair_models(reference, candidate)
    order = _input_order(reference, candidate, matched)
    pairs = activation_pairs(reference, candidate, matched)
    if not pairs:
        raise JobError(
            f"{reference.path.name} and {candidate.path.name} have no activation in common: neither names nor places "
            "and shapes of operators agree. Compare variants of one model."
        )
    samples = open_samples(options.data, input_specs(reference))
    errors = _measured(reference, candidate, order, pairs, samples, progress)
    table = _table(pairs, errors)
    if files:
        with DELIVERY, atomic_files(files, options.overwrite) as streams:
            streams[0].writelines(line.encode() for line in layer_csv_lines(replace(table, extra={})))
    return {
        "pair": {
            "rows": table.records(), "operators": [each.operator for each in pairs],
            "tensors": [each.reference.name for each in pairs], "histograms": [each.counts for each in errors],
        },
        "samples": samples.count, "reference": reference.path.name, "candidate": candidate.path.name,
        "csv": {"pair": str(files[0])} if files else {}, "notes": [each.text for each in samples.notices],
    }  # fmt: skip


def activation_pairs(reference: Model, candidate: Model, matched: Pairs) -> list[Pair]:
    """One for each operator of the candidate's main subgraph that computes something a tensor of the reference stands
    for; its output before it is dequantized, where that is the model's output."""
    subgraph = candidate.subgraphs[0]
    partners = {
        tensor.index: place
        for (graph, place), (tensor, pairing) in matched.items()
        if graph == 0 and tensor.subgraph == 0 and not pairing.note
    }
    found = []
    for operator in subgraph.operators:
        if operator.op_name in _CONVERTERS or not operator.outputs or operator.outputs[0] < 0:
            continue
        output = subgraph.tensors[operator.outputs[0]]
        behind = (each.outputs[0] for each in output.consumers if each.op_name in _CONVERTERS)
        place = next((partners[each] for each in (output.index, *behind) if each in partners), None)
        if place is not None:
            pair = Pair(operator.index, operator.op_name, reference.subgraphs[0].tensors[place], output)
            if _real(pair.reference) and _real(pair.candidate) and not pair.reference.has_data:
                found.append(pair)
    return found


def _real(tensor: Tensor) -> bool:
    """Whether it stands for real numbers: float, or integers with one scale."""
    return tensor.type.name in _FLOATS or (tensor.type.name in _INTEGERS and isinstance(tensor.scale, float))


def _tflite(path: str) -> Model:
    model = open_model(path)
    if model.is_keras:
        raise JobError(
            f"{model.path.name} is a Keras file: only .tflite files have activations to compare. Convert it first, "
            "with the recipe float32."
        )
    if not model.subgraphs:
        raise JobError(f"{model.path.name} has no operators: there are no activations to compare.")
    return model


def _input_order(reference: Model, candidate: Model, matched: Pairs) -> list[int]:
    """For each input of the candidate the place of the reference's input that it stands for. Raises JobError."""
    places = {tensor.index: place for place, tensor in enumerate(reference.inputs())}
    found = {partner.index: places[index] for (graph, index), (partner, _how) in matched.items()
             if graph == 0 and index in places}  # fmt: skip
    order = [found.get(tensor.index, -1) for tensor in candidate.inputs()]
    if sorted(order) != sorted(places.values()):
        raise JobError(
            f"{candidate.path.name} has other inputs than {reference.path.name}. Compare variants of one model."
        )
    return order


def _measured(
    reference: Model,
    candidate: Model,
    order: Sequence[int],
    pairs: Sequence[Pair],
    samples: Samples,
    progress: Progress,
) -> list[LayerErrors]:
    """Runs both on every sample. Raises JobError, DataError."""
    first, second = (ActivationRunner(each.path.read_bytes(), each.path.name) for each in (reference, candidate))
    errors = [_layer_errors(pair.candidate) for pair in pairs]
    for number, sample in enumerate(samples):
        progress(number / samples.count, f"Comparing with sample {number + 1:,} of {samples.count:,}")
        values = list(sample.values())
        first.run(values)
        second.run([values[place] for place in order])
        for pair, sums in zip(pairs, errors, strict=True):
            sums.add(
                _real_values(pair.reference, first.values(pair.reference.index)), second.values(pair.candidate.index)
            )
    return errors


def _layer_errors(tensor: Tensor) -> LayerErrors:
    if tensor.type.name in _FLOATS or not isinstance(tensor.scale, float):
        return LayerErrors(None, None)
    zero_point = tensor.zero_point if isinstance(tensor.zero_point, int) else 0
    return LayerErrors(tensor.scale, zero_point, np.dtype(_INTEGERS[tensor.type.name]))


def _real_values(tensor: Tensor, values: Array) -> Array:
    return values if tensor.quantization is None else tensor.quantization.dequantize(values)


def _table(pairs: Sequence[Pair], errors: Sequence[LayerErrors]) -> LayerTable:
    rows = tuple(
        sums.row(pair.op_name, pair.candidate.index, pair.reference.name)
        for pair, sums in zip(pairs, errors, strict=True)
    )
    bits = tuple(float(pair.candidate.type.bits) if sums.quantized else None
                 for pair, sums in zip(pairs, errors, strict=True))  # fmt: skip
    return LayerTable(rows, {SIGNAL: tuple(each.signal for each in errors), BITS: bits})
