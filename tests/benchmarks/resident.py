"""The window's queue of jobs without a window, for benchmarks of the worker that stays."""

import argparse
import os
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication

from inspector.gui.jobs import JobQueue
from inspector.jobs.options import JobOptions


class ResidentWorker:
    """One queue with its worker; `run` comes back when the job is done."""

    def __init__(self) -> None:
        self._app = QCoreApplication([])
        self._queue = JobQueue()

    def run(self, options: JobOptions, title: str) -> None:
        job = self._queue.submit(options, title, "digits_cnn.h5")
        while not job.over:
            self._app.processEvents()
            time.sleep(0.001)
        if job.state != "done":
            raise RuntimeError(f"the job failed: {job.sentence}\n{job.log[-2000:]}")

    def stop(self) -> None:
        self._queue.stop()


def rounds_asked_for(description: str | None) -> int:
    """`--rounds` of a benchmark's command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=3)
    rounds: int = parser.parse_args().rounds
    return rounds
