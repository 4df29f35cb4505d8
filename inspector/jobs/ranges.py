"""The task "ranges": what the activations of the float model hold over samples, and what clipping the weights costs."""

from pathlib import Path
from typing import Any

from inspector.analysis.activation_range import RangeCounter
from inspector.analysis.progress import Progress
from inspector.datasets.input_spec import real_specs
from inspector.datasets.opening import open_samples
from inspector.errors import JobError
from inspector.formats import open_model
from inspector.jobs.activation_runner import ActivationRunner
from inspector.jobs.calibrated_model import STEPS, cached_float_model
from inspector.jobs.calibration import OrderedSamples, ordered
from inspector.jobs.keras_loading import models_forgotten
from inspector.jobs.repair_options import RangesOptions
from inspector.jobs.score import sample_notes
from inspector.jobs.sources import open_source
from inspector.jobs.steps import Steps
from inspector.jobs.weight_trials import weight_trials
from inspector.model import Model, Tensor
from inspector.model.text import plural


def ranges(options: RangesOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Returns {"model", "samples", "activations": [...], "weights": {"kind", "samples", "bits", "rows": [...]} or None,
    "notes"}: the records of analysis/activation_range and analysis/weight_clipping as plain values.

    Raises UsageError, ModelFileError, DataError, JobError.
    """
    with models_forgotten():
        return _ranges(options, progress, scratch)


def _ranges(options: RangesOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    source = open_source(options.source)
    steps = Steps(progress, STEPS[source.kind] + 2 + (options.evaluation is not None))
    content = cached_float_model(source, options.data, steps, scratch, options.batch, options.allow_code)
    path = scratch / "float.tflite"
    path.write_bytes(content)
    model = open_model(path)
    samples = open_samples(options.data, real_specs(model))
    found = _activations(model, content, source.path.name, ordered(samples, real_specs(model)), options, steps)
    weights = None
    if options.evaluation is not None:
        steps("Clipping the weights")
        weights = weight_trials(model, content, options.evaluation, options.weight_sigmas, options.weight_bits, steps)
    return {
        "model": source.path.name, "samples": samples.count, "activations": found, "weights": weights,
        "summary": f"{plural(len(found), 'activation')} measured with {samples.count:,} samples.",
        "notes": list(dict.fromkeys([*sample_notes(samples), *((weights or {}).pop("notes", ()))])),
    }  # fmt: skip


def _activations(
    model: Model, content: bytes, title: str, samples: OrderedSamples, options: RangesOptions, steps: Steps
) -> list[dict[str, Any]]:
    tensors = [each for each in model.subgraphs[0].tensors if _is_activation(each)]
    if not tensors:
        raise JobError(f"{title} has no float activations whose range could be measured.")
    counters = [RangeCounter(options.sigmas, options.percentiles) for _each in tensors]
    runner = ActivationRunner(content, title)
    for look, message in ((RangeCounter.measure, "Measuring"), (RangeCounter.count, "Counting")):
        steps(f"{message} the activations with {samples.count:,} samples")
        for number, sample in enumerate(samples):
            steps.within(number / samples.count, f"{message} with sample {number + 1:,} of {samples.count:,}")
            runner.run(list(sample.values()))
            for tensor, counter in zip(tensors, counters, strict=True):
                look(counter, runner.values(tensor.index))
    found = (counter.plain(**_place(tensor)) for tensor, counter in zip(tensors, counters, strict=True))
    return [each for each in found if each is not None]


def _is_activation(tensor: Tensor) -> bool:
    """Float values that an operator computes, or an input."""
    computed = tensor.kind == "input" or tensor.producer is not None
    return tensor.type.name == "FLOAT32" and computed and not tensor.has_data


def _place(tensor: Tensor) -> dict[str, Any]:
    maker = tensor.producer
    return {
        "tensor": tensor.index, "name": tensor.name, "operator": None if maker is None else maker.index,
        "op_name": "" if maker is None else maker.op_name, "elements": tensor.elements,
    }  # fmt: skip
