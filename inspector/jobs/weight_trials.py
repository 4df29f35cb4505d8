"""The same float model with other weights: clipped, fake-quantized, and scored each time."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from inspector.analysis.weight_clipping import WeightClipping, channel_dimension, clipped, fake_quantized
from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import real_specs
from inspector.datasets.labels import read_labels
from inspector.datasets.opening import open_samples
from inspector.errors import JobError
from inspector.jobs.calibration import ordered
from inspector.jobs.score import sample_notes
from inspector.jobs.scoring import Score, Scorer
from inspector.jobs.steps import Steps
from inspector.model import Model, Tensor


def weight_trials(
    model: Model, content: bytes, evaluation: DataChoice, sigmas: Sequence[float], bits: int, steps: Steps
) -> dict[str, Any]:
    """{"kind", "samples", "bits", "rows": [plain WeightClipping, ...], "notes"}: float first, then quantized with all
    of the range, then clipped at each of `sigmas`. Raises DataError, JobError."""
    tensors = [each for each in model.subgraphs[0].tensors if _is_weight(each)]
    if not tensors:
        raise JobError("The model has no float weights that could be clipped. Leave the evaluation samples out.")
    samples = open_samples(evaluation, real_specs(model))
    scorer = Scorer(content, ordered(samples, real_specs(model)), read_labels(evaluation, samples), steps.within)
    rows = [_row(scorer.of_float(), None, False, bits, 0.0, 0.0)]
    trials: list[float | None] = [None, *sigmas]
    for place, sigma in enumerate(trials):
        steps.within(place / len(trials), f"Clipping the weights: {place + 1} of {len(trials)}")
        changed, outside, squares = {}, 0, 0.0
        for tensor in tensors:
            values = model.values(tensor)
            kept, count = clipped(values, sigma)
            made = fake_quantized(kept, channel_dimension(tensor), bits)
            outside, squares = outside + count, squares + float(np.square(made - values, dtype=np.float64).sum())
            changed[tensor.index] = made
        count = sum(each.elements for each in tensors)
        score = scorer.of(_with_constants(content, changed), "the model with other weights")
        rows.append(_row(score, sigma, True, bits, outside / count, float(np.sqrt(squares / count))))
    return {
        "kind": scorer.kind,
        "samples": samples.count,
        "bits": bits,
        "rows": rows,
        "notes": [*scorer.notes, *sample_notes(samples)],
    }


def _row(score: Score, sigma: float | None, quantized: bool, bits: int, share: float, rmse: float) -> dict[str, Any]:
    return asdict(WeightClipping(sigma, quantized, bits, score.score, score.correct, score.closeness, share, rmse))


def _is_weight(tensor: Tensor) -> bool:
    return tensor.role == "weights" and tensor.type.name == "FLOAT32" and tensor.sparsity is None


def _with_constants(content: bytes, changed: dict[int, Any]) -> bytes:
    """The same model with other values in these tensors of the main subgraph, each in a buffer of its own."""
    from ai_edge_litert.schema_py_generated import BufferT
    from ai_edge_litert.tools.flatbuffer_utils import convert_object_to_bytearray, read_model_from_bytearray

    model = read_model_from_bytearray(bytearray(content))
    for index, values in changed.items():
        buffer = BufferT()
        buffer.data = np.frombuffer(values.astype("<f4").tobytes(), np.uint8)
        model.subgraphs[0].tensors[index].buffer = len(model.buffers)
        model.buffers.append(buffer)
    return bytes(convert_object_to_bytearray(model))
