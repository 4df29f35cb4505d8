"""Runs tests.hostile.watched in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import ROOT


def watch(folder: Path, *paths: Path) -> dict[str, Any]:
    """What was opened and run while the files were looked at; exports go to a folder beside them."""
    out = folder / "out"
    out.mkdir(exist_ok=True)
    words = [sys.executable, "-m", "tests.hostile.watched", str(out), *map(str, paths)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
