"""What the job "evaluate" is told: models, labelled samples, how inputs and outputs are read, what is compared."""

from dataclasses import dataclass, field
from typing import ClassVar

from inspector.analysis.evaluation_scores import AVERAGES
from inspector.analysis.evaluation_task import TASKS
from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError
from inspector.jobs.options import JobOptions, check_choice, option

AUTO = "auto"
NEAREST, TRUNCATE = "nearest", "truncate"
XNNPACK, BUILTIN = "xnnpack", "builtin"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateOptions(JobOptions):
    """Run models over labelled samples and score them. Raises UsageError for a value that is none of its choices."""

    JOB: ClassVar[str] = "evaluate"

    models: tuple[str, ...] = option("The .tflite or Keras files to evaluate.")
    data: DataChoice = field(metadata={"help": "The samples, with the name of their labels."})
    reference: str = option("The model that the others are compared with: the float one, or another variant.", "")
    task: str = option("auto, multiclass, binary (one sigmoid), multilabel or regression.", AUTO)
    average: str = option(
        "Of precision, recall, F1 and Jaccard over classes: macro, micro, weighted or binary.", "macro"
    )
    input_rounding: str = option(
        "nearest: q = round(r / scale + zero_point), clipped to the type; truncate: cast without rounding or clipping, "
        "as naive loops do.",
        NEAREST,
    )
    threshold: float | None = option(
        "Yes is above this value; without it 0.5, or 0 for outputs that leave 0 to 1.", None
    )
    raw_threshold: bool = option(
        "Yes is above the middle of the output's type, before it is dequantized: float 0.5, int8 0, uint8 128.", False
    )
    kernels: str = option("xnnpack, as most programs run models, or builtin: without the XNNPACK delegate.", XNNPACK)
    resamples: int = option("Bootstrap replicates for the intervals; 0: no intervals and no verdicts.", 1000)
    seed: int = option("Draws the replicates.", 0)
    latency_samples: int = option("Samples that are timed one at a time; 0: no latency.", 100)
    label_names: str = option("A file with the names of the classes, one a line.", "")
    allow_code: bool = option("Load a model whose Lambda layers run code from the file.", False)

    def __post_init__(self) -> None:
        check_choice(self.task, (AUTO, *TASKS), "The task")
        check_choice(self.average, AVERAGES, "The average")
        check_choice(self.input_rounding, (NEAREST, TRUNCATE), "The rounding of inputs")
        check_choice(self.kernels, (XNNPACK, BUILTIN), "The kernels")
        if self.resamples < 0 or self.latency_samples < 0 or self.seed < 0:
            raise UsageError("The numbers of replicates and of timed samples, and the seed, are 0 or more.")
        if self.raw_threshold and self.threshold is not None:
            raise UsageError("The raw rule has its own threshold, the middle of the type: leave the other one out.")

    @property
    def source(self) -> str:
        """The file that tells which Keras the worker needs: the first that is no .tflite."""
        every = [*self.models, *([self.reference] if self.reference else [])]
        return next((each for each in every if not each.lower().endswith(".tflite")), every[0] if every else "")
