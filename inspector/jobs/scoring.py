"""Scores models on samples: by accuracy where there are labels, else by how far they agree with the float model."""

from dataclasses import dataclass
from functools import cached_property

from inspector.analysis.classification import Accuracy, accuracy, agreement, closeness
from inspector.analysis.progress import Progress
from inspector.jobs.calibration import OrderedSamples
from inspector.jobs.inference import outputs_of
from inspector.jobs.interpreter_run import Array

ACCURACY, AGREEMENT, FIT = "accuracy", "agreement", "fit"
KINDS = (ACCURACY, AGREEMENT, FIT)


@dataclass(frozen=True, slots=True)
class Score:
    """`score` is what models are chosen by: the share of right answers, of the float model's answers, or R2 to its
    outputs; `correct` counts answers. `closeness` is R2 to the float model's outputs, None where it was not run."""

    score: float
    correct: int | None = None
    closeness: float | None = None


class Scorer:
    """Scores one model after another; the float model's outputs are computed once.

    What is scored is the first output. Raises DataError where labels don't fit it.
    """

    def __init__(
        self, float_model: bytes | None, samples: OrderedSamples, labels: Array | None, tell: Progress | None = None
    ) -> None:
        """`float_model` may be None where there are `labels`."""
        self._samples, self._labels = samples, labels
        self._reference: Array | None = None
        self._outputs = 1
        if float_model is not None:
            outputs = outputs_of(float_model, samples, "the float model", tell)
            self._reference, self._outputs = outputs[0], len(outputs)

    @cached_property
    def kind(self) -> str:
        """One of KINDS."""
        if self._labels is not None:
            return ACCURACY
        assert self._reference is not None
        classes = [size for size in self._reference.shape[1:] if size != 1]
        return AGREEMENT if len(classes) == 1 else FIT

    @property
    def notes(self) -> list[str]:
        """What is to be said of the scores."""
        return [f"The first of {self._outputs} outputs is scored."] if self._outputs > 1 else []

    def of_float(self) -> Score:
        """The float model's own."""
        assert self._reference is not None
        return self._score(self._reference)

    def of(
        self, content: bytes, name: str, tell: Progress | None = None, samples: OrderedSamples | None = None
    ) -> Score:
        """Runs the model. `samples`: the same in the order of its inputs, where that is another. Raises JobError,
        DataError."""
        outputs = outputs_of(content, samples or self._samples, name, tell)
        self._outputs = len(outputs)
        return self._score(outputs[0])

    def _score(self, outputs: Array) -> Score:
        near = None if self._reference is None else closeness(self._reference, outputs)
        answers: Accuracy | None = None
        if self._labels is not None:
            answers = accuracy(self._labels, outputs)
        elif self.kind == AGREEMENT and self._reference is not None:
            answers = agreement(self._reference, outputs)
        if answers is None:
            assert near is not None
            return Score(near, None, near)
        return Score(answers.score, answers.correct, near)
