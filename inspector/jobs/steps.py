"""A job's progress over steps of about equal length."""

from inspector.analysis.progress import Progress


class Steps:
    """`steps("Loading x.h5")` begins the next of `count` steps; `within` tells how far it is."""

    def __init__(self, progress: Progress, count: int) -> None:
        self._progress, self._count, self._begun = progress, max(count, 1), 0

    def __call__(self, message: str) -> None:
        self._begun += 1
        self.within(0.0, message)

    def within(self, share: float | None, message: str) -> None:
        """`share` of the step that runs is done, None where that is not known; 0 before the first step."""
        share = 0.0 if share is None else share
        done = self._begun - 1 + share if self._begun else 0.0
        self._progress(min(1.0, done / self._count), message)
