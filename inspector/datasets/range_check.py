"""Whether the values of samples are in the range the model was trained on, as far as the model itself tells.

Three things can tell: a layer at the input that says what it takes (Rescaling, or the file's metadata); a normalization
layer that remembers the mean and variance of what it saw; and, without either, how large the outputs of the first layer
get. That is a rule of thumb: on values of their own range the eleven trained models it was tried with had 0.06 to 3,
with 0 to 255 instead of 0 to 1 they had 15 to 730. A model that was trained on 0 to 255 as it is may look the same.
"""

import numpy as np

from inspector.datasets.first_layer import FirstLayer, TrainedRange, first_layer
from inspector.datasets.first_outputs import SAMPLES, outputs_of
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.notice import Notice
from inspector.datasets.samples import Samples
from inspector.datasets.sources import Array
from inspector.model.finding import Level
from inspector.model.tensor_types import TYPE_BY_NAME
from inspector.model.text import number_text

_FACTOR = 4.0
"""Spread and size may differ this often from the training's before a word is said."""
_SHIFT = 4.0
"""Standard deviations."""
_LARGE, _SMALL = 12.0, 0.002
_LARGE_VALUES = 16.0


def range_notices(samples: Samples) -> tuple[Notice, ...]:
    """Warnings about values that are too large or too small for the model; nothing where nothing can be told.

    Looks at the models that the input specs come from.
    """
    if not samples.valid_for_accuracy:
        return ()
    found = []
    for spec in samples.specs:
        notice = _stated(samples.ranges[spec.name], spec)
        if notice is None and spec.type in TYPE_BY_NAME and TYPE_BY_NAME[spec.type].is_float and not spec.strict:
            notice = _weighed(samples, spec)
        if notice is not None:
            found.append(notice)
    return tuple(found)


def _stated(given: tuple[float, float], spec: InputSpec) -> Notice | None:
    """The values against the range that the model states."""
    if spec.low is None or spec.high is None:
        return None
    low, high = given
    why = f"{spec.name} takes {number_text(spec.low)} to {number_text(spec.high)} ({spec.because})"
    here = f"Values go from {number_text(low)} to {number_text(high)}; {why}"
    width = spec.high - spec.low
    if spec.strict:
        return (
            Notice(Level.WARNING, f"{here}. Others are no rows of it.") if low < spec.low or high > spec.high else None
        )
    if max(abs(low), abs(high)) > _FACTOR * max(abs(spec.low), abs(spec.high)) or low < spec.low - width / 4:
        return Notice(Level.WARNING, f"{here}: they are outside of it. Scale them as for training.")
    if low != high and high - low < width / 20:
        return Notice(Level.WARNING, f"{here}: they fill only a small part of it. Scale them as for training.")
    return None


def _weighed(samples: Samples, spec: InputSpec) -> Notice | None:
    """The values against what the first layer's weights, and the normalization behind them, are made for."""
    layer = first_layer(spec.model, spec) if spec.model is not None else None
    if layer is None:
        return None
    array = samples.arrays[spec.name]
    picked = array[:: max(1, len(array) // SAMPLES)][:SAMPLES]
    with np.errstate(all="ignore"):  # weights of a damaged file may be anything
        outputs = outputs_of(layer, picked if spec.batched else picked.reshape(-1, *picked.shape[2:]))
        if outputs is None or not outputs.size or not bool(np.isfinite(outputs).all()):
            return None
        if layer.trained is not None and _was_trained(layer.trained, outputs):
            return _remembered(samples.ranges[spec.name], layer, layer.trained, outputs)
        return _usual(samples.ranges[spec.name], layer, outputs) if layer.kernel is not None else None


def _was_trained(trained: TrainedRange, outputs: Array) -> bool:
    fresh = bool((trained.mean == 0).all() and (trained.variance == 1).all())
    return trained.mean.size == outputs.shape[1] and not fresh and bool((trained.variance > 0).any())


def _remembered(given: tuple[float, float], layer: FirstLayer, trained: TrainedRange, outputs: Array) -> Notice:
    """Spread and mean of each channel against those that the normalization layer saw while it was trained."""
    used = trained.variance > trained.variance.max() * 1e-6
    deviation = np.sqrt(trained.variance[used])
    spread = float(np.median(outputs.std(axis=0, dtype=np.float64)[used] / deviation))
    shift = float(np.median(np.abs(outputs.mean(axis=0, dtype=np.float64)[used] - trained.mean[used]) / deviation))
    what = "the values" if layer.kernel is None else f"the outputs of {layer.name}"
    start = f"With values from {number_text(given[0])} to {number_text(given[1])} {what}"
    if spread > _FACTOR or spread < 1 / _FACTOR:
        return Notice(
            Level.WARNING,
            f"{start} vary {_times(spread)} as much as in training ({trained.layer} remembers). "
            f"{_advice(given, spread)}",
        )
    if shift > _SHIFT:
        return Notice(
            Level.WARNING,
            f"{start} lie {number_text(round(shift, 1))} standard deviations from those in training "
            f"({trained.layer} remembers). Shift them as for training.",
        )
    return Notice(
        Level.GOOD, f"{what[0].upper()}{what[1:]} vary about as much as in training ({trained.layer} remembers)."
    )


def _usual(given: tuple[float, float], layer: FirstLayer, outputs: Array) -> Notice | None:
    """Nothing remembers the training: the size of the outputs alone shows what is far off."""
    low, high = given
    size = float(np.sqrt(np.square(outputs, dtype=np.float64).mean()))
    spread = float(np.median(outputs.std(axis=0, dtype=np.float64)))
    start = f"With values from {number_text(low)} to {number_text(high)} the outputs of {layer.name}"
    if size > _LARGE and max(abs(low), abs(high)) > _LARGE_VALUES:
        return Notice(
            Level.WARNING,
            f"{start} are about {number_text(float(f'{size:.2g}'))} in size; in most trained models they are near 1. "
            f"{_advice(given, size)}",
        )
    if low != high and spread < _SMALL:
        return Notice(
            Level.WARNING, f"{start} hardly change. Were they scaled twice, or are 0 to 255 expected? Check the range."
        )
    return None


def _times(ratio: float) -> str:
    return f"{number_text(float(f'{ratio:.2g}'))} times"


def _advice(given: tuple[float, float], ratio: float) -> str:
    if 200 <= given[1] <= 256 and given[0] >= 0 and ratio > _LARGE:
        return "If the model was trained on 0 to 1, divide them by 255."
    return "If the model was trained on scaled values, scale these alike."
