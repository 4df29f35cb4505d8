"""What one input of a model takes: its name, shape and type, whatever file the model came from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InputSpec:
    """`shape` with the batch dimension first and -1 for a dynamic dimension; `type` in the schema's capitals."""

    name: str
    shape: tuple[int, ...]
    type: str
