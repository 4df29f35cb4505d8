"""What the jobs "sweep" and "pipeline" are told: a plan and who works on it; one model, one recipe and its data."""

from dataclasses import dataclass, field
from typing import ClassVar

from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.options import JobOptions, option


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineOptions(JobOptions):
    """Make one variant of one model and evaluate it."""

    JOB: ClassVar[str] = "pipeline"

    key: str = option("Names the folder in output_folder that the files come into.")
    source: str = option("A Keras file, a SavedModel folder or a float .tflite file.")
    recipe: str = option("Id of the recipe.")
    output_folder: str = option("The folder `files` of the sweep's results.")
    evaluation: EvaluateOptions = field(
        metadata={"help": "How the variant is evaluated; its `models` are set when it is made."}
    )
    calibration: DataChoice | None = field(default=None, metadata={"help": "Calibration data, with the seed."})
    debug: bool = option("Run the quantization debugger and keep its layer table.", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOptions(JobOptions):
    """Run the pipelines of a plan. Raises UsageError for a number of workers that is none."""

    JOB: ClassVar[str] = "sweep"

    plan: str = option("The plan, a TOML file.")
    folder: str = option("Where the results are kept. Empty: PLAN.results beside the plan.", "")
    workers: int = option("Pipelines that run side by side here; 0: as many as cores and free memory allow.", 0)
    dask: str = option("Address of a Dask scheduler, such as tcp://host:8786, whose workers run the pipelines.", "")
    retry_failed: bool = option("Run pipelines that failed once more.", False)
    again: bool = option("Run all pipelines, those that are done as well.", False)

    def __post_init__(self) -> None:
        if self.workers < 0:
            raise UsageError(f"The number of workers can't be {self.workers}: it is 0 (chosen by the machine) or more.")
        if self.dask and self.workers:
            raise UsageError("The Dask cluster says how many workers there are: leave the number out, or the address.")
