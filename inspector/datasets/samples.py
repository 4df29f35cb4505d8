"""Samples for a model's inputs, ready to be fed: checked, in the input's type, with the range of their values."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from inspector.datasets.input_spec import InputSpec
from inspector.datasets.notice import Notice

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Samples:
    """`arrays` holds one array an input, by its name and in the model's order: (count, *sample shape), of the input's
    type, read-only, mapped from the file where that was possible. `total` is how many the data had.
    `ranges` are the lowest and highest value of each array, `sources` what it is called where it comes from; `origins`
    the file of each sample, where it is one (images)."""

    specs: tuple[InputSpec, ...]
    arrays: Mapping[str, Array]
    count: int
    total: int
    description: str
    valid_for_accuracy: bool = True
    notices: tuple[Notice, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    origins: tuple[str, ...] = ()

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[dict[str, Array]]:
        """One sample after another, each array in the shape of the input (a dynamic batch is 1)."""
        return (self.sample(index) for index in range(self.count))

    def sample(self, index: int) -> dict[str, Array]:
        """What an interpreter is given: input name -> array in the input's shape, in the order of the inputs."""
        return {
            spec.name: self.arrays[spec.name][index : index + 1] if spec.batched else self.arrays[spec.name][index]
            for spec in self.specs
        }

    def sha256(self) -> str:
        """A hash of the samples themselves, whatever file they came from: types, shapes and values in order."""
        digest = hashlib.sha256()
        for name, array in self.arrays.items():
            digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
            for start in range(0, len(array), 64):
                digest.update(np.ascontiguousarray(array[start : start + 64]).data)
        return digest.hexdigest()
