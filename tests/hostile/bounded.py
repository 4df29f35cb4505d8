"""Runs a command of the program in a process of its own, and says what it took: a small hostile file costs little."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

SECONDS = 30.0  # of the clock, on a busy machine
# a small process in between: what starts another is counted as memory of that one until it runs its own program
_MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as taken:
    taken.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""


@dataclass(frozen=True)
class Done:
    """`megabytes`: the most memory it held at a time."""

    code: int
    out: str
    err: str
    seconds: float
    megabytes: float


def bounded(*words: str | Path, megabytes: float, seconds: float = SECONDS, python: str = "") -> Done:
    """Runs `tflite-inspector WORDS` (or the code in `python`), which ends by itself, in time, in memory, and with a
    sentence where there is something to say. `megabytes` is all it may take; numpy and the program take 50."""
    command = [sys.executable, "-c", python, *map(str, words)] if python else None
    command = command or [sys.executable, "-m", "inspector", *map(str, words)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.NamedTemporaryFile() as taken:
        began = time.monotonic()
        child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _MEASURED, taken.name, *command], cwd=ROOT, stdout=out, stderr=err,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        alarm = threading.Timer(2 * seconds, lambda: os.killpg(child.pid, signal.SIGKILL))
        alarm.start()
        code = child.wait()
        alarm.cancel()
        took = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        done = Done(code, out.read().decode(), err.read().decode(), took, int(taken.read() or 0) / 1024)
    assert done.code in (0, 1), (done.code, done.err[-2000:])
    assert not {"Traceback", "is a bug"} & set(done.err.split("\n")) and "Traceback" not in done.err, done.err[-2000:]
    assert took < seconds, f"{took:.1f} s"
    assert done.megabytes < megabytes, f"{done.megabytes:.0f} MB"
    return done
