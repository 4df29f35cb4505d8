"""The small table under Compare: one tensor in every variant, with its range and how far off it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.analysis.comparison import Comparison, PairError, Pairing
from inspector.gui.tables.compare_rows import Cell, CompareRow
from inspector.gui.tables.pair_source import cell_bytes, sqnr_text
from inspector.gui.tables.row_source import RowSource, Tone
from inspector.gui.tables.variant_source import ENDS, LABEL
from inspector.model.columns import Column, tensor_label
from inspector.model.text import number_text, quantization_text

_HOW = {
    "name": "same name", "part": "part of the name", "position": "operator and place", "layer": "layer's name",
    "order": "shape and order",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class PairFact:
    """One variant's tensor. `cell` is None where the variant has none; `low` and `high` are its real values' ends."""

    place: int
    label: str
    cell: Cell | None
    pairing: Pairing | None
    error: PairError | None
    low: float | None
    high: float | None


def pair_facts(comparison: Comparison, row: CompareRow) -> list[PairFact]:
    """One a variant, the reference too."""
    facts = []
    measured = next((error for error in row.compared.errors if error is not None), None)
    for place, variant in enumerate(comparison.variants):
        error = row.compared.errors[place]
        low, high = (None, None) if error is None else (error.other_low, error.other_high)
        if place == comparison.reference and measured is not None:
            low, high = measured.low, measured.high
        facts.append(
            PairFact(place, variant.label, row.cells[place], row.compared.pairings[place], error, low, high)
        )  # fmt: skip
    return facts


def fact_rows(facts: Sequence[PairFact]) -> RowSource[PairFact]:
    columns: list[Column[PairFact]] = [
        Column("label", "", lambda f: f.label, style=LABEL),
        Column("index", "T#", lambda f: f.cell and f.cell.tensor.index, lambda f: _label(f.cell), style="mono"),
        Column("type", "Type", lambda f: f.cell and f.cell.type_name, lambda f: _type(f.cell), style=ENDS),
        Column("rmse", "RMSE", lambda f: f.error and f.error.rmse, lambda f: _error(f, "rmse"), style="number",
               tip="Square root of the mean of error², in real units."),
        Column("max_abs_error", "Max error", lambda f: f.error and f.error.max_abs_error,
               lambda f: _error(f, "max_abs_error"), style="number", tip="The largest error of all elements."),
        Column("sqnr_db", "SQNR dB", lambda f: f.error and f.error.sqnr_db,
               lambda f: sqnr_text(f.error.sqnr_db) if f.error else "", style="number",
               tip="10 log10 of the sum of reference² over the sum of error²; 6 dB more is half the error."),
        Column("bytes", "Bytes", lambda f: f.cell and f.cell.bytes, lambda f: _bytes(f.cell),
               style="number"),
        Column("range", "min … max", lambda f: f.low, _range, style="number", tip="Of the real values."),
        Column("quantization", "scale, zero_point", lambda f: f.cell and f.cell.tensor.scale,
               lambda f: quantization_text(f.cell.tensor.quantization) if f.cell else ""),
        Column("how", "Paired by", lambda f: f.pairing and f.pairing.how, lambda f: _how(f), style="text"),
    ]  # fmt: skip
    return RowSource(facts, columns, identity=lambda fact: fact.place,
                     tone=lambda fact: Tone.NORMAL if fact.cell is not None else Tone.FAINT,
                     tips={"how": lambda f: f.pairing.note if f.pairing is not None else ""})  # fmt: skip


def _label(cell: Cell | None) -> str:
    return "" if cell is None else tensor_label(cell.tensor)


def _type(cell: Cell | None) -> str:
    return "none" if cell is None else cell.type_name


def _bytes(cell: Cell | None) -> str:
    return "" if cell is None else cell_bytes(cell)


def _range(fact: PairFact) -> str:
    return "" if fact.low is None or fact.high is None else f"{number_text(fact.low)} … {number_text(fact.high)}"


def _error(fact: PairFact, name: str) -> str:
    return "" if fact.error is None else number_text(getattr(fact.error, name))


def _how(fact: PairFact) -> str:
    return "" if fact.pairing is None else _HOW.get(fact.pairing.how, fact.pairing.how)
