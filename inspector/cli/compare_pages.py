"""What `compare` shows people: the answer, a table of variants, the pairs of tensors, or each type's tensors."""

from collections import Counter
from collections.abc import Sequence
from math import isinf, isnan

from inspector.analysis.comparison import GROUPS, ComparedTensor, Comparison, PairError, Variant
from inspector.analysis.comparison_headline import BETWEEN
from inspector.cli.page import Line, Page, Section, TextTable
from inspector.model import Tensor
from inspector.model.columns import tensor_label
from inspector.model.text import number_text, plural, printable, quantization_text, shape_text
from inspector.plots.overlay import OverlayPlot

NONE = "-"
_TEXT_ROWS, _BAR = 32, 50


def comparison_page(comparison: Comparison, only_changed: bool = False) -> Page:
    """The answer, the variants, and every pair of tensors."""
    page = _head(comparison)
    _pairs(page, comparison, only_changed)
    return page


def by_type_page(comparison: Comparison) -> Page:
    """The answer, the variants, and for each type the tensors that each variant holds in it, side by side."""
    page = _head(comparison)
    labels = [variant.label for variant in comparison.variants]
    for name in comparison.types:
        counts = ", ".join(
            f"{label} {len(tensors):,}" for label, tensors in zip(labels, comparison.of_type(name), strict=True)
        )
        page.line()
        page.line(f"{name} tensors: {counts}", "title")
        rows = [row for row in comparison.rows if any(t is not None and t.type.name == name for t in row.tensors)]
        titles = (*labels, "Bytes", "Operator", "Shape", "Name")
        styles = (*["mono"] * len(labels), "number", "mono", "mono", "mono")
        page.table(TextTable(titles, styles, (Section([_type_row(row, name) for row in rows]),)))
    return page


