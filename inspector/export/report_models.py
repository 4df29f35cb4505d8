"""A report's part for each model: its variants, what runs in each by operator index, which tensors have which type."""

from collections.abc import Sequence
from typing import Any

from inspector.analysis.comparison import Comparison, compare_models
from inspector.analysis.comparison_headline import BETWEEN
from inspector.analysis.pipeline_rows import ResultRow
from inspector.analysis.pipelines import UNQUANTIZED, ResultSet
from inspector.errors import InspectorError
from inspector.export.report_names import SENTENCE, bounded
from inspector.export.report_parts import MONO, NAME, NUMBER, Cell, Chart, Group, Head, ModelPart, Table
from inspector.formats import open_model
from inspector.model import Model, Tensor
from inspector.model.columns import tensor_label
from inspector.model.text import bytes_text, plural, shape_text

MOST_ROWS = 400
"""Operators and tensors of one model that a report lists: a large model's would make a book."""
_NONE = Cell("none", faint=True)


def model_part(rows: Sequence[ResultRow], stored: ResultSet, number: int, charts: Sequence[Chart] = ()) -> ModelPart:
    """`rows` are the pipelines of one model; `stored` has the paths of their files, which may be gone."""
    models, recipes, notes = _open(rows, stored)
    facts = _facts(rows)
    anchor = f"model-{number}"
    if not models:
        return ModelPart(rows[0].model, anchor, facts, charts=tuple(charts), notes=notes)
    if len(models) == 1:
        operators = _operators(models, (models[0].path.name,))
        return ModelPart(rows[0].model, anchor, facts, operators=operators, charts=tuple(charts), notes=notes)
    reference = recipes.index(UNQUANTIZED) if UNQUANTIZED in recipes else 0
    source = rows[0].result.source_bytes or None
    comparison = compare_models(models, reference, recipes, source)
    return ModelPart(
        rows[0].model, anchor, facts, tuple(bounded(each, SENTENCE) for each in comparison.headline.split(BETWEEN)),
        _variants(comparison), _operators(models, [variant.label for variant in comparison.variants]),
        _types(comparison), tuple(charts), notes,
    )  # fmt: skip


def _open(rows: Sequence[ResultRow], stored: ResultSet) -> tuple[list[Model], list[str], tuple[str, ...]]:
    """The variants of a model, one a recipe, and why one can't be shown."""
    models: list[Model] = []
    recipes: list[str] = []
    notes: list[str] = []
    for row in rows:
        original = stored.find(row.result.key)
        if original is None or not original.variant or row.result.recipe in recipes:
            continue
        try:
            models.append(open_model(stored.path(original.variant)))
            recipes.append(row.result.recipe)
        except InspectorError as error:
            notes.append(bounded(f"{row.result.scheme} can't be shown: {error}", SENTENCE))
    return models, recipes, tuple(notes)


def _facts(rows: Sequence[ResultRow]) -> tuple[tuple[str, str], ...]:
    first = rows[0].result
    done = next((row.result for row in rows if row.result.done), first)
    samples = done.row.get("samples")
    facts = [("File", first.model), ("Bytes", bytes_text(first.source_bytes or None))]
    facts += [(label, str(value)) for label, value in first.groups.items()]
    facts += [("Task", done.task), ("Data", done.data), ("Samples", f"{samples:,}" if isinstance(samples, int) else "")]
    return tuple((name, value) for name, value in facts if value)


def _variants(comparison: Comparison) -> Table:
    source = any(variant.source_ratio is not None for variant in comparison.variants)
    types = list(dict.fromkeys(name for variant in comparison.variants for name in variant.tensors_by_type))
    heads = (
        Head("Variant"), Head("File", NAME), Head("Bytes", NUMBER), Head("Of float32", NUMBER),
        *([Head("Of source", NUMBER)] if source else []), Head("Operators", NUMBER),
        *(Head(name, NUMBER, f"Tensors of the type {name}, and the bytes that are stored of them.") for name in types),
    )  # fmt: skip
    lines = []
    for variant in comparison.variants:
        counts = (variant.tensors_by_type.get(name) for name in types)
        lines.append((
            Cell(variant.label), Cell(bounded(variant.name)), Cell(f"{variant.size_bytes:,} B"),
            Cell(f"{variant.ratio:.2f} ×"), *([Cell(f"{variant.source_ratio or 0:.2f} ×")] if source else []),
            Cell(f"{variant.operators:,}"),
            *(_NONE if count is None else Cell(f"{count.tensors:,}", bytes_text(count.bytes)) for count in counts),
        ))  # fmt: skip
    return Table(heads, (Group("", tuple(lines)),))


