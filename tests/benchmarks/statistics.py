"""Statistics with an exact histogram beside the usual numpy calls on the same arrays, and zero fractions of model W.

Each measurement is a process of its own that loads the array and times one job: memory that one job frees would make
the next one's cheaper. python -m tests.benchmarks.statistics [--rounds 5] [--millions 100]
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from inspector.analysis import walk
from inspector.analysis.measurements import Measurements
from inspector.analysis.statistics import tensor_statistics
from inspector.formats import open_model
from inspector.model import Model, Tensor
from tests.analysis.memory_model import weights
from tests.benchmarks.big_models import wide_model
from tests.benchmarks.measure import Run, Summary, interleaved, python, run_function, run_process, table

Array = np.ndarray[Any, np.dtype[Any]]

NUMPY = "numpy: min, max, mean, std, count_nonzero, histogram"
DEQUANTIZED = "numpy: dequantize, then the same"
OURS = "tensor_statistics"
ONE_THREAD = "tensor_statistics on one thread"
FLOAT_LIMIT, INT8_LIMIT, MEMORY_LIMIT, ZEROS_LIMIT = 0.33, 0.1, 64e6, 0.15


def numpy_calls(values: Array) -> None:
    """What one writes by hand."""
    values.min(), values.max(), values.mean(), values.std(), np.count_nonzero(values), np.histogram(values, 64)


def jobs_of(values: Array, scales: Array) -> dict[str, Callable[[], Any]]:
    """What is timed, by name; `scales` is empty for float32, else one number or one a row."""
    quantized = {"scale": scales, "zero_point": np.zeros(len(scales), np.int64)} if len(scales) else {}
    model, tensor = weights(values, **quantized)
    jobs: dict[str, Callable[[], Any]] = {
        NUMPY: lambda: numpy_calls(values),
        OURS: lambda: tensor_statistics(model, tensor),
        ONE_THREAD: lambda: one_thread(model, tensor),
    }
    if len(scales):
        jobs[DEQUANTIZED] = lambda: numpy_calls(values.astype(np.float32) * scales[:, None])
    return jobs


def one_thread(model: Model, tensor: Tensor) -> None:
    walk.PARALLEL = 1 << 62
    tensor_statistics(model, tensor)


def float_array(elements: int, zeros: float) -> Array:
    """A weight matrix of a normal distribution, `zeros` of it pruned."""
    side = int(elements**0.5) // 16 * 16
    random = np.random.default_rng(0)
    values = random.standard_normal((side, side), dtype=np.float32)
    values *= np.float32(0.05)
    if zeros:
        for row in values:
            row[random.random(side) < zeros] = 0
    return values


def levels_of(values: Array) -> Array:
    levels = np.empty(values.shape, np.int8)
    for row, out in zip(values, levels, strict=True):
        np.clip(np.round(row / 0.0015), -127, 127, out=out, casting="unsafe")
    return levels


def scales_of(kind: str, values: Array) -> Array:
    """None, one, or one a row."""
    counts = {"float32": 0, "one scale": 1, "one scale a channel": len(values)}
    return np.linspace(0.001, 0.002, counts[kind], dtype=np.float32)


def check(values: Array, scales: Array) -> None:
    """The figures are worth nothing if the counts differ from numpy's."""
    values, scales = values[:500], scales[:500]
    real = values.astype(np.float32) * scales[:, None] if len(scales) else values
    quantized = {"scale": scales, "zero_point": np.zeros(len(scales), np.int64)} if len(scales) else {}
    found = tensor_statistics(*weights(values, **quantized), bins=64).histogram
    counts, edges = np.histogram(real, 64)
    assert found is not None and np.array_equal(found.counts, counts) and np.array_equal(found.edges, edges)


class MemoryWatch(threading.Thread):
    """The most that RssAnon grows while the thread runs, in bytes."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.before = self.peak = self._now()
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.004):
            self.peak = max(self.peak, self._now())

    @staticmethod
    def _now() -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def run_job(path: str, kind: str, job: str) -> None:
    """In the child: prints wall seconds, CPU seconds, bytes of memory more than before."""
    values = np.load(path)
    work = jobs_of(values, scales_of(kind, values))[job]
    watch = MemoryWatch()
    watch.start()
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    watch.done.set()
    watch.join()
    print(json.dumps([wall, cpu, watch.peak - watch.before]))


def measure(path: Path, kind: str, rounds: int) -> dict[str, Summary]:
    def job(name: str) -> Callable[[], Run]:
        def run() -> Run:
            arguments = ("-m", "tests.benchmarks.statistics", "--job", str(path), kind, name)
            wall, cpu, extra = json.loads(run_process(python(*arguments)).output)
            return Run(wall, cpu, extra, extra)

        return run

    names = [NUMPY, OURS, ONE_THREAD] if kind == "float32" else [DEQUANTIZED, NUMPY, OURS, ONE_THREAD]
    return interleaved({name: job(name) for name in names}, rounds)


def report(title: str, path: Path, kind: str, rounds: int) -> bool:
    """Prints one table and its targets; whether they are reached."""
    neighbour, limit = (NUMPY, FLOAT_LIMIT) if kind == "float32" else (DEQUANTIZED, INT8_LIMIT)
    found = measure(path, kind, rounds)
    print(f"\n{title}\n\n{table(found, neighbour)}\n")
    ratio = found[OURS].wall / found[neighbour].wall
    good = _told(f"{ratio:.3f}x of {neighbour!r}, at most {limit}x", ratio <= limit)
    extra = found[OURS].anonymous
    return good & _told(
        f"extra memory {extra / 1e6:.0f} MB, at most {MEMORY_LIMIT / 1e6:.0f} MB", extra <= MEMORY_LIMIT
    )


def _told(sentence: str, good: bool) -> bool:
    print(f"{sentence}: {'yes' if good else 'NO'}", flush=True)
    return good


def arrays(elements: int, rounds: int, folder: Path) -> bool:
    path, good = folder / "weights.npy", True
    for zeros in (0.6, 0.0):
        values = float_array(elements, zeros)
        check(values, values[:0, 0])
        np.save(path, values)
        good &= report(f"{values.size:,} float32, {zeros:.0%} zeros", path, "float32", rounds)
    levels = levels_of(values)
    del values
    np.save(path, levels)
    for kind in ("one scale a channel", "one scale"):
        check(levels, scales_of(kind, levels))
        good &= report(f"{levels.size:,} int8, {kind}", path, kind, rounds)
    return good


def zero_fractions(rounds: int) -> bool:
    model = open_model(wide_model())
    found = interleaved({"W": lambda: run_function(Measurements(model).compute_zero_fractions)}, rounds)["W"]
    print(f"\nzero fractions of W, {sum(tensor.has_data for tensor in model.tensors()):,} constants: ", end="")
    return _told(f"{found.wall:.3f} s, CPU {found.cpu:.3f} s, at most {ZEROS_LIMIT} s", found.wall <= ZEROS_LIMIT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--millions", type=int, default=100, help="elements of each array")
    parser.add_argument("--job", nargs=3, metavar=("ARRAY", "KIND", "NAME"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.job:
        run_job(*arguments.job)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        good = arrays(arguments.millions * 1_000_000, arguments.rounds, Path(folder))
    return 0 if good & zero_fractions(arguments.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
