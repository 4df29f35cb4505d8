"""How long a sweep still takes, from how long its pipelines took; and that in words."""

from collections.abc import Iterable, Sequence
from statistics import fmean


class Estimate:
    """Learns from each pipeline that is done: full integer recipes take longer than float32, and each worker's first
    pipeline longest, as TensorFlow starts with it."""

    def __init__(self) -> None:
        self._taken: list[tuple[str, float]] = []

    def add(self, recipe: str, seconds: float) -> None:
        self._taken.append((recipe, seconds))

    def left(self, waiting: Iterable[str], running: Sequence[tuple[str, float]], workers: int) -> float | None:
        """Seconds; `waiting` are recipes, `running` recipes and for how many seconds. None until one is done."""
        if not self._taken:
            return None
        known = self._taken[workers:] or self._taken
        each = [max(0.1 * (whole := _of(known, recipe)), whole - seconds) for recipe, seconds in running]
        each += [_of(known, recipe) for recipe in waiting]
        if not each:
            return 0.0
        return max(max(each), sum(each) / max(1, min(workers, len(each))))


def _of(known: Sequence[tuple[str, float]], recipe: str) -> float:
    """What a recipe took; one that is not known yet, as all others."""
    return fmean([taken for name, taken in known if name == recipe] or [taken for _name, taken in known])


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
