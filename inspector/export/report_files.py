"""The report's tables without its pictures: CSV a row a pipeline, JSON with all that is known, Markdown to read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from inspector.analysis.pipeline_columns import ARROWS, result_columns
from inspector.analysis.pipelines import to_dict
from inspector.export.csv_table import csv_rows
from inspector.export.json_table import json_text
from inspector.export.report_models import operator_lists
from inspector.export.report_parts import NUMBER, Cell, Report, Table

if TYPE_CHECKING:
    from inspector.export.report import ReportBuilder


def report_csv(builder: "ReportBuilder") -> str:
    """One line a pipeline with exact values, failures too; the scores' intervals and differences among them."""
    return "".join(csv_rows(result_columns(builder.results, builder.rows), builder.rows))


def report_json(builder: "ReportBuilder") -> str:
    """name, made, program, reference, rows (as the CSV), pipelines (all that is stored of each), models, facts."""
    columns = [each for each in result_columns(builder.results, builder.rows) if each.interface]
    report = builder.build(charts=False)
    told: dict[str, Any] = {
        "name": report.name,
        "made": builder.made.isoformat(timespec="seconds"),
        "program": report.program,
        "verdict": report.verdict,
        "reference": report.reference,
        "metrics": list(builder.results.metrics),
        "rows": [{column.key: column.value(row) for column in columns} for row in builder.rows],
        "failures": [
            {"model": each.model, "scheme": each.scheme, "sentence": each.sentence} for each in report.failures
        ],
        "models": [operator_lists(part) for part in report.models],
        "facts": dict(report.facts),
        "notes": list(report.notes),
        "pipelines": [to_dict(each) for each in builder.results.pipelines],
    }
    return json_text(told, indent=1) + "\n"


def report_markdown(report: Report) -> str:
    """What the HTML says in words and tables."""
    return "\n".join(_lines(report)).rstrip("\n") + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {text(report.name)}", "", f"{report.made}, {report.program}.", "", text(report.verdict), "")
    yield from (", ".join(f"{number} {text(words)}" for number, words in report.figures) + ".", "")
    for title, table in (("Schemes", report.schemes), ("Models and schemes", report.matrix), ("Scores", report.scores)):
        if table is not None:
            yield from _section(title, table)
    if report.reference:
        yield from (f"Compared with {text(report.reference)}: ▲ better, ▼ worse, ≈ about equal (95 %, paired).", "")
    for table in report.beside:
        yield from _section(table.title, table)
    for part in report.models:
        yield from (f"## {text(part.name)}", "", *(f"- {text(name)}: {text(value)}" for name, value in part.facts), "")
        yield from (line for headline in part.headlines for line in (text(headline), ""))
        for table in (part.variants, part.operators, *part.types):
            if table is not None:
                yield from _section(table.title or "Variants", table, "###")
        yield from (f"- {text(note)}" for note in part.notes)
        yield ""
    if report.failures:
        yield from ("## Failures", "")
        yield from (f"- {text(each.model)}, {text(each.scheme)}: {text(each.sentence)}" for each in report.failures)
        yield ""
    yield from ("## How it came about", "", *(f"- {text(name)}: {text(value)}" for name, value in report.facts), "")
    yield from (f"- {text(note)}" for note in report.notes)


def _section(title: str, table: Table, level: str = "##") -> Iterator[str]:
    yield from (f"{level} {text(title)}", "")
    for group in table.groups:
        if group.title:
            yield from (f"**{text(group.title)}**", "")
        yield "| " + " | ".join(text(head.title) for head in table.heads) + " |"
        yield "|" + "|".join("---:" if head.style == NUMBER else "---" for head in table.heads) + "|"
        yield from ("| " + " | ".join(map(_cell, row)) + " |" for row in group.rows)
        yield ""
    if table.note:
        yield from (text(table.note), "")


def _cell(cell: Cell) -> str:
    words = f"**{text(cell.text)}**" if cell.best and cell.text else text(cell.text)
    detail = f" ({text(cell.detail)})" if cell.detail else ""
    arrow = f" {ARROWS[cell.mark]} {cell.change}" if cell.mark in ARROWS else ""
    return f"{words}{detail}{arrow}".strip()


_SPECIAL = {letter: f"\\{letter}" for letter in "\\`*_[]|#~"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_MARKS = str.maketrans(_SPECIAL)


def text(words: str) -> str:
    """Words that Markdown shall show as they are."""
    return words.translate(_MARKS)
