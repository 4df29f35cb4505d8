"""The Compare tables' columns and groups: by tensor with bytes and errors, by type as lists side by side."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isinf

from inspector.analysis.comparison import Comparison, Variant
from inspector.gui.tables.compare_rows import Cell, CompareRow
from inspector.gui.tables.filtering import ChoiceFacet, Facet, TextFacet
from inspector.gui.tables.row_source import RowSource, Tone
from inspector.model.columns import Column, tensor_label
from inspector.model.text import bytes_text, number_text, plural, quantization_text, shape_text

VARIANT, NAMES = "variant", "variant_name"
"""Styles of cells: a type with its bytes, a name."""

EXACT = "exact"
_FAINT = frozenset({"Unmatched"})


def cell_key(place: int) -> str:
    return f"variant{place}"


def ratio_key(place: int) -> str:
    return f"ratio{place}"


def error_key(place: int) -> str:
    return f"sqnr{place}"


def others(comparison: Comparison) -> list[int]:
    """The places of all variants but the reference."""
    return [place for place in range(len(comparison.variants)) if place != comparison.reference]


def optional_columns(comparison: Comparison) -> tuple[str, ...]:
    """What is shown only where there is room, the most wanted first."""
    places = others(comparison)
    return (*map(error_key, places), *map(ratio_key, places), "shape")


def tensor_rows(comparison: Comparison, rows: Sequence[CompareRow], measured: bool) -> RowSource[CompareRow]:
    """A row a tensor, a column a variant, and behind them bytes and errors against the reference."""
    labels = [variant.label for variant in comparison.variants]
    original = labels[comparison.reference]
    columns = [*_identity_columns(), *(_variant_column(place, label) for place, label in enumerate(labels))]
    columns += [_ratio_column(place, labels[place], original) for place in others(comparison)]
    columns += [_error_column(place, labels[place], original, measured) for place in others(comparison)]
    return _source(rows, columns, len(labels))


def type_rows(comparison: Comparison, rows: Sequence[CompareRow]) -> RowSource[CompareRow]:
    """A row a tensor and type, a column a variant with the tensor's name where it is of that type."""
    columns = _identity_columns()
    columns[1] = replace(columns[1], shown=False)
    columns += [_name_column(place, variant) for place, variant in enumerate(comparison.variants)]
    return _source(rows, columns, len(comparison.variants))


def _source(rows: Sequence[CompareRow], columns: list[Column[CompareRow]], count: int) -> RowSource[CompareRow]:
    tips = {cell_key(place): _cell_tip(place) for place in range(count)}
    exact = {cell_key(place): _exact_cell(place) for place in range(count)}
    return RowSource(
        rows, columns, facets=_facets(rows), identity=lambda row: row.identity,
        tone=lambda row: Tone.DIM if row.compared.group in _FAINT else Tone.NORMAL,
        tips={"name": lambda row: row.compared.name.replace(";", "\n"), **tips,
              **{error_key(place): _error_tip(place) for place in range(count)}}, exact=exact,
    )  # fmt: skip


def _facets(rows: Sequence[CompareRow]) -> tuple[Facet, ...]:
    """A row is found by its names and types in any variant, its operator, its shape and its group."""

    def names() -> list[str]:
        return ["\n".join({cell.tensor.name for cell in row.cells if cell is not None}) for row in rows]

    def types() -> list[tuple[str, ...]]:
        return [tuple(cell.type_name for cell in row.cells if cell is not None and _counts(row, cell)) for row in rows]

    return (
        TextFacet(names),
        ChoiceFacet(types, " ".join),
        ChoiceFacet(lambda: [row.compared.operator for row in rows], _operator_words),
        ChoiceFacet(lambda: [row.compared.shape for row in rows], shape_text),
        ChoiceFacet(lambda: [row.compared.group for row in rows]),
    )


def _counts(row: CompareRow, cell: Cell) -> bool:
    return row.only_type in ("", cell.type_name)


_HOW = (("name", "by name"), ("part", "by part of the name"), ("position", "by position"), ("layer", "by layer"),
        ("order", "by order"))  # fmt: skip


def pairing_text(comparison: Comparison) -> str:
    """`26 of 26 tensors paired by name`; which pairs were found otherwise, and how many only some variants have."""
    rows = [row for row in comparison.rows if row.tensors[comparison.reference] is not None]
    paired = [row for row in rows if any(pairing is not None for pairing in row.pairings)]
    everywhere = sum(all(tensor is not None for tensor in row.tensors) for row in paired)
    ways = Counter(pairing.how for row in paired for pairing in row.pairings if pairing is not None)
    counts = f"{len(paired):,} of {plural(len(rows), 'tensor')} paired"
    otherwise = [f"{everywhere:,} in all variants"] if everywhere < len(paired) else []
    if len(ways) == 1:
        return ", ".join([f"{counts} {next(words for how, words in _HOW if ways[how])}", *otherwise])
    otherwise += [f"{plural(ways[how], 'pair')} {words}" for how, words in _HOW[1:] if ways[how]]
    return ", ".join([f"{counts} by name" if ways["name"] else counts, *otherwise])


