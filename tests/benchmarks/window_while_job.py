"""How fluid the window stays while a worker makes all five classic variants: gaps of its event loop.

python -m tests.benchmarks.window_while_job [--rounds 2] [--model FILE]

A timer of 5 ms stands for the user's mouse: the time between two of its calls is how long a click would have waited.
Beside it the same window without a job. Each round starts with a cold worker, so TensorFlow's import is in it.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from inspector.datasets.choice import DataChoice
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import CLASSIC_FIVE
from tests.conftest import SAMPLES, SHARED_MODELS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from inspector.gui.main_window import MainWindow

Milliseconds = np.ndarray[Any, np.dtype[np.float64]]
INTERVAL_MS, QUIET_SECONDS = 5, 5.0
USUAL_GAP_MS, LONGEST_GAP_MS = 50, 250


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--model", type=Path)
    arguments = parser.parse_args()
    real = SHARED_MODELS / "fer__emotion_model.hdf5"
    models = [arguments.model] if arguments.model else [SAMPLES / "digits_cnn.h5", *([real] if real.exists() else [])]
    missed = False
    for model in models:
        print(f"\n{model.name}\n\n| | gaps | 50 % | 99 % | 99.9 % | longest |\n|---|---|---|---|---|---|")
        quiet, busy = measured(model, arguments.rounds)
        print(row("without a job", quiet))
        print(row("while a job runs", busy))
        usual, longest = float(np.percentile(busy, 99)), float(busy.max())
        for what, found, most in (("99 % of the gaps", usual, USUAL_GAP_MS), ("longest gap", longest, LONGEST_GAP_MS)):
            missed |= found > most
            print(f"{what}: {found:.1f} ms, at most {most} ms: {'yes' if found <= most else 'NO'}")
    return int(missed)


def row(title: str, gaps: Milliseconds) -> str:
    shares = " | ".join(f"{np.percentile(gaps, share):.1f} ms" for share in (50, 99, 99.9))
    return f"| {title} | {gaps.size:,} | {shares} | {gaps.max():.1f} ms |"


def measured(model: Path, rounds: int) -> tuple[Milliseconds, Milliseconds]:
    """Gaps in milliseconds without and with a job, each of all rounds together."""
    from inspector.gui.app import application
    from inspector.gui.main_window import MainWindow
    from inspector.gui.session import Session
    from inspector.gui.settings import Settings
    from inspector.gui.theme import apply_theme

    app = application()
    apply_theme(app, "light")
    quiet: list[float] = []
    busy: list[float] = []
    for _round in range(rounds):
        window = MainWindow(Session(), Settings(read_only=True), "tensors")
        window.session.open(model)
        window.show()
        _wait(app, 2.0)
        quiet += _gaps(partial(_before, time.monotonic() + QUIET_SECONDS))
        busy += _while_job(window, model)
        window.session.stop_jobs()
        window.close()
        window.deleteLater()
        _wait(app, 0.2)
    return np.array(quiet), np.array(busy)


def _before(end: float) -> bool:
    return time.monotonic() < end


def _while_job(window: "MainWindow", model: Path) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"  # each round calibrates anew
        samples = _samples(model, Path(folder))
        options = QuantizeOptions(
            source=str(model), recipes=CLASSIC_FIVE, output_folder=f"{folder}/out", data=DataChoice(str(samples))
        )
        job = window.session.jobs.submit(options, "Quantize 5 variants", model.name)
        gaps = _gaps(lambda: not job.over)
        if job.state != "done":
            raise RuntimeError(f"the job failed: {job.sentence}\n{job.log[-2000:]}")
        print(f"<!-- {len(job.result['variants'])} variants in {job.elapsed:.1f} s -->", file=sys.stderr)
    return gaps


def _samples(model: Path, folder: Path) -> Path:
    """The sample's own data, or random values in a real model's shape: only the time counts here."""
    if model.parent == SAMPLES:
        return SAMPLES / "digits.npz"
    from inspector.datasets.input_spec import input_specs
    from inspector.formats import open_model

    shape = [max(1, size) for size in input_specs(open_model(model))[0].shape]
    path = folder / "samples.npy"
    np.save(path, np.random.default_rng(0).random([100, *shape[1:]], np.float32))
    return path


def _gaps(going_on: Callable[[], bool]) -> list[float]:
    """Milliseconds between the calls of a timer until `going_on` says no."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    times: list[float] = []
    loop = QEventLoop()
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=INTERVAL_MS)

    def tick() -> None:
        times.append(time.perf_counter())
        if not going_on():
            loop.quit()

    timer.timeout.connect(tick)
    timer.start()
    loop.exec()
    timer.stop()
    return (np.diff(times) * 1000).tolist()


def _wait(app: "QApplication", seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main())
