"""What a model says of one sample, for people: classes by name, and which of many outputs are worth a row."""

from collections.abc import Sequence

import numpy as np

from inspector.model.model import Array
from inspector.model.text import printable


def class_text(number: int, names: Sequence[str]) -> str:
    """ "3 cat", or "3" where the class has no name, or only its number for one."""
    name = printable(names[number]) if number < len(names) else ""
    return f"{number} {name}" if name and name != str(number) else str(number)


def shown_rows(outputs: Sequence[Array], most: int) -> tuple[list[int], int]:
    """(places of outputs in their order, how many are left out). Of more than `most`, those that are the largest of
    any model, the first model's first. `outputs`: (values,) of each model."""
    size = max((each.size for each in outputs), default=0)
    if size <= most:
        return list(range(size)), 0
    ranked = [np.argsort(-each, kind="stable")[:most].tolist() for each in outputs]
    found: dict[int, None] = {}
    for rank in range(most):
        for order in ranked:
            if len(found) < most and rank < len(order):
                found[order[rank]] = None
    return sorted(found), size - len(found)
