"""Results as a table: a row a pipeline, grouped by model or scheme, with what stands behind each score as a tooltip."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from inspector.analysis.evaluation_scores import SCORES
from inspector.analysis.pipeline_columns import (
    SCORE_TITLES,
    change_text,
    result_columns,
    score_tip,
    shown_scores,
)
from inspector.analysis.pipeline_rows import BY_MODEL, BY_SCHEME, FLAT, SHARES, ResultRow, group_key
from inspector.analysis.pipelines import ResultSet
from inspector.analysis.resampling import EQUAL
from inspector.gui.tables.filtering import IntArray
from inspector.gui.tables.grouping import Grouping, Summary, group_by
from inspector.gui.tables.row_source import RowSource, Tone
from inspector.model.columns import Column
from inspector.model.text import plural

AGAINST = "against"


def result_source(
    results: ResultSet, rows: Sequence[ResultRow], by: str, metric: str, reference: str
) -> tuple[RowSource[ResultRow], tuple[str, ...]]:
    """The table, and the keys of columns that are shown only where there is room. `reference`: what is compared with,
    in words, "" for nothing; `metric`: the score whose difference is written out."""
    columns = list(result_columns(results, rows))
    if by == BY_MODEL:
        columns[:2] = columns[1::-1]  # what the groups say stands behind
    columns = [replace(column, shown=True) if column.key == metric else column for column in columns]
    if reference and any(row.difference(metric) is not None for row in rows):
        places = [place for place, column in enumerate(columns) if column.key == metric]
        columns.insert(places[0] + 1, _against_column(metric, reference))
    wanted = {*shown_scores(results), metric}
    spare = [column.key for column in columns if column.key in SCORES and column.key not in wanted]
    tips = {name: _tip(name, reference) for name in SCORES if any(column.key == name for column in columns)}
    tips |= dict.fromkeys(("model", "recipe", "size_bytes", "ratio", "latency_ms", "agreement"), _why)
    tips[AGAINST] = _tip(metric, reference)
    return (
        RowSource(rows, columns, identity=lambda row: row.result.key, tips=tips, tone=_tone),
        (AGAINST, *(f"group_{label}" for label in results.labels), *spare),
    )


def grouped(rows: Sequence[ResultRow], by: str) -> Grouping | None:
    """The group's rows: the model or the scheme, and how many pipelines it has."""
    if by == FLAT or not rows:
        return None
    keys = [group_key(row, by) for row in rows]
    order = {key: place for place, key in enumerate(dict.fromkeys(keys))}

    def summarise(key: str, places: IntArray) -> Summary:
        held = [rows[place] for place in places.tolist()]
        failed = sum(not row.result.done for row in held)
        note = plural(len(held), "pipeline") + (f", {failed:,} failed" if failed else "")
        if by == BY_MODEL and held[0].result.groups:
            note = f"{', '.join(held[0].result.groups.values())} · {note}"
        return Summary(key, note=note, across=True)

    return group_by(keys, order.__getitem__, summarise)


def said_by_groups(results: ResultSet, by: str) -> frozenset[str]:
    """Keys of columns that would only repeat what the groups' rows say."""
    if by == BY_MODEL:
        return frozenset({"model", *(f"group_{label}" for label in results.labels)})
    return frozenset({"recipe"} if by == BY_SCHEME else ())


def _against_column(metric: str, reference: str) -> Column[ResultRow]:
    """`worse, -8.3 points`: the chosen score's difference in words."""

    def value(row: ResultRow) -> float | None:
        return None if (found := row.difference(metric)) is None else found.value

    def text(row: ResultRow) -> str:
        found = row.difference(metric)
        if found is None:
            return ""
        word = "equal" if found.verdict == EQUAL else found.verdict
        return f"{word} {change_text(metric, found)}"

    unit = " in percentage points" if metric in SHARES else ""
    return Column(
        AGAINST, f"{SCORE_TITLES[metric]} ±", value, text, style="number", interface=False,
        tip=f"The difference from {reference}{unit}, and what a paired bootstrap says of it.",
    )  # fmt: skip


def _tip(name: str, reference: str) -> Callable[[ResultRow], str]:
    return lambda row: score_tip(row, name, reference)


def _why(row: ResultRow) -> str:
    return row.result.sentence or row.result.model


def _tone(row: ResultRow) -> Tone:
    return Tone.NORMAL if row.result.done else Tone.DIM
