"""A short soak: nothing grows, no process, open file or temporary file stays. `make soak` has the long one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.soak.resources import Held
from tests.soak.verdict import verdict

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def _soak(tmp_path: Path, *words: str) -> str:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "tests.soak", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Error calling Python override" not in done.stderr and "Traceback" not in done.stderr, done.stderr[-3000:]
    return done.stdout


def test_50_cycles_of_the_window_leave_nothing(tmp_path: Path) -> None:
    assert "50 cycles in" in _soak(tmp_path, "--cycles", "50", "--jobs", "0")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.tensorflow
def test_some_jobs_leave_nothing(tmp_path: Path) -> None:
    assert "8 jobs in" in _soak(tmp_path, "--cycles", "0", "--jobs", "8")
    assert list(tmp_path.iterdir()) == []


def test_the_verdict_sees_what_grows() -> None:
    flat = Held(100_000, 10, 4, frozenset(), frozenset())
    assert verdict([flat] * 9, 1.05) == []
    growing = [Held(100_000 + 2000 * number, 10, 4, frozenset(), frozenset()) for number in range(9)]
    assert verdict(growing, 1.05)[0].startswith("Memory grew from 98.6 to 111.")
    left = Held(100_000, 15, 4, frozenset({77}), frozenset({"draft"}))
    assert [sentence.split()[0] for sentence in verdict([flat, left], 1.05)] == ["Open", "1", "Temporary"]
