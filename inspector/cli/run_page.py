"""What `run` shows people: the right answer, the outputs of each model beside each other, an activation's numbers."""

from pathlib import Path
from typing import Any

from inspector.analysis.sample_answers import class_text, label_text, shown_rows
from inspector.cli.page import Page, Section, TextTable
from inspector.jobs.packed_array import unpacked
from inspector.model.text import number_text, printable, shape_text

_MOST = 20


def run_page(result: dict[str, Any]) -> Page:
    page = Page()
    origin = f" ({printable(Path(result['origin']).name)})" if result["origin"] else ""
    page.line(f"Sample {result['sample']:,} of {result['total']:,} of {Path(result['data']).name}{origin}", "title")
    if result["label"] is not None:
        page.line(f"Right answer: {label_text(result)}")
    page.line()
    page.table(_outputs(result))
    others = [(row, output) for row in result["models"] for output in row["outputs"][1:]]
    for row, output in others:
        page.line(f"{Path(row['model']).name}, output {printable(output['name'])}: {_summary(output)}", "dim")
    if result["activation"] is not None and not result["activation"]["failed"]:
        page.line()
        told = result["activation"]
        page.line(f"{printable(told['name'])} {told['type']}: {_summary(told)}")
    return page


def _outputs(result: dict[str, Any]) -> TextTable:
    """A row a value, a column a model; the largest ones where there are many."""
    columns = [unpacked(row["outputs"][0]["values"]) if row["outputs"] else None for row in result["models"]]
    flat = [None if values is None else values.ravel() for values in columns]
    rows, left_out = shown_rows([each for each in flat if each is not None], _MOST)
    right = (result["label"] or {}).get("classes", [])
    lines = []
    for place in rows:
        cells = []
        for values, row in zip(flat, result["models"], strict=True):
            mark = " <" if place in row["classes"] else ""
            cells.append("" if values is None or place >= values.size else f"{number_text(values[place])}{mark}")
        name = class_text(place, result["names"]) if result["task"] != "regression" else str(place)
        lines.append((name + (" (right)" if place in right else ""), *cells))
    if left_out:
        lines.append((f"{left_out:,} more", *("" for _each in flat)))
    times = [f"{row['ms']:.3g} ms" if row["ms"] is not None else "failed" for row in result["models"]]
    lines.append(("took", *times))
    titles = ("Output", *(Path(row["model"]).name for row in result["models"]))
    return TextTable(titles, ("text", *("number" for _each in flat)), (Section(lines),))


def _summary(told: dict[str, Any]) -> str:
    values = unpacked(told["values"])
    if values is None or not values.size:
        return "no values" if values is not None else "more values than are shown"
    text = shape_text(values.shape) or "one value"
    if values.dtype.kind not in "fiub":
        return text
    real = values.astype(float)
    ends = f"{number_text(real.min())} to {number_text(real.max())}, mean {number_text(real.mean())}"
    return f"{text}, {ends}, {(real == 0).mean():.1%} zeros"


def run_rows(result: dict[str, Any]) -> tuple[list[str], list[list[Any]]]:
    """(titles, rows) of every value of the first outputs, exact."""
    flat = []
    for row in result["models"]:
        values = unpacked(row["outputs"][0]["values"]) if row["outputs"] else None
        flat.append(None if values is None else values.ravel())
    right = None if result["label"] is None else result["label"]["classes"]
    rows: list[list[Any]] = []
    for place in range(max((each.size for each in flat if each is not None), default=0)):
        name = result["names"][place] if place < len(result["names"]) else None
        given = [None if each is None or place >= each.size else each[place].item() for each in flat]
        rows.append([place, name, None if right is None else place in right, *given])
    return ["output", "name", "right", *(Path(row["model"]).name for row in result["models"])], rows
