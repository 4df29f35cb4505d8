"""A report's tables of scores: all pipelines, models against schemes, a line a scheme, and beside other groups."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inspector.analysis.pipeline_columns import (
    RESULT_COLUMNS,
    SCORE_TIPS,
    SCORE_TITLES,
    change_text,
    score_text,
    score_title,
    shown_scores,
)
from inspector.analysis.pipeline_comparison import GROUP, Against, PipelineComparison, Reference, references
from inspector.analysis.pipeline_rows import AGREEMENT, SHARES, ResultRow, result_rows
from inspector.analysis.pipelines import ResultSet
from inspector.analysis.resampling import BETTER, EQUAL, WORSE
from inspector.export.report_names import SENTENCE, bounded
from inspector.export.report_parts import NUMBER, Cell, Failure, Group, Head, Table
from inspector.model.text import listed, plural

COLUMN = {column.key: column for column in RESULT_COLUMNS}
_MOST_GROUPS = 4  # tables beside another group of the plan
NO_CHANGE = Cell("")


def score_cell(row: ResultRow, name: str) -> Cell:
    """The score with its interval, and how it differs from the reference's."""
    value = row.value(name)
    if value is None:
        return Cell("none", faint=True) if row.result.done else NO_CHANGE
    if name not in SCORE_TITLES:
        return Cell(COLUMN[name].display(row), best=name in row.best)
    apart = row.difference(name)
    return Cell(
        score_text(name, value), interval_text(name, row.result.interval(name)), apart.verdict if apart else "",
        change_text(name, apart) if apart else "", name in row.best,
    )  # fmt: skip


def interval_text(name: str, ends: tuple[float, float] | None) -> str:
    """`97.2 to 98.8 %`, `0.9721 to 0.9883`."""
    if ends is None:
        return ""
    if name in SHARES:
        return f"{100 * ends[0]:.1f} to {100 * ends[1]:.1f} %"
    return f"{ends[0]:.4f} to {ends[1]:.4f}"


def scheme_text(row: ResultRow, seeds: bool) -> str:
    return f"{row.result.scheme}, seed {row.result.seed}" if seeds else row.result.scheme


def several_seeds(results: ResultSet) -> bool:
    return len({each.seed for each in results.pipelines}) > 1


def usual_reference(results: ResultSet) -> Reference | None:
    return next(iter(references(results)), None)


def first_score(results: ResultSet) -> str:
    """The score that stands for all in short tables; agreement where there are no labels."""
    return next(iter(shown_scores(results)), AGREEMENT)


def score_table(results: ResultSet, rows: Sequence[ResultRow]) -> Table:
    """Every pipeline that is done, by model; the best of each model in a column is marked."""
    done = [row for row in rows if row.result.done]
    names = shown_scores(results)
    rest = [key for key in (AGREEMENT, "size_bytes", "ratio", "latency_ms") if any(_held(row, key) for row in done)]
    heads = (
        Head("Scheme"), *(Head(SCORE_TITLES[name], NUMBER, SCORE_TIPS[name]) for name in names),
        *(Head(COLUMN[key].title, NUMBER, COLUMN[key].tip) for key in rest),
    )  # fmt: skip
    seeds = several_seeds(results)
    groups: dict[str, list[tuple[Cell, ...]]] = {}
    for row in done:
        title = row.model + "".join(f", {label}: {value}" for label, value in row.result.groups.items())
        line = (Cell(scheme_text(row, seeds)), *(score_cell(row, name) for name in (*names, *rest)))
        groups.setdefault(bounded(title), []).append(line)
    return Table(heads, tuple(Group(title, tuple(lines)) for title, lines in groups.items()))


def matrix_table(results: ResultSet, rows: Sequence[ResultRow]) -> Table | None:
    """A row a model that has the first score, a column a scheme; None for one model or one scheme."""
    name, seeds = first_score(results), several_seeds(results)
    held = {row.model for row in rows if row.value(name) is not None}
    chosen = [row for row in rows if row.model in held]
    schemes = list(dict.fromkeys(scheme_text(row, seeds) for row in chosen))
    if len(held) < 2 or len(schemes) < 2:
        return None
    found = {(row.model, scheme_text(row, seeds)): row for row in reversed(chosen)}
    lines = tuple(
        (Cell(model), *(_matrix_cell(found.get((model, scheme)), name) for scheme in schemes))
        for model in dict.fromkeys(row.model for row in chosen)
    )
    heads = (Head("Model"), *(Head(scheme, NUMBER) for scheme in schemes))
    return Table(heads, (Group("", lines),), f"{score_title(name)} by model and scheme")


def _matrix_cell(row: ResultRow | None, name: str) -> Cell:
    if row is None or not row.result.done:
        return Cell("none" if row is None else "failed", faint=True)
    return replace(score_cell(row, name), detail="")


