"""What can be said about samples before the work begins, in sentences."""

from collections.abc import Sequence

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import InputSpec, input_specs, real_specs
from inspector.datasets.kinds import kind_of
from inspector.datasets.notice import Notice
from inspector.datasets.opening import open_samples
from inspector.datasets.samples import Samples
from inspector.datasets.sources import Progress, no_progress
from inspector.model import Model
from inspector.model.finding import Level
from inspector.model.text import number_text, plural, shape_text

_FEW = 20
"""Fewer samples than this seldom show the whole range of a model's activations."""


def check_choice(
    choice: DataChoice, model: Model, progress: Progress = no_progress, real: bool = False
) -> tuple[Notice, ...]:
    """Everything that can be said about a choice without running code; `real`: samples are given as real values where
    inputs are quantized. Raises DataError where it can't be used."""
    if kind_of(choice.path) == "python":
        if not choice.allow_code:
            return (Notice(Level.WARNING, "A Python file runs its code. It is run only if you agree to it."),)
        return (Notice(Level.NOTE, "The Python file runs in the worker; its samples are checked there."),)
    samples = open_samples(choice, real_specs(model) if real else input_specs(model), progress)
    return check_samples(samples, samples.specs)


def check_samples(samples: Samples, specs: Sequence[InputSpec]) -> tuple[Notice, ...]:
    """That shapes fit, the range of the values, and what is unusual about the samples."""
    found = []
    for spec in specs:
        low, high = samples.ranges[spec.name]
        shape = shape_text((1, *samples.arrays[spec.name].shape[1:]) if spec.batched else spec.shape)
        which = f"{samples.sources.get(spec.name, 'The data')} fits the input"
        named = f" {spec.name}" if len(specs) > 1 else ""
        found.append(Notice(Level.GOOD, f"{which}{named}: {shape} {spec.type}."))
        if low == high:
            found.append(Notice(Level.WARNING, f"Every value{_of(spec, specs)} is {number_text(low)}."))
        else:
            text = f"Values{_of(spec, specs)} from {number_text(low)} to {number_text(high)}, no NaN."
            found.append(Notice(Level.GOOD, text))
    found += samples.notices
    if samples.valid_for_accuracy and samples.count < _FEW:
        few = f"Only {plural(samples.count, 'sample')}: about 100 or more show the ranges of the activations better."
        found.append(Notice(Level.NOTE, few))
    return tuple(found)


def _of(spec: InputSpec, specs: Sequence[InputSpec]) -> str:
    return f" of {spec.name}" if len(specs) > 1 else ""
