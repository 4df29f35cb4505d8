"""One or two threads walk the blocks of a tensor; results come back in order; progress and cancel.

Numpy lets go of Python's lock in all but the counting, so that a second thread takes a tenth to a quarter off the time
of the two passes where a core is idle. On busy ones the two only wait for each other: then one does it all.
"""

import os
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Generic, TypeVar

import numpy as np

from inspector.analysis.blocks import Cut
from inspector.model.model import Array

PARALLEL = 1 << 24  # elements from which a second thread pays
_REPORT = 0.03  # seconds between reports
_AHEAD = 8  # results that may wait for an earlier one

Result = TypeVar("Result")


class Walk(Generic[Result]):
    """Hands blocks to workers and their results to `merge`, one at a time and in order of the blocks.

    `make_worker` is called once a thread, so that a worker may own buffers. `report` is told the share that is done.
    """

    def __init__(
        self,
        make_worker: Callable[[], Callable[[Cut, Array], Result]],
        merge: Callable[[Cut, Result], None],
        report: Callable[[float], None] | None = None,
    ) -> None:
        self._make_worker, self._merge, self._report = make_worker, merge, report
        self._asking = threading.Lock()
        self._turn = threading.Condition()
        self._taken = self._next = self._done = 0
        self._failed = False

    def run(self, blocks: Iterator[tuple[Cut, Array]], elements: int, parallel: bool | None = None) -> None:
        """Raises what a worker, `blocks` or `report` raises; the other thread has ended by then."""
        self._blocks, self._elements = blocks, max(elements, 1)
        if not (elements >= PARALLEL and spare_core() if parallel is None else parallel):
            self._work(self._report, shared=False)
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as pool:
            helper = pool.submit(self._work, None, shared=True)
            self._work(self._report, shared=True)
            helper.result()

    def _work(self, report: Callable[[float], None] | None, shared: bool) -> None:
        complete, reported = False, 0.0
        own: Array = np.zeros(0, np.int8)
        try:
            worker = self._make_worker()
            while (taken := self._take(own, shared)) is not None:
                number, cut, block, own = taken
                with np.errstate(all="ignore"):
                    result = worker(cut, block)
                self._give(number, cut, result)
                if report is not None and monotonic() - reported > _REPORT:
                    report(min(self._done / self._elements, 1.0))
                    reported = monotonic()
            complete = True
        finally:
            if not complete:  # whatever stops one thread stops the other
                with self._turn:
                    self._failed = True
                    self._turn.notify_all()

    def _take(self, own: Array, shared: bool) -> tuple[int, Cut, Array, Array] | None:
        """The next block, copied into the thread's `own` memory where the other thread may ask for one meanwhile."""
        with self._asking:
            found = None if self._failed else next(self._blocks, None)
            if found is None:
                return None
            cut, block = found
            if shared:
                if own.dtype != block.dtype or len(own) < len(block):
                    own = np.empty(len(block), block.dtype)
                np.copyto(own[: len(block)], block)
                block = own[: len(block)]
            self._taken += 1
            return self._taken - 1, cut, block, own

    def _give(self, number: int, cut: Cut, result: Result) -> None:
        with self._turn:
            while number > self._next and not self._failed:
                self._turn.wait()
            if not self._failed:
                self._merge(cut, result)
                self._next += 1
                self._done += cut.elements
                self._turn.notify_all()


def spare_core() -> bool:
    """Whether a core beside this thread's is likely to be idle."""
    cores = os.cpu_count() or 1
    try:
        with open("/proc/loadavg") as file:  # "0.20 0.18 0.12 1/80 11206": 1 of 80 threads runs or wants to, this one
            return int(file.read().split()[3].partition("/")[0]) < cores
    except (OSError, ValueError, IndexError):  # no Linux
        return cores >= 4
