"""A job's progress as the worker passes it on: every step at once, its numbers at most twenty times a second."""

import re
import sys
import time
from collections.abc import Callable

_INTERVAL = 0.05
_NUMBERS = re.compile(r"[\d.,]+")


class Reporter:
    """The `progress` of a task. `send(fraction, message)` gets what is worth sending; each new step goes to the log."""

    def __init__(self, send: Callable[[float | None, str], object]) -> None:
        self._send = send
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
