"""Which of several models nothing beats: none is smaller and at least as good, or better and no larger."""

from collections.abc import Sequence
from math import isfinite

from inspector.analysis.pipeline_rows import ResultRow
from inspector.analysis.resampling import LOWER_IS_BETTER


def pareto(points: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """Places of the points (cost, gain) on the front, the cheapest first; NaN is on none, equal points all are."""
    places = [place for place, point in enumerate(points) if all(map(isfinite, point))]
    places.sort(key=lambda place: (points[place][0], -points[place][1]))
    front: list[int] = []
    for place in places:
        if not front or points[place][1] > points[front[-1]][1] or points[place] == points[front[-1]]:
            front.append(place)
    return tuple(front)


def fronts(rows: Sequence[ResultRow], metric: str) -> list[list[ResultRow]]:
    """The front of bytes against a score, one for each choice of evaluation data: others can't be compared."""
    groups: dict[tuple[str, str], list[ResultRow]] = {}
    for row in rows:
        if row.result.size_bytes is not None and row.value(metric) is not None:
            groups.setdefault((row.result.data, row.result.task), []).append(row)
    return [[group[place] for place in pareto([_point(row, metric) for row in group])] for group in groups.values()]


def _point(row: ResultRow, metric: str) -> tuple[float, float]:
    value = row.value(metric)
    sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
    return float(row.result.size_bytes or 0), float("nan") if value is None else sign * value