def histogram_page(plot: OverlayPlot) -> Page:
    """At most 32 rows: so many bins are joined."""
    page = Page()
    page.line(plot.name, "title")
    page.line("; ".join(plot.legend).replace(", filled", " #").replace(", line", " o"), "dim")
    page.line()
    rows = list(plot.rows())
    joined = max(-(-len(rows) // _TEXT_ROWS), 1)
    summed = []
    for start in range(0, len(rows), joined):
        part = rows[start : start + joined]
        summed.append((part[0][0], part[-1][1], sum(row[2] for row in part), sum(row[3] for row in part)))
    most = max((max(row[2:]) for row in summed), default=0) or 1
    cells = [
        (number_text(low), number_text(high), f"{one:,}", f"{other:,}", _bar(one / most, other / most))
        for low, high, one, other in summed
    ]
    titles = ("from", "to", *plot.labels, "")
    page.table(TextTable(titles, ("number",) * 4 + ("mono",), (Section(cells),)))
    return page


def _bar(share: float, other: float) -> str:
    """# as long as the reference's count, o where the variant's ends."""
    bar = ("#" * round(share * _BAR)).ljust(round(other * _BAR))
    end = round(other * _BAR)
    return f"{bar[: end - 1]}o{bar[end:]}" if end else bar


def sqnr_text(error: PairError | None) -> str:
    """`46.0`, "exact", "no signal" for a reference of zeros, "" where nothing was measured."""
    if error is None or isnan(error.sqnr_db):
        return ""
    if error.exact:
        return "exact"
    if isinf(error.sqnr_db):
        return "no signal" if error.sqnr_db < 0 else "exact but NaN"
    return f"{error.sqnr_db:.1f}"


def _head(comparison: Comparison) -> Page:
    page = Page()
    for sentence in comparison.headline.split(BETWEEN):
        page.line(sentence, "title")
    _variants(page, comparison.variants)
    _types(page, comparison.variants)
    _ends(page, comparison.variants)
    return page


def _table(page: Page, titles: Sequence[str], styles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    page.line()
    cells = [tuple(map(printable, row)) for row in rows]
    page.table(TextTable(tuple(titles), tuple(styles), (Section(cells),)))


def _variants(page: Page, variants: Sequence[Variant]) -> None:
    source = any(variant.source_ratio is not None for variant in variants)
    base = next((variant.label for variant in variants if variant.recipe == "float32"), "reference")
    titles = ["", "Recipe", "Bytes", "Saved", f"of {base}", *["of source"] * source, "gzip", "Operators", "File"]
    rows = [
        [
            variant.label, variant.recipe or NONE, f"{variant.size_bytes:,}", f"{variant.saved_bytes:,}",
            f"{variant.ratio:.2f} x", *[f"{variant.source_ratio or 0:.2f} x"] * source,
            NONE if variant.gzip_bytes is None else f"{variant.gzip_bytes:,}",
            f"{variant.operators:,}", str(variant.model.path),
        ]
        for variant in variants
    ]  # fmt: skip
    _table(page, titles, ("text", "text", *["number"] * (len(titles) - 3), "mono"), rows)


def _types(page: Page, variants: Sequence[Variant]) -> None:
    names = list(dict.fromkeys(name for variant in variants for name in variant.tensors_by_type))
    titles = ["Tensors, stored bytes"]
    for variant in variants:
        titles += [variant.label, ""]
    rows = []
    for name in names:
        row = [name]
        for variant in variants:
            count = variant.tensors_by_type.get(name)
            row += [f"{count.tensors:,}", f"{count.bytes:,}"] if count is not None else ["0", ""]
        rows.append(row)
    _table(page, titles, ("chip", *["number"] * (2 * len(variants))), rows)


def _ends(page: Page, variants: Sequence[Variant]) -> None:
    rows = [
        (variant.label, tensor.kind, tensor.type.name, shape_text(tensor.shape_signature or tensor.shape),
         quantization_text(tensor.quantization), tensor.name)
        for variant in variants
        for tensor in (*variant.inputs, *variant.outputs)
    ]  # fmt: skip
    titles = ("", "", "Type", "Shape", "scale, zero_point", "Name")
    _table(page, titles, ("text", "text", "chip", "mono", "text", "mono"), rows)


def _pairs(page: Page, comparison: Comparison, only_changed: bool) -> None:
    """With one variant all its numbers, with several those that say most; JSON and CSV have all."""
    others = [place for place in range(len(comparison.variants)) if place != comparison.reference]
    labels = [variant.label for variant in comparison.variants]
    whole = len(others) == 1
    titles, styles = ["Operator", "Shape", labels[comparison.reference], "Bytes"], ["mono", "mono", "chip", "number"]
    for place in others:
        titles += [labels[place], "Bytes", *["RMSE", "Max error"] * whole, "SQNR dB"]
        styles += ["chip", "number", *["number"] * 2 * whole, "number"]
    if whole:
        titles.append("Values")
        styles.append("number")
    sections = []
    for group in GROUPS:
        rows = [row for row in comparison.group(group) if not only_changed or _changed(row, comparison, others)]
        if rows:
            cells = [_pair_row(row, comparison.reference, others) for row in rows]
            sections.append(Section(cells, Line(_group_title(group, rows, comparison, others), "title")))
    page.line()
    page.line(comparison.paired, "dim")
    if sections:
        page.table(TextTable((*titles, "Name"), (*styles, "mono"), tuple(sections)))
    else:
        page.line("No type differs.")


def _group_title(group: str, rows: Sequence[ComparedTensor], comparison: Comparison, others: Sequence[int]) -> str:
    """ "Weights: 4 tensors. DRQ: 3 of 4 to INT8. FIQ: 4 of 4 to INT8." """
    parts = [f"{group}: {plural(len(rows), 'tensor')}."]
    for place in others:
        pairs = [row for row in rows if row.pairings[place] is not None]
        types: Counter[str] = Counter()
        for row in pairs:
            after = row.tensors[place]
            if after is not None and row.changed(comparison.reference, place):
                types[after.type.name] += 1
        words = ", ".join(f"{count:,} of {len(pairs):,} to {name}" for name, count in types.most_common())
        if pairs:
            parts.append(f"{comparison.variants[place].label}: {words or 'unchanged'}.")
    return " ".join(parts)


def _changed(row: ComparedTensor, comparison: Comparison, others: Sequence[int]) -> bool:
    return any(row.changed(comparison.reference, place) for place in others)


def _pair_row(row: ComparedTensor, reference: int, others: Sequence[int]) -> list[str]:
    whole = len(others) == 1
    cells = [_operator(row), shape_text(row.shape), *_type_cells(row.tensors[reference])]
    for place in others:
        error = row.errors[place]
        cells += [*_type_cells(row.tensors[place]), *_error_cells(error) * whole, sqnr_text(error)]
    if whole:
        cells.append(_range_cell(row.errors[others[0]]))
    notes = [row.note, *(pairing.note for pairing in row.pairings if pairing is not None and whole)]
    note = next((f"  ({note})" for note in notes if note), "")
    return [printable(cell) for cell in (*cells, row.name + note)]


def _operator(row: ComparedTensor) -> str:
    return f"#{row.operator[0]} {row.operator[1]}" if row.operator is not None else NONE


def _type_cells(tensor: Tensor | None) -> list[str]:
    if tensor is None:
        return [NONE, ""]
    return [tensor.type.name, "" if tensor.bytes is None else f"{tensor.bytes:,}"]


def _error_cells(error: PairError | None) -> list[str]:
    return ["", ""] if error is None else [number_text(error.rmse), number_text(error.max_abs_error)]


def _range_cell(error: PairError | None) -> str:
    """`-0.343 to 0.348`; `-1.5 to 1.5 -> -1 to 1` where an end moved by more than a hundredth of the range."""
    if error is None or error.low is None or error.high is None:
        return ""
    before = f"{error.low:.3g} to {error.high:.3g}"
    if error.other_low is None or error.other_high is None:
        return f"{before} -> none"
    moved = max(abs(error.other_low - error.low), abs(error.other_high - error.high))
    if moved <= (error.high - error.low) / 100:
        return before
    return f"{before} -> {error.other_low:.3g} to {error.other_high:.3g}"


def _type_row(row: ComparedTensor, type_name: str) -> list[str]:
    found = [tensor if tensor is not None and tensor.type.name == type_name else None for tensor in row.tensors]
    first = next(tensor for tensor in found if tensor is not None)
    cells = [NONE if tensor is None else tensor_label(tensor) for tensor in found]
    size = "" if first.bytes is None else f"{first.bytes:,}"
    return [printable(cell) for cell in (*cells, size, _operator(row), shape_text(row.shape), row.name)]
