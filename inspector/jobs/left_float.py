"""Which operators a user keeps float while the rest is quantized: are there such, and can the recipe do it?"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from inspector.errors import JobError, UsageError
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import BY_ID, Recipe
from inspector.model import Model
from inspector.model.text import printable

SELECTIVE = ("int8_float_io", "int8", "uint8")
"""The recipes that TensorFlow's quantizer can leave operators out of."""


def check_recipes(recipes: Iterable[Recipe], backends: dict[str, str], options: QuantizeOptions) -> None:
    """Raises UsageError where operators are to stay float and a recipe can't do that."""
    if not (options.float_operators or options.float_tensors):
        return
    for each in recipes:
        if each.id not in SELECTIVE:
            titles = ", ".join(BY_ID[name].title for name in SELECTIVE)
            raise UsageError(f"{each.title} can't keep chosen operators float. These can: {titles}.")
        if backends[each.id] != "tensorflow":
            raise UsageError(
                f"{each.title}: only TensorFlow can keep chosen operators float, not {backends[each.id]}. Install "
                "TensorFlow, or leave the back end open."
            )


def check_names(model: Model, operators: Sequence[str], tensors: Sequence[str], title: str) -> None:
    """Raises JobError for a type of operator or a name of an output that the float model has not.

    TensorFlow's quantizer would ignore it, and the user would believe that something stayed float.
    """
    types = {operator.op_name for operator in model.operators()}
    if missing := [each for each in operators if each not in types]:
        raise JobError(f"{title} has no operator {printable(missing[0])}. It has: {', '.join(sorted(types))}.")
    names = output_names(model)
    if missing := [each for each in tensors if each not in names]:
        near = get_close_matches(missing[0], names, 1)
        hint = f"Did you mean {printable(near[0])}?" if near else "Take the names from the debugger's table."
        raise JobError(f"No operator of {title} has the output {printable(missing[0])}. {hint}")


def output_names(model: Model) -> set[str]:
    """The names of what operators compute."""
    names, outputs = model.subgraphs[0].tensor_columns.names, model.subgraphs[0].operator_columns.outputs
    return {names[index] for each in outputs for index in each if index >= 0}
