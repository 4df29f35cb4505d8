"""What `sweep` shows people: a table of all pipelines, model by model, with arrows against the reference."""

from collections.abc import Sequence

from inspector.analysis.pipeline_columns import ARROWS, RESULT_COLUMNS, SCORE_TITLES, score_text, shown_scores
from inspector.analysis.pipeline_comparison import PipelineComparison, references
from inspector.analysis.pipeline_headline import headline
from inspector.analysis.pipeline_rows import BY_MODEL, ResultRow, result_rows
from inspector.analysis.pipelines import ResultSet
from inspector.cli.page import Line, Page, Section, TextTable
from inspector.model.text import printable

_ALWAYS = ("agreement", "size_bytes", "ratio", "latency_ms")


def compared_rows(results: ResultSet) -> tuple[tuple[ResultRow, ...], str]:
    """The rows, compared with the plan's reference, and that in words; "" where nothing can be compared."""
    possible = references(results)
    if not possible:
        return result_rows(results), ""
    against = PipelineComparison(results).against(possible[0])
    return result_rows(results, against, BY_MODEL), possible[0].text


def sweep_page(results: ResultSet, summary: str) -> Page:
    """`summary` says what this run did."""
    rows, reference = compared_rows(results)
    shown = shown_scores(results)
    page = Page()
    page.line(results.name, "title")
    page.line(headline(results, rows, shown[0], reference) if shown else summary)
    if reference:
        page.line(f"▲ better, ▼ worse, ≈ about equal to {reference}, by a paired bootstrap over the samples", "dim")
    page.line()
    page.table(_table(rows, shown))
    page.line()
    page.line(f"{summary} Results: {results.folder}", "dim")
    return page


def _table(rows: Sequence[ResultRow], shown: Sequence[str]) -> TextTable:
    columns = [each for key in _ALWAYS for each in RESULT_COLUMNS if each.key == key]
    models: dict[str, list[list[str]]] = {}
    for row in rows:
        models.setdefault(row.model, []).append(_cells(row, shown) + [each.display(row) for each in columns])
    titles = ("Scheme", *(SCORE_TITLES[name] for name in shown), *(each.title for each in columns))
    styles = ("text", *("number" for _name in shown), *(each.style for each in columns))
    sections = [Section(lines, Line(printable(model), "title")) for model, lines in models.items()]
    return TextTable(titles, styles, tuple(sections))


def _cells(row: ResultRow, shown: Sequence[str]) -> list[str]:
    """Scheme and scores; a failed pipeline says so where its scores would stand."""
    seed = f" seed {row.result.seed}" if row.result.seed else ""
    if not row.result.done:
        return [f"{row.result.scheme}{seed}", *("failed" for _name in shown)]
    return [f"{row.result.scheme}{seed}", *(_score(row, name) for name in shown)]


def _score(row: ResultRow, name: str) -> str:
    apart = row.difference(name)
    text = score_text(name, row.result.score(name))
    return f"{text} {ARROWS.get(apart.verdict, ' ')}" if apart is not None else f"{text}  " if text else ""
