"""Which samples a job works on: where they come from, how many, and how they are brought into the input's form."""

from dataclasses import dataclass

RANDOM = "random"
"""The `path` that stands for random values in the input's shape; not valid for accuracy."""


@dataclass(frozen=True, slots=True)
class DataChoice:
    """A choice of samples; plain values only, so that it travels as JSON.

    `path`: a .npz, .npy, .csv or .py file, a folder of images, or "random". `arrays` names the array of each input of
    a .npz as (input, array) pairs, where input "" is the only one; empty takes arrays named as the inputs, or the first
    one for a single input.
    `samples` 0 takes all; fewer than there are, are drawn with `seed`. `colour` is "auto", "grey" or "rgb", for images
    as the input has channels; images become pixel x `scale` + `offset`, None as the input asks for. `allow_code`: the
    user agreed to run a Python file.
    """

    path: str
    arrays: tuple[tuple[str, str], ...] = ()
    samples: int = 100
    seed: int = 0
    colour: str = "auto"
    scale: float | None = None
    offset: float | None = None
    allow_code: bool = False
