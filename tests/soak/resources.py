"""What a process holds: memory, open files, threads, children, temporary files. Linux only."""

import ctypes
import gc
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Held:
    """`private` memory in KB: what only this process has, without the libraries that others share."""

    private: int
    files: int
    threads: int
    children: frozenset[int]
    temporary: frozenset[str]


def held(process: int | None = None) -> Held:
    """What `process` holds, by default this one, after it has thrown away what it can."""
    own = process is None
    process = process or os.getpid()
    if own:
        gc.collect()
        _trim()
    folder = Path("/proc") / str(process)
    files = len(list((folder / "fd").iterdir())) - own  # the listing itself is one
    threads = len(list((folder / "task").iterdir()))
    return Held(private_kilobytes(process), files, threads, frozenset(children(process)), frozenset(temporary()))


def private_kilobytes(process: int) -> int:
    lines = (Path("/proc") / str(process) / "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def children(process: int) -> set[int]:
    found = set()
    for task in (Path("/proc") / str(process) / "task").iterdir():
        found |= {int(word) for word in (task / "children").read_text().split()}
    return found


def temporary() -> set[str]:
    """The names in the temporary folder: give each run one of its own."""
    return set(os.listdir(tempfile.gettempdir()))


def _trim() -> None:
    """Gives memory that was freed back to the system: else the heap's holes look like a leak."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
