"""Watches over the processes that meet the damaged files: one that crashes, hangs or grows is a finding too."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT
from tests.fuzz.findings import Finding
from tests.fuzz.inputs import damaged_input

HANG_SECONDS = 120.0  # without a sign of life; what an input may take of the processor is child.SECONDS


@dataclass
class Tally:
    """What came of the inputs so far. `seconds` are of the processor: the machine may have other work."""

    inputs: int = 0
    opened: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    kilobytes: list[int] = field(default_factory=list)

    def kinds(self) -> Counter[str]:
        return Counter(finding.key for finding in self.findings)


def run_child(first: int, count: int, megabytes: int, kept: Path | None, tally: Tally) -> int:
    """Lets one process meet inputs from `first` on; gives how many it got through, the one that ended it included."""
    words = [sys.executable, "-m", "tests.fuzz.child", str(first), str(count), str(megabytes), str(kept or "")]
    began = time.monotonic()
    before = _children_seconds()
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as child:
        errors, last, ended = _listen(child, tally, began)
        child.wait()
    tally.seconds += _children_seconds() - before
    if ended:
        tally.inputs += count
        return count
    what = "hang" if child.returncode == -9 else f"ended with {child.returncode}"
    number = first if last is None else last
    tally.findings.append(Finding(number, damaged_input(number).what, f"process {what}", errors[-3000:]))
    _keep(number, what, kept)
    tally.inputs += number - first + 1
    return number - first + 1


def _listen(child: subprocess.Popen[bytes], tally: Tally, began: float) -> tuple[str, int | None, bool]:
    """What it wrote on stderr, the last input it began, and whether it came to its end."""
    assert child.stdout is not None and child.stderr is not None
    waiting = selectors.DefaultSelector()
    waiting.register(child.stdout, selectors.EVENT_READ, "out")
    waiting.register(child.stderr, selectors.EVENT_READ, "err")
    errors, rest = b"", b""
    last: int | None = None
    ended = False
    while waiting.get_map():
        ready = waiting.select(HANG_SECONDS)
        if not ready:
            child.kill()
            break
        for key, _ in ready:
            data = os.read(key.fd, 1 << 16)
            if not data:
                waiting.unregister(key.fileobj)
            elif key.data == "err":
                errors = (errors + data)[-20_000:]
            else:
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    kind, _, text = line.decode().partition(" ")
                    if kind == "n":
                        last = int(text)
                    elif kind == "f":
                        tally.findings.append(Finding(**json.loads(text)))
                    elif kind == "m":
                        tally.kilobytes.append(int(text))
                    elif kind == "e":
                        tally.opened += int(text)
                        ended = True
    return errors.decode(errors="replace"), last, ended


def _keep(number: int, what: str, kept: Path | None) -> None:
    if kept is not None:
        made = damaged_input(number)
        kept.mkdir(parents=True, exist_ok=True)
        (kept / f"{what.replace(' ', '_')}_{number}{made.suffix}").write_bytes(made.data)


def _children_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system
