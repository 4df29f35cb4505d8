"""What a model says of one sample, for people: classes by name, and which of many outputs are worth a row."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from inspector.model.model import Array
from inspector.model.text import number_text, printable


def class_text(number: int, names: Sequence[str]) -> str:
    """ "3 cat", or "3" where the class has no name, or only its number for one."""
    name = printable(names[number]) if number < len(names) else ""
    return f"{number} {name}" if name and name != str(number) else str(number)


def label_text(result: Mapping[str, Any]) -> str:
    """Of what the job "try" returned: the right class, or classes, by name; else the numbers."""
    label, names = result["label"], result["names"]
    if result["task"] == "binary":
        return "yes" if label["classes"] == [1] else "no"
    if label["classes"]:
        return ", ".join(class_text(each, names) for each in label["classes"])
    values = ", ".join(number_text(each) for each in label["values"][:8])
    return "none of the classes" if result["task"] == "multilabel" else values


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
