"""What the job "try" is told: models, one sample, and which activation is looked at."""

from dataclasses import dataclass, field
from typing import ClassVar

from inspector.datasets.choice import DataChoice
from inspector.jobs.options import JobOptions, option


@dataclass(frozen=True, slots=True, kw_only=True)
class TryOptions(JobOptions):
    """Run models on one sample and show what they give."""

    JOB: ClassVar[str] = "try"

    models: tuple[str, ...] = option("The .tflite or Keras files that are run on the sample.")
    data: DataChoice = field(metadata={"help": "Where the sample comes from, with the name of its labels."})
    sample: int = option("Its number, from 0.", 0)
    activation: str = option("The index of a tensor of a .tflite, or the name of a Keras layer. Empty: none.", "")
    activation_of: str = option("The file whose activation is looked at; empty: the first.", "")
    label_names: str = option("A file with the names of the classes, one a line.", "")
    allow_code: bool = option("Load a model whose Lambda layers run code from the file.", False)

    @property
    def source(self) -> str:
        """The file that tells which Keras the worker needs: the first that is no .tflite."""
        return next((each for each in self.models if not each.lower().endswith(".tflite")), *self.models[:1])
