"""Runs a command of the program in a process of its own, and says what it took: a small hostile file costs little."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

SECONDS = 30.0  # of the clock, on a busy machine


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
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        child = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        alarm = threading.Timer(2 * seconds, child.kill)
        alarm.start()
        _, status, used = os.wait4(child.pid, 0)
        alarm.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        done = Done(child.returncode, out.read().decode(), err.read().decode(), took, used.ru_maxrss / 1024)
    assert done.code in (0, 1), (done.code, done.err[-2000:])
    assert not {"Traceback", "is a bug"} & set(done.err.split("\n")) and "Traceback" not in done.err, done.err[-2000:]
    assert took < seconds, f"{took:.1f} s"
    assert done.megabytes < megabytes, f"{done.megabytes:.0f} MB"
    return done
