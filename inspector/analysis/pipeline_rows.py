"""The rows of a results table: a pipeline each, with what differs from its reference and where it is the best."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from inspector.analysis.evaluation_scores import SCORES
from inspector.analysis.pipeline_comparison import Against
from inspector.analysis.pipelines import PipelineResult, ResultSet, model_names
from inspector.analysis.resampling import LOWER_IS_BETTER, Difference

BY_MODEL, BY_SCHEME, FLAT = "model", "scheme", "flat"
AGREEMENT = "agreement"
SHARES = frozenset({
    "accuracy", "precision", "recall", "f1", "balanced_accuracy", "jaccard", "hamming_loss", AGREEMENT,
})  # fmt: skip
"""Scores that are written in percent."""
_LOWER = LOWER_IS_BETTER | {"size_bytes", "ratio", "latency_ms"}
_DECIMALS = {name: 3 if name in SHARES else 4 for name in SCORES} | {
    AGREEMENT: 3, "size_bytes": 0, "ratio": 2, "latency_ms": 3,
}  # fmt: skip
"""The columns in which a value can be the best, and by how many decimals: values that read alike are equally good."""


@dataclass(frozen=True, slots=True, eq=False)
class ResultRow:
    """A pipeline as the table has it: `model` tells it from others of its name, `ratio` is its bytes over those of the
    reference row, 1 for that row itself (None without), `best` are the columns in which it is the best."""

    result: PipelineResult
    model: str
    against: Against | None = None
    ratio: float | None = None
    best: frozenset[str] = frozenset()

    def difference(self, name: str) -> Difference | None:
        return self.against.differences.get(name) if self.against is not None else None

    def agreement(self, name: str = "decisions") -> float | None:
        return self.against.agreement.get(name) if self.against is not None else None

    def value(self, key: str) -> float | None:
        """The number of a column in which one can be the best."""
        if key == AGREEMENT:
            return self.agreement()
        if key == "ratio":
            return self.ratio
        if key in ("size_bytes", "latency_ms"):
            return self.result.size_bytes if key == "size_bytes" else self.result.latency_ms
        return self.result.score(key)


def result_rows(
    results: ResultSet, against: Mapping[str, Against] | None = None, by: str = BY_MODEL
) -> tuple[ResultRow, ...]:
    """A row a pipeline in the order of the results; the best of a column is that of its group (the same model, the same
    scheme, or all) on the same evaluation data."""
    names = model_names(results.pipelines)
    sizes = {each.key: each.size_bytes for each in results.pipelines}
    bases = {each.key for each in (against or {}).values()}
    rows = []
    for result in results.pipelines:
        other = (against or {}).get(result.key)
        base = sizes.get(result.key if result.key in bases else other.key if other is not None else "")
        ratio = result.size_bytes / base if base and result.size_bytes is not None else None
        rows.append(ResultRow(result, names[result.model], other, ratio))
    best: dict[str, set[str]] = {}
    for group in _comparable(rows, by):
        for key in _DECIMALS:
            for row in _best(group, key):
                best.setdefault(row.result.key, set()).add(key)
    return tuple(
        ResultRow(row.result, row.model, row.against, row.ratio, frozenset(best.get(row.result.key, ())))
        for row in rows
    )


def group_key(row: ResultRow, by: str) -> str:
    return row.model if by == BY_MODEL else row.result.scheme if by == BY_SCHEME else ""


def _comparable(rows: Iterable[ResultRow], by: str) -> list[list[ResultRow]]:
    found: dict[tuple[str, str, str], list[ResultRow]] = {}
    for row in rows:
        found.setdefault((group_key(row, by), row.result.data, row.result.task), []).append(row)
    return list(found.values())


def _best(rows: Sequence[ResultRow], key: str) -> list[ResultRow]:
    """The rows with the best value as it is shown; none where all have the same, or there is but one."""
    given = ((row, row.value(key)) for row in rows)
    valued = [(row, round(value, _DECIMALS[key])) for row, value in given if value is not None and isfinite(value)]
    if len({value for _row, value in valued}) < 2:
        return []
    chosen = min(value for _row, value in valued) if key in _LOWER else max(value for _row, value in valued)
    return [row for row, value in valued if value == chosen]
