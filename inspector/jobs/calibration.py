"""Calibration samples as the float model takes them, and the ranges measured with them: once for all recipes."""

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.datasets.input_spec import InputSpec
from inspector.datasets.samples import Samples
from inspector.errors import InspectorError, JobError
from inspector.jobs.activation_ranges import Ranges
from inspector.jobs.conversion_failures import conversion
from inspector.jobs.float_model import FloatModel, start_tensorflow
from inspector.jobs.steps import Steps
from inspector.jobs.tflite_backend import Calibrated
from inspector.model.finding import Level
from inspector.model.text import plural

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class OrderedSamples:
    """`samples` by the names of the float model's inputs, in their order; `names` are (its name, the samples' name)."""

    samples: Samples
    names: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        return self.samples.count

    def __iter__(self) -> Iterator[dict[str, Array]]:
        for sample in self.samples:
            yield {name: sample[given] for name, given in self.names}

    @property
    def first(self) -> list[Array]:
        return [self.samples.sample(0)[given] for _name, given in self.names]

    @property
    def warnings(self) -> list[str]:
        """What was found wrong with the samples, for the notes of each variant made with them."""
        return [each.text for each in self.samples.notices if each.level is Level.WARNING]


def ordered(samples: Samples, inputs: Sequence[InputSpec]) -> OrderedSamples:
    """Finds the samples of each input by name, else by shape and type. Raises JobError.

    Converters rename inputs: `input_1` becomes `serving_default_input_1:0`.
    """
    left = list(samples.specs)
    found: dict[int, str] = {}
    for fits in (_same_name, _same_form):
        for place, spec in enumerate(inputs):
            same = next((each for each in left if fits(each, spec)), None) if place not in found else None
            if same is not None:
                left.remove(same)
                found[place] = same.name
    for place, spec in enumerate(inputs):
        if place not in found:
            raise JobError(f"The converted model has an input {spec.name} {list(spec.shape)} that the source has not.")
    return OrderedSamples(samples, tuple((spec.name, found[place]) for place, spec in enumerate(inputs)))


def _same_name(one: InputSpec, other: InputSpec) -> bool:
    return bool(set(one.names) & set(other.names))


def _same_form(one: InputSpec, other: InputSpec) -> bool:
    return (one.sample_shape, one.type) == (other.sample_shape, other.type)


_LOOPS = (
    "has loops (WHILE), as LSTM and GRU layers of Keras 3 become, and TensorFlow's calibration crashes on loops. "
    "Build those layers with unroll=True, or choose a recipe without calibration."
)


class Calibration:
    """Measures the ranges when the first recipe asks for them, by either back end; a failure is raised again."""

    def __init__(
        self, samples: OrderedSamples, model: FloatModel, op_names: Set[str], title: str, steps: Steps
    ) -> None:
        """`op_names`: the operators of `model`; `title`: how messages call it."""
        self.samples, self._model, self._op_names = samples, model, op_names
        self._title, self._steps = title, steps
        self._calibrated: Calibrated | None = None
        self._ranges: Ranges | None = None
        self._failure: InspectorError | None = None

    def tensorflow(self) -> Calibrated:
        """Raises JobError."""
        if self._calibrated is None:
            self._begin()
            if "WHILE" in self._op_names:  # TensorFlow 2.21 would take the process down
                self._failure = JobError(f"{self._title} {_LOOPS}")
                raise self._failure
            start_tensorflow(self._steps)
            with self._kept_failure(), conversion(self._title):
                self._calibrated = Calibrated(self._model.raw, self._feed, self._model.content)
        return self._calibrated

    def litert(self) -> Ranges:
        """Raises JobError, DataError."""
        from inspector.jobs.litert_backend import litert_ranges

        if self._ranges is None:
            self._begin()
            with self._kept_failure(), conversion(self._title):
                self._ranges = litert_ranges(self._model.content, self.samples, self._steps.within)
        return self._ranges

    def _begin(self) -> None:
        if self._failure is not None:
            raise self._failure
        self._steps(f"Calibrating with {plural(self.samples.count, 'sample')}")

    def _feed(self) -> Iterator[list[Array]]:
        count = self.samples.count
        for number, sample in enumerate(self.samples):
            self._steps.within(number / count, f"Calibrating {number + 1:,} of {count:,}")
            yield list(sample.values())

    @contextmanager
    def _kept_failure(self) -> Iterator[None]:
        try:
            yield
        except InspectorError as error:
            self._failure = error
            raise