# columns


def _identity_columns() -> list[Column[CompareRow]]:
    return [
        Column("operator", "Operator", lambda row: row.compared.operator, _operator_text, style="mono",
               tip="The first operator that reads the tensor, by the reference's index."),
        Column("name", "Tensor", lambda row: row.compared.name, style="mono"),
        Column("shape", "Shape", lambda row: list(row.compared.shape), lambda row: shape_text(row.compared.shape),
               style="mono"),
    ]  # fmt: skip


def _operator_text(row: CompareRow) -> str:
    return _operator_words(row.compared.operator)


def _operator_words(operator: tuple[int, str] | None) -> str:
    return "" if operator is None else f"#{operator[0]} {operator[1]}"


def _variant_column(place: int, label: str) -> Column[CompareRow]:
    def value(row: CompareRow) -> int | None:
        cell = row.shown(place)
        return None if cell is None else cell.bytes

    def text(row: CompareRow) -> str:
        cell = row.shown(place)
        return "none" if cell is None else f"{cell.type_name} {cell_bytes(cell)}"

    return Column(cell_key(place), label, value, text, style=VARIANT, tip=f"Type and bytes in {label}.")


def cell_bytes(cell: Cell) -> str:
    """Exact as long as that is short."""
    return f"{cell.bytes:,} B" if cell.bytes is not None and cell.bytes < 100_000 else bytes_text(cell.bytes)


def _name_column(place: int, variant: Variant) -> Column[CompareRow]:
    def value(row: CompareRow) -> str | None:
        cell = row.shown(place)
        return None if cell is None else cell.tensor.name or tensor_label(cell.tensor)

    return Column(cell_key(place), variant.label, value, lambda row: value(row) or "", style=NAMES,
                  tip=f"The tensors of {variant.name} that are of this type.")  # fmt: skip


def _ratio_column(place: int, label: str, original: str) -> Column[CompareRow]:
    def text(row: CompareRow) -> str:
        ratio = row.ratio(place)
        return "" if ratio is None else ratio_text(ratio)

    return Column(ratio_key(place), f"{label} ×", lambda row: row.ratio(place), text, style="number",
                  tip=f"Bytes in {label} over bytes in {original}.")  # fmt: skip


def ratio_text(ratio: float) -> str:
    """`0.25 ×`."""
    return f"{ratio:,.2f} ×"


def _error_column(place: int, label: str, original: str, measured: bool) -> Column[CompareRow]:
    def text(row: CompareRow) -> str:
        sqnr = row.sqnr(place)
        if sqnr is not None:
            return sqnr_text(sqnr)
        cell, reference = row.cells[place], row.original
        both = cell is not None and reference is not None and cell.tensor.has_data and reference.tensor.has_data
        return "..." if both and not measured else ""

    tip = f"Signal to quantization noise ratio of {label} against {original}, in dB: 6 dB more is half the error."
    return Column(error_key(place), f"{label} dB", lambda row: row.sqnr(place), text, style="number", tip=tip)


def sqnr_text(sqnr: float) -> str:
    """`45.1`, "exact" where nothing was lost."""
    return EXACT if isinf(sqnr) and sqnr > 0 else f"{sqnr:.1f}"


# tooltips and copies


def _cell_tip(place: int) -> Callable[[CompareRow], str]:
    def tip(row: CompareRow) -> str:
        cell = row.shown(place)
        if cell is None:
            return ""
        tensor = cell.tensor
        lines = [f"{tensor_label(tensor)} {tensor.name.split(';')[0]}", f"{cell.type_name} {shape_text(tensor.shape)}"]
        lines += [] if cell.bytes is None else [f"{cell.bytes:,} bytes" + ("" if tensor.has_data else ", computed")]
        scales = quantization_text(tensor.quantization)
        return "\n".join(lines if scales == "none" else [*lines, scales])

    return tip


def _error_tip(place: int) -> Callable[[CompareRow], str]:
    def tip(row: CompareRow) -> str:
        error = row.compared.errors[place]
        if error is None:
            pairing = row.compared.pairings[place]
            return "" if pairing is None else pairing.note
        return f"RMSE {number_text(error.rmse)}\nmax abs error {number_text(error.max_abs_error)}"

    return tip


def _exact_cell(place: int) -> Callable[[CompareRow], str]:
    def exact(row: CompareRow) -> str:
        cell = row.shown(place)
        if cell is None:
            return ""
        return cell.tensor.name if row.only_type else f"{cell.type_name}, {'' if cell.bytes is None else cell.bytes}"

    return exact
