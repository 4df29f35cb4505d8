"""What LiteRT says of a debug model, beside TensorFlow's debugger: where the two disagree, a layer may be innocent.

TensorFlow 2.21's own interpreter, which its debugger runs on, computes INT8 BATCH_MATMUL wrongly with XNNPACK (held
against NumPy: 10.9 steps off where LiteRT is 0.2 off), so its table blames that layer and those behind it.
"""

from collections.abc import Sequence
from math import sqrt

from inspector.analysis.layer_errors import mean_square, nan_mean
from inspector.errors import DataError, JobError
from inspector.jobs.activation_runner import ActivationRunner
from inspector.jobs.calibration import OrderedSamples
from inspector.jobs.steps import Steps
from inspector.model import Model
from inspector.model.layer_table import LayerRow

VERIFY = "NumericVerify"
_FAULTY = "BATCH_MATMUL"
_FEW = 8


def sample_count(debug: Model, samples: OrderedSamples) -> int:
    """How many samples LiteRT is asked about: all where the faulty operator takes part, else the first few."""
    faulty = any(operator.op_name == _FAULTY for operator in debug.operators())
    return samples.count if faulty else min(samples.count, _FEW)


def litert_errors(content: bytes, debug: Model, samples: OrderedSamples, steps: Steps) -> list[float]:
    """The mean squared error of each layer, in the order of the table, over the first `sample_count` samples; nothing
    where LiteRT can't run the model: then there is no second opinion. `debug` is what our reader sees in `content`.
    """
    try:
        return _litert_errors(content, debug, samples, steps)
    except (JobError, DataError):
        return []


def _litert_errors(content: bytes, debug: Model, samples: OrderedSamples, steps: Steps) -> list[float]:
    outputs = [operator.outputs[0] for operator in debug.subgraphs[0].operators if operator.op_name == VERIFY]
    runner = ActivationRunner(content, "The debug model")
    count = sample_count(debug, samples)
    found: list[list[float]] = [[] for _output in outputs]
    for number, sample in zip(range(count), samples, strict=False):
        steps.within(number / count, f"Asking LiteRT about sample {number + 1:,} of {count:,}")
        runner.run(list(sample.values()))
        for output, errors in zip(outputs, found, strict=True):
            errors.append(mean_square(runner.values(output)))
    return [nan_mean(each) for each in found]


def doubts(rows: Sequence[LayerRow], tensorflow: Sequence[float], litert: Sequence[float]) -> list[str]:
    """A sentence for each row where the two runtimes' mean squared errors disagree, "" for the others."""
    if len(litert) != len(rows):
        return [""] * len(rows)
    found = []
    for row, ours, theirs in zip(rows, tensorflow, litert, strict=True):
        steps, other = (sqrt(max(each, 0.0)) / (row.scale or 1.0) for each in (ours, theirs))
        differ = abs(steps - other) > max(0.1, 0.25 * min(steps, other))
        found.append(_sentence(row.op_name, steps, other) if differ else "")
    return found


def _sentence(op_name: str, steps: float, other: float) -> str:
    known = f" TensorFlow 2.21 computes INT8 {_FAULTY} wrongly with XNNPACK." if op_name == _FAULTY else ""
    return (
        f"LiteRT, running the same debug model, finds an rmse/scale of {other:.4f}, not {steps:.4f}: the error is the "
        f"runtime's, of this layer or one before it, not quantization's.{known}"
    )


def summary(rows: Sequence[LayerRow], sentences: Sequence[str]) -> list[str]:
    """One note for all rows in doubt."""
    names = [row.op_name for row, sentence in zip(rows, sentences, strict=True) if sentence]
    if not names:
        return []
    more = f" and {len(names) - 1:,} behind it" if len(names) > 1 else ""
    first = next(sentence for sentence in sentences if sentence)
    return [f"{names[0]}{more}: in doubt. {first}"]
