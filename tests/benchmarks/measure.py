"""Times programs and functions side by side: interleaved rounds, medians, CPU beside wall, peak private memory."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

_SAMPLE_SECONDS = 0.004
_AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}  # modules are compiled once, as in every ordinary installation


@dataclass(frozen=True)
class Run:
    """One run. Times in seconds, memory in bytes: `anonymous` is the peak of RssAnon (pages of mapped files are not
    counted), `resident` the peak of all; both 0 for a function."""

    wall: float
    cpu: float
    anonymous: int = 0
    resident: int = 0
    output: bytes = b""


@dataclass(frozen=True)
class Summary:
    """Medians over the rounds."""

    wall: float
    cpu: float
    anonymous: int
    resident: int
    runs: tuple[Run, ...]


def run_process(command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Run:
    """Runs a command to its end. Raises RuntimeError if it fails, with what it wrote to stderr."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={**os.environ, **_AS_INSTALLED, **(env or {})},
    )
    peaks = {"RssAnon": 0, "VmRSS": 0}
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peaks, done), daemon=True)
    watcher.start()
    errors: list[bytes] = []
    assert process.stdout is not None and process.stderr is not None
    reader = threading.Thread(target=lambda stream: errors.append(stream.read()), args=(process.stderr,))
    reader.start()
    output = process.stdout.read()
    reader.join()
    _, status, usage = os.wait4(process.pid, 0)  # CPU of this child and its children alone
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    done.set()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {errors[0].decode()[-2000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, peaks["RssAnon"], peaks["VmRSS"], output)


def run_function(function: Callable[[], Any]) -> Run:
    """Runs a function in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    return Run(time.perf_counter() - wall, time.process_time() - cpu)


def interleaved(jobs: Mapping[str, Callable[[], Run]], rounds: int = 5, warm_up: bool = True) -> dict[str, Summary]:
    """Every job once a round, so that a busy moment hurts all alike. A first round, not counted, warms the caches."""
    runs: dict[str, list[Run]] = {name: [] for name in jobs}
    for number in range(-1 if warm_up else 0, rounds):
        for name, job in jobs.items():
            done = job()
            if number >= 0:
                runs[name].append(done)
    return {name: summary(done) for name, done in runs.items()}


def summary(runs: Sequence[Run]) -> Summary:
    return Summary(
        median(run.wall for run in runs),
        median(run.cpu for run in runs),
        int(median(run.anonymous for run in runs)),
        int(median(run.resident for run in runs)),
        tuple(runs),
    )


def table(summaries: Mapping[str, Summary], neighbour: str) -> str:
    """A Markdown table: each job beside its neighbour, as ratios; memory only where it was measured."""
    base = summaries[neighbour]
    head, rule = "| | wall s | CPU s | wall | CPU |", "|---|---|---|---|---|"
    lines = [f"{head} RssAnon MB | RssAnon |", rule + "---|---|"] if base.anonymous else [head, rule]
    for name, found in summaries.items():
        line = f"| {name} | {found.wall:.3f} | {found.cpu:.3f} | {found.wall / base.wall:.3f}x "
        line += f"| {found.cpu / base.cpu:.3f}x |"
        if base.anonymous:
            line += f" {found.anonymous / 1e6:.0f} | {found.anonymous / base.anonymous:.3f}x |"
        lines.append(line)
    return "\n".join(lines)


def python(*arguments: str) -> list[str]:
    """A command of this Python."""
    return [sys.executable, *arguments]


def _watch(pid: int, peaks: dict[str, int], done: threading.Event) -> None:
    """Samples the memory of a process and its children until it has ended."""
    while not done.is_set():
        totals = dict.fromkeys(peaks, 0)
        for member in _tree(pid):
            for name, size in _memory(member).items():
                totals[name] += size
        for name, size in totals.items():
            peaks[name] = max(peaks[name], size)
        done.wait(_SAMPLE_SECONDS)


def _tree(pid: int) -> list[int]:
    found = [pid]
    for member in found:
        try:
            for path in Path(f"/proc/{member}/task").glob("*/children"):
                found += [int(child) for child in path.read_text().split()]
        except OSError:  # it has just ended
            continue
    return found


def _memory(pid: int) -> dict[str, int]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in lines if line.startswith(("RssAnon:", "VmRSS:")))
    return {name: int(value.split()[0]) * 1024 for name, value in pairs}
