"""How long a sweep still takes, from how long its pipelines took; and that in words."""

from collections.abc import Iterable, Sequence
from statistics import fmean


class Estimate:
    """Learns from each pipeline that is done: full integer recipes take longer than float32."""

    def __init__(self) -> None:
        self._taken: dict[str, list[float]] = {}

    def add(self, recipe: str, seconds: float) -> None:
        self._taken.setdefault(recipe, []).append(seconds)

    def left(self, waiting: Iterable[str], running: Sequence[tuple[str, float]], workers: int) -> float | None:
        """Seconds; `waiting` are recipes, `running` recipes and for how many seconds. None until one is done."""
        if not self._taken:
            return None
        each = [max(0.1 * self._of(recipe), self._of(recipe) - seconds) for recipe, seconds in running]
        each += [self._of(recipe) for recipe in waiting]
        if not each:
            return 0.0
        return max(max(each), sum(each) / max(1, min(workers, len(each))))

    def _of(self, recipe: str) -> float:
        taken = self._taken.get(recipe) or [each for every in self._taken.values() for each in every]
        return fmean(taken)


def left_text(seconds: float) -> str:
    """about 40 s left, about 3 min left, about 2.5 h left."""
    if seconds < 57.5:
        return f"about {max(5, round(seconds / 5) * 5)} s left"
    if seconds < 90 * 60:
        return f"about {max(1, round(seconds / 60))} min left"
    return f"about {seconds / 3600:.1f} h left"


def state_text(done: int, of: int, failed: int, left: float | None) -> str:
    """12 of 35 done, 1 failed, about 3 min left."""
    parts = [f"{done:,} of {of:,} done", *([f"{failed:,} failed"] if failed else [])]
    return ", ".join([*parts, *([left_text(left)] if left and done + failed < of else [])])
