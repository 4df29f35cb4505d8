"""Cold processes side by side: wall and CPU seconds and peak memory of each, interleaved in one run."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

PYTHON = sys.executable


@dataclass(frozen=True)
class Cost:
    """Seconds and MiB of one process with its children. `memory` is its peak RSS, mapped pages of files included."""

    wall: float
    cpu: float
    memory: float


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Runs a command to its end, output thrown away; fails when it does."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})}
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)[:200]} ended with {process.returncode}: {said.decode()[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def interleaved(commands: Mapping[str, Sequence[str]], rounds: int = 5) -> dict[str, Cost]:
    """Each command `rounds` times, in turns, after one round that only warms the page cache; medians."""
    seen: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            cost = run(command)
            if turn:
                seen[name].append(cost)
    middle: Callable[[list[float]], float] = statistics.median
    return {
        name: Cost(middle([c.wall for c in costs]), middle([c.cpu for c in costs]), middle([c.memory for c in costs]))
        for name, costs in seen.items()
    }
