"""A finding: something about a model that a user should know, with the rows it is about."""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How much a finding matters; `DAMAGE` is what `--strict` fails on."""

    GOOD = 0
    NOTE = 1
    WARNING = 2
    DAMAGE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """`title` is the fact, `detail` why it matters or what to do.

    `tensors` and `operators` are (subgraph, index) pairs.
    `code` is a stable word for scripts, such as "tensor_index" or "no_signature".
    """

    level: Level
    code: str
    title: str
    detail: str = ""
    tensors: tuple[tuple[int, int], ...] = ()
    operators: tuple[tuple[int, int], ...] = ()