def _operators(models: Sequence[Model], labels: Sequence[str]) -> Table:
    """Index by index what each variant runs; further subgraphs follow under their own lines."""
    heads = (Head("#", NUMBER), *(Head(bounded(label), MONO) for label in labels))
    groups: list[Group] = []
    left, total = MOST_ROWS, 0
    for place in range(max(len(model.subgraphs) for model in models)):
        graphs = [model.subgraphs[place] if place < len(model.subgraphs) else None for model in models]
        names = [[] if graph is None else graph.operator_columns.op_names for graph in graphs]
        count = max(map(len, names))
        total += count
        shown = min(count, left)
        left -= shown
        lines = tuple(
            (Cell(f"{index}"), *(Cell(bounded(each[index], 40)) if index < len(each) else _NONE for each in names))
            for index in range(shown)
        )
        if lines:
            named = next(graph.name for graph in graphs if graph is not None)
            groups.append(Group(bounded(f"Subgraph {place} {named}") if place else "", lines))
    note = (
        f"The first {MOST_ROWS:,} of {plural(total, 'operator')}; `operators FILE` lists all."
        if left <= 0 < total - MOST_ROWS
        else ""
    )
    return Table(heads, tuple(groups), "Operators by index", note)


def _types(comparison: Comparison) -> tuple[Table, ...]:
    """For each type, the tensors that every variant holds in it, as `compare --by-type` lists them."""
    labels = [bounded(variant.label) for variant in comparison.variants]
    heads = (
        *(Head(label, MONO) for label in labels), Head("Bytes", NUMBER), Head("Operator", MONO), Head("Shape", MONO),
        Head("Name", NAME),
    )  # fmt: skip
    tables, left = [], MOST_ROWS
    for name in comparison.types:
        rows = [
            (row, found) for row in comparison.rows
            if any(found := tuple(t if t is not None and t.type.name == name else None for t in row.tensors))
        ]  # fmt: skip
        shown = rows[:left]
        left -= len(shown)
        lines = tuple(_type_line(found, row.operator, row.name) for row, found in shown)
        counts = ", ".join(
            f"{label} {len(held):,}" for label, held in zip(labels, comparison.of_type(name), strict=True)
        )
        note = "" if len(shown) == len(rows) else (
            f"{len(shown):,} of {plural(len(rows), 'tensor')}; `compare --by-type` lists all."
        )  # fmt: skip
        tables.append(Table(heads, (Group("", lines),) if lines else (), f"{name}: {counts}", note))
    return tuple(tables)


def _type_line(found: Sequence[Tensor | None], operator: tuple[int, str] | None, name: str) -> tuple[Cell, ...]:
    first = next(tensor for tensor in found if tensor is not None)
    return (
        *(Cell("") if tensor is None else Cell(tensor_label(tensor)) for tensor in found),
        Cell("" if first.bytes is None else f"{first.bytes:,}"),
        Cell("" if operator is None else bounded(f"#{operator[0]} {operator[1]}", 40)),
        Cell(bounded(shape_text(first.shape), 40)), Cell(bounded(name, 120)),
    )  # fmt: skip


def operator_lists(part: ModelPart) -> dict[str, Any]:
    """A part as plain values: {"model", "facts", "variants", "operators", "types"}, tables as lists of objects."""
    return {
        "model": part.name, "facts": dict(part.facts), "headlines": list(part.headlines),
        "variants": _objects(part.variants), "operators": _objects(part.operators),
        "types": {table.title.partition(":")[0]: _objects(table) for table in part.types}, "notes": list(part.notes),
    }  # fmt: skip


def _objects(table: Table | None) -> list[dict[str, str]]:
    if table is None:
        return []
    titles = [head.title for head in table.heads]
    return [
        {title: cell.text for title, cell in zip(titles, row, strict=True)}
        for group in table.groups
        for row in group.rows
    ]
