"""What of a sweep runs inside a Dask worker: a look at its files, and pipelines, each done by a job worker.

A task only waits for a job worker, a process of its own, so that a crash of TensorFlow leaves the Dask worker alone. It
ends when the file that says that the sweep runs is gone. Job workers stay for the sweep's next pipelines.
"""

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from inspector.jobs.kept_workers import KeptWorkers
from inspector.jobs.limits import cores
from inspector.jobs.options import from_dict
from inspector.jobs.sweep_crew import run_pipeline
from inspector.jobs.sweep_keys import sweep_versions
from inspector.jobs.sweep_options import PipelineOptions

_GLANCE_S = 0.5
_IDLE_S = 60.0
"""Then nobody seems to give this worker anything more: the sweep may have been killed."""
_GUARD = threading.Lock()
_SWEEPS: dict[str, "_Sweep"] = {}


def run_on_dask(values: dict[str, Any], running: str) -> dict[str, Any]:
    """What `run_pipeline` returns; `running` is the file that says that its sweep runs."""
    from distributed import get_worker

    threads = max(1, cores() // max(1, get_worker().state.nthreads))
    with _GUARD:
        sweep = _SWEEPS.get(running) or _Sweep(running, threads)
        sweep.busy += 1
    try:
        return run_pipeline(
            from_dict(PipelineOptions, values), threads, lambda: not os.path.exists(running), kept=sweep.kept
        )
    finally:
        with _GUARD:
            sweep.busy -= 1
            sweep.idle_since = time.monotonic()


def look_around(paths: Sequence[str], running: str) -> dict[str, Any]:
    """{"missing": which of `paths` this worker does not see, "folder": why it can't write beside the file `running`, or
    "" where it can or `running` is "", "versions"}."""
    told: dict[str, Any] = {"missing": [each for each in paths if not os.path.exists(each)], "folder": ""}
    told["versions"] = dict(sweep_versions())
    if not running:
        return told
    draft = Path(running).parent / "files" / f".seen-{uuid4().hex[:12]}"
    if not os.path.exists(running):
        told["folder"] = "it does not see it"
        return told
    try:
        draft.touch()
        draft.unlink()
    except OSError as error:
        told["folder"] = f"it can't write there: {error.strerror or error}"
    return told


class _Sweep:
    """One sweep's job workers here. They end when the sweep does, or when nothing came for a while."""

    def __init__(self, running: str, threads: int) -> None:
        self.kept, self.busy, self.idle_since = KeptWorkers(threads), 0, time.monotonic()
        _SWEEPS[running] = self
        threading.Thread(target=self._watch, args=(running,), daemon=True).start()

    def _watch(self, running: str) -> None:
        while True:
            time.sleep(_GLANCE_S)
            with _GUARD:
                wanted = self.busy or (os.path.exists(running) and time.monotonic() - self.idle_since < _IDLE_S)
                if not wanted:
                    del _SWEEPS[running]
                    break
        self.kept.end()
