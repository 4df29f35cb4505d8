"""The table of variants in Compare: bytes on one scale, tensors by type, what goes in and out with which scale."""

from collections.abc import Sequence

from inspector.analysis.comparison import Comparison, Variant
from inspector.gui.tables.pair_source import ratio_text
from inspector.gui.tables.row_source import RowSource
from inspector.gui.tables.tensor_source import type_order
from inspector.jobs.recipes import BY_ID
from inspector.model import Tensor, TensorType
from inspector.model.columns import Column
from inspector.model.text import bytes_text, number_text, plural, printable, shape_text

LABEL, BAR, ENDS = "label", "bar", "ends"
"""Styles of cells: a bold word, stacked bytes, the types of inputs or outputs."""

OPTIONAL = ("recipe", "saved", "operators")
"""What is shown only where there is room, the most wanted first."""


def variant_rows(comparison: Comparison, measured: bool, source: str = "source") -> RowSource[Variant]:
    """A row a variant, the reference among them. `source`: what the source file is called, such as ".h5"."""
    base = base_label(comparison)
    first: list[Column[Variant]] = [
        Column("label", "", lambda v: v.label, style=LABEL, tip="The name of its columns below."),
        Column("variant", "Variant", lambda v: v.name, lambda v: v.name.removesuffix(".tflite")),
        Column("recipe", "Recipe", lambda v: v.recipe, _recipe_text, tip="How it was quantized."),
        Column("size_bytes", "File", lambda v: v.size_bytes, style="bytes"),
        Column("ratio", f"of {base}", lambda v: v.ratio, lambda v: _ratio(v.ratio), style="number",
               tip=f"Bytes of the file over those of {base}."),
        Column("saved", "Saved", lambda v: v.saved_bytes, _saved_text, style="number",
               tip=f"Bytes that it saves against {base}."),
        Column("of_source", f"of {source}", lambda v: v.source_ratio, lambda v: _ratio(v.source_ratio), style="number",
               tip="Bytes of the file over those of the Keras file that it was made from."),
        Column("by_type", "Bytes by type", lambda v: v.size_bytes, lambda _v: "", style=BAR,
               tip="The file's bytes by type, all variants on one scale; the pale end is structure."),
        Column("gzip_bytes", "gzip", lambda v: v.gzip_bytes, lambda v: _gzip_text(v, measured), style="bytes",
               tip="The file's bytes when it is compressed as a download is."),
    ]  # fmt: skip
    counts = [_count_column(name) for name in types_in(comparison.variants)]
    last: list[Column[Variant]] = [
        Column("operators", "Operators", lambda v: v.operators, style="number"),
        Column("inputs", "Input", lambda v: _names(v.inputs), lambda v: ends_text(v.inputs), style=ENDS),
        Column("input_scale", "scale · zero_point", lambda v: _scales(v.inputs), lambda v: _scales(v.inputs),
               style="number", tip="What a real value is divided by, and what is then added, before it goes in."),
        Column("outputs", "Output", lambda v: _names(v.outputs), lambda v: ends_text(v.outputs), style=ENDS),
        Column("output_scale", "scale · zero_point", lambda v: _scales(v.outputs), lambda v: _scales(v.outputs),
               style="number", tip="Real value = scale × (output - zero_point)."),
    ]  # fmt: skip
    if all(variant.source_ratio is None for variant in comparison.variants):
        first = [column for column in first if column.key != "of_source"]
    return RowSource(
        comparison.variants, [*first, *counts, *last], identity=lambda variant: variant.model.path,
        tips={"label": lambda v: _whole_tip(v, base), "variant": lambda v: _whole_tip(v, base), "by_type": by_type_text,
              "gzip_bytes": lambda v: "" if v.gzip_bytes is None else f"{v.gzip_bytes:,} bytes",
              "inputs": lambda v: _listed(v.inputs), "outputs": lambda v: _listed(v.outputs),
              "recipe": lambda v: BY_ID[v.recipe].sentence if v.recipe in BY_ID else ""},
        exact={"by_type": by_type_text},
    )  # fmt: skip


def _whole_tip(variant: Variant, base: str) -> str:
    """Where it is, how it was made, what it saves: also where there is no room for columns."""
    saved = variant.saved_bytes
    layers = plural(variant.operators, "layer" if variant.model.is_keras else "operator")
    compared = f"{abs(saved):,} bytes {'less' if saved > 0 else 'more'} than {base}" if saved else f"as large as {base}"
    return "\n".join([str(variant.model.path), f"recipe: {_recipe_text(variant)}", f"{layers}, {compared}"])


def base_label(comparison: Comparison) -> str:
    """What `ratio` and `saved_bytes` go by: the float32 variant, else the reference."""
    original = comparison.variants[comparison.reference]
    return next((v.label for v in comparison.variants if v.recipe == "float32"), original.label)


def types_in(variants: Sequence[Variant]) -> list[str]:
    """The types of all variants' tensors: floats first, then the narrow ones."""
    types: dict[str, TensorType] = {}
    for variant in variants:
        for subgraph in variant.model.subgraphs:
            types |= {type_.name: type_ for type_ in subgraph.tensor_columns.types}
    held = [name for name in types if any(name in variant.tensors_by_type for variant in variants)]
    return sorted(held, key=lambda name: (not types[name].is_float, *type_order(types[name])))


def _count_column(name: str) -> Column[Variant]:
    def count(variant: Variant) -> int:
        held = variant.tensors_by_type.get(name)
        return 0 if held is None else held.tensors

    return Column(f"count_{name}", name, count, style="number", tip=f"Tensors that are {name}, computed ones too.")


def _recipe_text(variant: Variant) -> str:
    return BY_ID[variant.recipe].title if variant.recipe in BY_ID else variant.recipe or "unknown"


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else ratio_text(ratio)


def _saved_text(variant: Variant) -> str:
    saved = variant.saved_bytes
    return bytes_text(saved) if saved >= 0 else f"-{bytes_text(-saved)}"


def _gzip_text(variant: Variant, measured: bool) -> str:
    return bytes_text(variant.gzip_bytes) if variant.gzip_bytes is not None else "" if measured else "..."


def by_type_text(variant: Variant) -> str:
    """`INT8 50.7 KB, FLOAT32 1,234 B`, what the bar shows."""
    parts = [f"{name} {bytes_text(held.bytes)}" for name, held in variant.tensors_by_type.items() if held.bytes]
    return ", ".join(parts)


# inputs and outputs


def _names(tensors: Sequence[Tensor]) -> str:
    return ", ".join(tensor.type.name for tensor in tensors)


def ends_text(tensors: Sequence[Tensor]) -> str:
    """`INT8`, `INT8 +1` where there are two."""
    if not tensors:
        return "none"
    return tensors[0].type.name + (f" +{len(tensors) - 1}" if len(tensors) > 1 else "")


def _scales(tensors: Sequence[Tensor]) -> str:
    if not tensors or not isinstance(scale := tensors[0].scale, float):
        return "none"
    return f"{scale:.5f} · {tensors[0].zero_point}" if 1e-4 <= scale < 1e3 else (
        f"{number_text(scale)} · {tensors[0].zero_point}"
    )  # fmt: skip


def _listed(tensors: Sequence[Tensor]) -> str:
    return "\n".join(f"{printable(t.name)} {t.type.name} {shape_text(t.shape)}" for t in tensors[:20])


__all__ = ["BAR", "ENDS", "LABEL", "OPTIONAL", "by_type_text", "ends_text", "plural", "types_in", "variant_rows"]
