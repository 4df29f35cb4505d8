"""Runs the command line in a process that may write files only up to a size: a disk that fills up."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

_CODE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv[:] = ["tflite-inspector", *sys.argv[2:]]
from inspector.__main__ import main
sys.exit(main())
"""


def full_disk(size: int, *words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What `tflite-inspector WORDS` does where no file may be larger than `size` bytes."""
    command = [sys.executable, "-c", _CODE, str(size), *map(str, words)]
    made = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment
    return subprocess.run(command, cwd=ROOT, env=made, capture_output=True, text=True, timeout=120, check=False)


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
