"""What the jobs are told that help to repair a quantized model: score, suggest, ranges."""

from dataclasses import dataclass, field
from typing import ClassVar

from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError
from inspector.jobs.options import JobOptions, check_choice, option

_SOURCE = "A Keras file (.h5, .hdf5, .keras), a SavedModel folder, or a float .tflite file."
_CALIBRATION = "Calibration data: the ranges of the activations are measured with them."
_EVALUATION = (
    "Samples that models are scored on: by accuracy where the choice names labels, else by how far the outputs agree "
    "with the float model's."
)
_BATCH = "fixed: batch size 1, as TFLM needs it; dynamic: the batch stays open."
_CODE = "Load a model whose Lambda layers run code from the file."


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOptions(JobOptions):
    """Score .tflite files, and the float form of their source, on samples."""

    JOB: ClassVar[str] = "score"

    models: tuple[str, ...] = option("The .tflite files to score.")
    evaluation: DataChoice = field(metadata={"help": _EVALUATION})
    source: str = option("The source whose float form is scored too; needed where there are no labels.", "")
    data: DataChoice | None = field(
        default=None,
        metadata={"help": "The calibration data of an earlier job: its float model is taken from the cache."},
    )
    batch: str = option(_BATCH, "fixed")
    allow_code: bool = option(_CODE, False)

    def __post_init__(self) -> None:
        check_choice(self.batch, ("fixed", "dynamic"), "The batch size")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestOptions(JobOptions):
    """Search a small set of operators that stay float, so that the score is near the float model's."""

    JOB: ClassVar[str] = "suggest"

    source: str = option(_SOURCE)
    data: DataChoice = field(metadata={"help": _CALIBRATION})
    evaluation: DataChoice | None = field(
        default=None, metadata={"help": f"{_EVALUATION} Without them, the calibration data."}
    )
    distance: float = option("How far below the float model's score is near enough: 0.01 is 1 percentage point.", 0.01)
    most: int = option("The most operators that may stay float; 0: as many as it takes.", 0)
    output: str = option("The recipe file (.json) with what was found. Empty: none is written.", "")
    batch: str = option(_BATCH, "fixed")
    allow_code: bool = option(_CODE, False)
    overwrite: bool = option("Replace a file that exists.", False)

    def __post_init__(self) -> None:
        check_choice(self.batch, ("fixed", "dynamic"), "The batch size")
        if not 0 <= self.distance < 1:
            raise UsageError(f"The distance can't be {self.distance:g}: it is from 0 to below 1; 0.01 is 1 point.")
        if self.most < 0:
            raise UsageError(f"The most operators can't be {self.most}: it is 0 or more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RangesOptions(JobOptions):
    """Measure what each activation holds over samples, and what clipping the weights does to the score."""

    JOB: ClassVar[str] = "ranges"

    source: str = option(_SOURCE)
    data: DataChoice = field(metadata={"help": "The samples the activations are measured with."})
    sigmas: tuple[float, ...] = option("Ranges of mean -/+ this many sigma are tried on each activation.", (3.0,))
    percentiles: tuple[float, ...] = option(
        "Ranges that hold this share of the values, in percent, are tried on each activation.", (99.9, 99.99)
    )
    evaluation: DataChoice | None = field(
        default=None, metadata={"help": f"{_EVALUATION} Without them, no weights are clipped."}
    )
    weight_sigmas: tuple[float, ...] = option("Weights are clipped at mean -/+ this many sigma.", (3.0, 2.0, 1.0))
    weight_bits: int = option("The bits that weights are quantized to, after they were clipped: 2 to 8.", 8)
    batch: str = option(_BATCH, "fixed")
    allow_code: bool = option(_CODE, False)

    def __post_init__(self) -> None:
        check_choice(self.batch, ("fixed", "dynamic"), "The batch size")
        if not 2 <= self.weight_bits <= 8:
            raise UsageError(f"Weights can't have {self.weight_bits} bits: it is from 2 to 8.")
        for each in (*self.sigmas, *self.weight_sigmas):
            if not 0 < each <= 100:
                raise UsageError(f"{each:g} sigma is no range: it is above 0 and at most 100.")
        for each in self.percentiles:
            if not 50 <= each <= 100:
                raise UsageError(f"{each:g} % is no range: it is from 50 to 100.")
