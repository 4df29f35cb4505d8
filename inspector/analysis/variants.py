"""What each variant of a comparison is: its label, its sizes, its tensors by type, its inputs and outputs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from inspector.analysis.buffers import stored_buffers
from inspector.analysis.scheme import scheme_of
from inspector.analysis.scheme_facts import weight_facts
from inspector.model import Model, Tensor


class TypeCount(NamedTuple):
    """`tensors` of a type, `constants` among them; `bytes` is what the file stores for those, a shared buffer once."""

    tensors: int
    bytes: int
    constants: int


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One model of a comparison.

    `label` is short and unique ("ORG", "DRQ", "FIQ"); `recipe` an id as in jobs/recipes.py, "" where none makes such a
    model. `ratio` is the file's size over that of the float32 variant (of the reference, where there is none),
    `source_ratio` over that of the source file (None without one), `saved_bytes` how many bytes less it is than the
    float32 variant. `gzip_bytes` is None until measured. `operators` counts operators, or a Keras model's layers.
    """

    model: Model
    label: str
    name: str
    recipe: str
    size_bytes: int
    saved_bytes: int
    ratio: float
    source_ratio: float | None
    gzip_bytes: int | None
    tensors_by_type: Mapping[str, TypeCount]
    operators: int
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


_LABELS = {
    "float32": "float32", "dynamic_range": "DRQ", "float16": "float16", "int8_float_io": "FIQ", "int8": "FIQ",
    "uint8": "FIQ", "int16x8": "int16x8", "weight_only_int8": "weight-only", "dynamic_int4": "DRQ int4",
    "sparse": "sparse", "sparse_dynamic_range": "sparse DRQ",
}  # fmt: skip
_LONGER = {"int8_float_io": "FIQ float", "int8": "FIQ int8", "uint8": "FIQ uint8"}
RECIPE_LABELS = _LABELS | _LONGER
"""What tables and charts call each recipe where all of them may stand side by side."""
ORIGINAL = "ORG"


def make_variants(
    models: Sequence[Model], reference: int, recipes: Sequence[str] = (), source_bytes: int | None = None
) -> tuple[Variant, ...]:
    """One a model, see `compare_models`."""
    given = [*recipes, *[""] * len(models)]
    found = [_settled(given[place], recipe_of(model)) for place, model in enumerate(models)]
    labels = _labels(models, found, reference)
    base = models[found.index("float32")] if "float32" in found else models[reference]
    source = next((model.size_bytes for model in models if model.is_keras), source_bytes)
    return tuple(
        Variant(
            model, labels[place], model.path.name, found[place], model.size_bytes, base.size_bytes - model.size_bytes,
            model.size_bytes / max(base.size_bytes, 1), model.size_bytes / source if source else None, None,
            tensors_by_type(model), sum(len(subgraph.operators) for subgraph in model.subgraphs),
            tuple(model.inputs()), tuple(model.outputs()),
        )
        for place, model in enumerate(models)
    )  # fmt: skip


def recipe_of(model: Model) -> str:
    """The recipe whose result has these types; "" for a Keras file, mixed precision and old kinds.

    A recipe that found nothing to quantize leaves a float32 model: then a name such as "x.dynamic_range.tflite" tells.
    """
    found = _recipe_by_types(model)
    named = model.path.name.split(".")[-2:-1]
    return named[0] if found == "float32" and named and named[0] in _LABELS else found


def _settled(given: str, found: str) -> str:
    """The recipe that is told, unless the types say otherwise: `found` may know less, but not another thing."""
    less = found in ("", "float32") or (found, given) == ("dynamic_range", "sparse_dynamic_range")
    return given if given not in ("", "float32") and less else found


def _recipe_by_types(model: Model) -> str:
    scheme = scheme_of(model).id
    sparse = any(subgraph.tensor_columns.sparsity for subgraph in model.subgraphs)
    if sparse and scheme in ("float32", "dynamic_range"):
        return "sparse" if scheme == "float32" else "sparse_dynamic_range"
    weights = weight_facts(model).types
    if scheme == "dynamic_range" and weights["INT4"]:
        return "dynamic_int4"
    if scheme == "weight_only":
        return "weight_only_int8" if weights["INT8"] else ""
    return scheme if scheme in _LABELS else ""


def tensors_by_type(model: Model) -> dict[str, TypeCount]:
    """Type name -> tensors and stored bytes, the type with the most bytes first; an optimizer's state is left out."""
    counts: Counter[str] = Counter()
    constants: Counter[str] = Counter()
    stored: Counter[str] = Counter()
    for subgraph in model.subgraphs:
        columns = subgraph.tensor_columns
        counts.update(
            type_.name for type_, kind in zip(columns.types, columns.kinds, strict=True) if kind != "optimizer"
        )
        constants.update(
            type_.name for type_, kind in zip(columns.types, columns.kinds, strict=True) if kind == "constant"
        )
    buffers = stored_buffers(model)
    for (number, index), size in zip(buffers.firsts, buffers.sizes, strict=True):
        stored[model.subgraphs[number].tensor_columns.types[index].name] += size
    order = sorted(counts, key=lambda name: (-stored[name], -counts[name], name))
    return {name: TypeCount(counts[name], stored[name], constants[name]) for name in order}


def _labels(models: Sequence[Model], recipes: Sequence[str], reference: int) -> list[str]:
    """Short names; longer ones, then numbers, where two would be the same."""
    labels = [_label(model, recipe) for model, recipe in zip(models, recipes, strict=True)]
    if models[reference].is_keras or recipes[reference] == "float32":
        labels[reference] = ORIGINAL
    twice = {label for label, count in Counter(labels).items() if count > 1}
    labels = [
        _LONGER.get(recipe, label) if label in twice else label for label, recipe in zip(labels, recipes, strict=True)
    ]
    twice = {label for label, count in Counter(labels).items() if count > 1}
    seen: Counter[str] = Counter()
    for place, label in enumerate(labels):
        if label in twice:
            seen[label] += 1
            labels[place] = f"{label} {seen[label]}"
    return labels


def _label(model: Model, recipe: str) -> str:
    if model.is_keras:
        return "Keras"
    return _LABELS.get(recipe) or scheme_of(model).badge
