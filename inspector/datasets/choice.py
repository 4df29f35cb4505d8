"""Which samples a job works on: where they come from, how many, and how they are brought into the input's form."""

from dataclasses import dataclass

from inspector.errors import UsageError

RANDOM = "random"
"""The `path` that stands for random values in the input's shape; not valid for accuracy."""
COLOURS = ("auto", "grey", "rgb")


@dataclass(frozen=True, slots=True)
class DataChoice:
    """A choice of samples; plain values only, so that it travels as JSON. Raises UsageError for one that is none.

    `path`: a .npz, .npy, .csv or .py file, a folder of images, or "random". `arrays` names the array of each input of
    a .npz as (input, array) pairs, "" standing for a model's only input; empty takes arrays named as the inputs, or the
    first one for a single input. `samples` 0 takes all; fewer than there are, are drawn with `seed`. `colour` is
    "auto", "grey" or "rgb", for images as the input has channels; images become pixel x `scale` + `offset`, None as the
    input asks for. `allow_code`: the user agreed to run a Python file. `labels` names the array of a .npz or the column
    of a .csv with the right answers, which a model is scored by; "folders" of images by class; "" where there are none.
    `only` takes one sample by its number, from 0, whatever `samples` says.
    """

    path: str
    arrays: tuple[tuple[str, str], ...] = ()
    samples: int = 100
    seed: int = 0
    colour: str = "auto"
    scale: float | None = None
    offset: float | None = None
    allow_code: bool = False
    labels: str = ""
    only: int | None = None

    def __post_init__(self) -> None:
        if self.colour not in COLOURS:
            raise UsageError(f"Images can't be {self.colour}: it is one of {', '.join(COLOURS)}.")
        for name, value in (("number of samples", self.samples), ("seed", self.seed)):
            if value < 0:
                raise UsageError(f"The {name} can't be {value}: it is 0 or more.")