def scheme_table(results: ResultSet, rows: Sequence[ResultRow]) -> Table | None:
    """A line a scheme: how its models fare beside the reference in the first score; None without a comparison."""
    name = first_score(results)
    schemes: dict[str, list[ResultRow]] = {}
    for row in rows:
        if row.result.done:
            schemes.setdefault(row.result.scheme, []).append(row)
    lines = tuple(line for scheme, found in schemes.items() if (line := _scheme_line(scheme, found, name)))
    heads = (
        Head("Scheme"), Head("Models", NUMBER), Head("Bytes", NUMBER, "Mean of bytes over the reference's."),
        Head("Better", NUMBER), Head("About equal", NUMBER), Head("Worse", NUMBER),
        Head("Largest loss", tip="The model that loses most, where that is no noise."),
    )  # fmt: skip
    return Table(heads, (Group("", lines),), f"{score_title(name)} beside the reference") if lines else None


def _scheme_line(scheme: str, rows: Sequence[ResultRow], name: str) -> tuple[Cell, ...] | None:
    pairs = [(row, apart) for row in rows if (apart := row.difference(name)) is not None]
    if not pairs:
        return None
    ratios = [row.ratio for row, _apart in pairs if row.ratio is not None]
    counts = {verdict: sum(apart.verdict == verdict for _row, apart in pairs) for verdict in (BETTER, EQUAL, WORSE)}
    worse = [(abs(apart.value), row, apart) for row, apart in pairs if apart.verdict == WORSE]
    loss = NO_CHANGE
    if worse:
        _size, row, apart = max(worse, key=lambda each: each[0])
        loss = Cell(row.model, mark=WORSE, change=change_text(name, apart))
    return (
        Cell(scheme), Cell(f"{len(pairs):,}"), Cell(f"{sum(ratios) / len(ratios):.2f} ×" if ratios else ""),
        *(Cell(f"{counts[verdict]:,}", faint=not counts[verdict]) for verdict in (BETTER, EQUAL, WORSE)), loss,
    )  # fmt: skip


def verdict_sentence(results: ResultSet, rows: Sequence[ResultRow], reference: Reference | None) -> str:
    """The answer: which of the schemes keep the score, and what they save."""
    name = first_score(results)
    lost: dict[str, list[bool]] = {}
    for row in rows:
        apart = row.difference(name)
        if apart is not None:
            lost.setdefault(row.result.scheme, []).append(apart.verdict == WORSE)
    if not lost or reference is None:
        return f"{plural(len(results.done), 'pipeline')} of {plural(len(results.pipelines), 'pipeline')} done."
    title = score_title(name)
    kept = [scheme for scheme, found in lost.items() if not any(found)]
    worse = [
        f"{scheme} ({sum(found):,} of {plural(len(found), 'model')})" for scheme, found in lost.items() if any(found)
    ]
    parts = []
    if kept:
        parts.append(
            f"With {listed(kept)} no model loses {score_title(name, within=True)} beyond what chance explains."
        )
    if worse:
        parts.append(f"{title} is worse with {listed(worse)}.")
    return bounded(" ".join(parts), SENTENCE)


def beside_tables(
    results: ResultSet, comparison: PipelineComparison, chosen: Reference | None
) -> list[tuple[Reference, Mapping[str, Against]]]:
    """The other references that the plan's groups offer, the first value of each label, with what differs."""
    labels = dict.fromkeys(each.label for each in references(results) if each.kind == GROUP)
    found: list[tuple[Reference, Mapping[str, Against]]] = []
    for label in list(labels)[:_MOST_GROUPS]:
        first = next(each for each in references(results) if each.kind == GROUP and each.label == label)
        against = comparison.against(first)
        if first != chosen and against:
            found.append((first, against))
    return found


def beside_table(results: ResultSet, reference: Reference, against: Mapping[str, Against]) -> Table:
    """The pipelines that have a partner in another group, with its score and the difference."""
    names, seeds = shown_scores(results), several_seeds(results)
    rows = [row for row in result_rows(results, against) if row.against is not None]
    heads = (
        Head("Scheme"), *(Head(SCORE_TITLES[name], NUMBER, SCORE_TIPS[name]) for name in names),
        Head("Agreement", NUMBER, COLUMN[AGREEMENT].tip), Head("Bytes", NUMBER), Head("Ratio", NUMBER),
    )  # fmt: skip
    groups: dict[str, list[tuple[Cell, ...]]] = {}
    for row in rows:
        line = (
            Cell(scheme_text(row, seeds)), *(score_cell(row, name) for name in names),
            *(Cell(COLUMN[key].display(row)) for key in (AGREEMENT, "size_bytes", "ratio")),
        )  # fmt: skip
        groups.setdefault(row.model, []).append(line)
    return Table(
        heads, tuple(Group(title, tuple(lines)) for title, lines in groups.items()),
        f"Beside {bounded(reference.text)}",
    )  # fmt: skip


def failures(rows: Sequence[ResultRow], seeds: bool) -> tuple[Failure, ...]:
    return tuple(
        Failure(row.model, scheme_text(row, seeds), row.result.sentence or "It ended without a word.")
        for row in rows
        if not row.result.done
    )


def _held(row: ResultRow, key: str) -> bool:
    return row.value(key) is not None
