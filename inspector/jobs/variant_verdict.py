"""What a recipe did to a model, told from the file: a job that changed nothing says so."""

from collections import Counter

from inspector.analysis.scheme_facts import SMALL, weight_facts
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import PRUNED, Recipe
from inspector.model import Model, Subgraph
from inspector.model.text import plural

_TRANSLATORS = ("QUANTIZE", "DEQUANTIZE", "DENSIFY")
_LEAVE_SMALL = ("dynamic_range", "sparse_dynamic_range")  # weights of fewer than SMALL elements
_FLOATS = ("FLOAT32", "FLOAT16", "BFLOAT16", "FLOAT64")


def quantized_weights_note(model: Model, recipe: Recipe) -> list[str]:
    """Says how many weight tensors became the recipe's type, where not all did."""
    if recipe.weights == "FLOAT32":
        return []
    facts = weight_facts(model)
    done = facts.types[recipe.weights]
    if done == facts.count:
        return []
    left = facts.count - done
    verb = "stored as FLOAT16" if recipe.weights == "FLOAT16" else "quantized"
    head = f"{done:,} of {plural(facts.count, 'weight tensor')} {verb}"
    small = sum(facts.small.values()) - facts.small[recipe.weights]
    if recipe.id in _LEAVE_SMALL and small == left:
        return [f"{head}: {'all are' if not done else 'the others are'} smaller than {SMALL:,} elements."]
    others = ", ".join(f"{count:,} {name}" for name, count in facts.types.items() if name != recipe.weights)
    because = f", {small:,} of them smaller than {SMALL:,} elements" if recipe.id in _LEAVE_SMALL and small else ""
    return [f"{head}; the others stay as they are: {others}{because}."]


def sparse_note(model: Model, recipe: Recipe) -> list[str]:
    """How many weight tensors are stored without their zeros."""
    if recipe.needs != PRUNED:
        return []
    total, sparse = 0, 0
    for tensor in model.tensors():
        if tensor.role == "weights":
            total += 1
            sparse += tensor.sparsity is not None
    if sparse:
        return [f"{sparse:,} of {plural(total, 'weight tensor')} stored without zeros. TFLM can't run it (DENSIFY)."]
    return [f"0 of {plural(total, 'weight tensor')} stored without zeros: the model is not pruned enough."]


def float_operators(model: Model) -> Counter[str]:
    """Operators that read or write float activations, with their counts; those that translate at an end left out."""
    found: Counter[str] = Counter()
    for subgraph in model.subgraphs:
        found.update(_float_operators(subgraph))
    return found


def _float_operators(subgraph: Subgraph) -> list[str]:
    columns, operators = subgraph.tensor_columns, subgraph.operator_columns
    floats = {index for index, type_ in enumerate(columns.types) if type_.name in _FLOATS}
    found = []
    for name, inputs, outputs in zip(operators.op_names, operators.inputs, operators.outputs, strict=True):
        if name not in _TRANSLATORS and floats.intersection((*inputs, *outputs)):
            found.append(name)
    return found


def integer_io_note(model: Model, recipe: Recipe, options: QuantizeOptions) -> list[str]:
    """Says where inputs or outputs are not of the type that was asked for, such as INT32 token numbers."""
    if not recipe.calibrated:
        return []
    wanted = "INT16" if recipe.id == "int16x8" and options.integer_io else recipe.io
    ends = [("Input", each) for each in model.inputs()] + [("Output", each) for each in model.outputs()]
    return [
        f"{title} {each.name} is {each.type.name}, not {wanted}." for title, each in ends if each.type.name != wanted
    ]
