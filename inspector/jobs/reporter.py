"""A job's progress as the worker passes it on: every step at once, its numbers at most twenty times a second."""

import re
import sys
import time
from collections.abc import Callable
from typing import Any

from inspector.analysis.progress import Progress

_INTERVAL = 0.05
_NUMBERS = re.compile(r"[\d.,]+")


class Reporter:
    """The `progress` of a task. `send(fraction, message)` gets what is worth sending; each new step goes to the log."""

    def __init__(
        self,
        send: Callable[[float | None, str], object],
        send_detail: Callable[[dict[str, Any]], object] = lambda _values: None,
    ) -> None:
        self._send, self._send_detail = send, send_detail
        self._start = time.monotonic()
        self._next = 0.0
        self._step = ""

    def __call__(self, fraction: float | None, message: str) -> None:
        step, now = _NUMBERS.sub("#", message), time.monotonic()
        if step == self._step and now < self._next:
            return
        if step != self._step:
            self._step = step
            print(f"[{now - self._start:6.1f} s] {message}", file=sys.stderr, flush=True)
        self._next = now + _INTERVAL
        self._send(None if fraction is None else min(1.0, max(0.0, float(fraction))), message)

    def detail(self, values: dict[str, Any]) -> None:
        self._send_detail(values)


def tell(progress: Progress, values: dict[str, Any]) -> None:
    """Passes on what a part of a job came to: every one at once, to who follows the job; nothing where none does.

    May be called from any thread of the task. It is for news of parts, some a second, not for each sample."""
    if isinstance(progress, Reporter):
        progress.detail(values)
