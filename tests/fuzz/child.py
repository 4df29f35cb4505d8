"""The process that meets the damaged files: it says each number before it begins, and what an input brought up.

A line a message on stdout: `n NUMBER` before an input, `f {json}` for a finding, `m KB` for its memory, `e COUNT` at
the end: how many of its inputs opened.
"""

import gc
import json
import random
import sys
import tempfile
import time
import warnings
from pathlib import Path

from tests.fuzz.findings import finding_of, key_of, smaller
from tests.fuzz.inputs import Input, damaged_input, sources
from tests.fuzz.uses import Uses

SECONDS = 4.0  # of processor time for all that is done with one input
COMMANDS = 1


class SlowError(Exception):
    """An input that took longer than it may."""


class Child:
    def __init__(self, folder: Path, kept: Path | None) -> None:
        self._folder, self._kept = folder, kept
        self._uses = Uses(folder)
        self._seen: set[str] = set()
        self.opened = 0

    def meet(self, made: Input) -> None:
        """Does all with one input; what it raises is told, saved and made smaller."""
        path = self._folder / f"input{made.suffix}"
        started = time.process_time()
        try:
            self.opened += self._use(path, made)
            if time.process_time() - started > SECONDS:
                raise SlowError(f"{time.process_time() - started:.1f} s")
        except Exception as error:  # noqa: BLE001  whatever it is: that is what is looked for
            finding = finding_of(error, made.number, made.what)
            print("f", json.dumps(finding.to_dict()), flush=True)
            if finding.key not in self._seen:
                self._seen.add(finding.key)
                self._keep(made, finding.key, path)

    def _use(self, path: Path, made: Input) -> bool:
        path.write_bytes(made.data)
        chance = random.Random(made.number)
        opens = self._uses.whole(path)
        other = self._folder / f"sound{made.suffix}"
        if not other.is_file():
            other.write_bytes(sources(made.suffix)["int8_cnn" if made.suffix == ".tflite" else _SOUND[made.suffix]])
        self._uses.commands(path, other, chance, COMMANDS if opens else chance.randrange(10) // 9)
        return opens

    def _keep(self, made: Input, key: str, path: Path) -> None:
        if self._kept is None:
            return
        name = "".join(letter if letter.isalnum() else "_" for letter in key) + f"_{made.number}"
        self._kept.mkdir(parents=True, exist_ok=True)
        (self._kept / f"{name}{made.suffix}").write_bytes(made.data)
        if key.startswith(("SlowError", "MemoryError")):
            return
        small = smaller(made.data, lambda data: self._key(path, made, data) == key)
        (self._kept / f"{name}.small{made.suffix}").write_bytes(small)

    def _key(self, path: Path, made: Input, data: bytes) -> str:
        try:
            self._use(path, Input(made.number, made.what, made.suffix, data))
        except Exception as error:  # noqa: BLE001  as above
            return key_of(error)
        return ""


_SOUND = {".h5": "whole", ".keras": "stored"}


def main(first: int, count: int, megabytes: int, kept: str) -> None:
    """Meets inputs first..first + count - 1. `megabytes`: how much memory it may take beside what it starts with."""
    warnings.simplefilter("error")
    random.seed(0)
    for suffix in (".tflite", ".h5", ".keras"):
        sources(suffix)
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a disk would be what takes longest
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory) as name:
        child = Child(Path(name), Path(kept) if kept else None)
        child.meet(damaged_input(first))  # imports what there is to import, before the limit
        _limit(megabytes)
        for number in range(first, first + count):
            print("n", number, flush=True)
            child.meet(damaged_input(number))
        gc.collect()
        print("m", _resident_kilobytes())
        print("e", child.opened, flush=True)


def _limit(megabytes: int) -> None:
    """No more address space than now and `megabytes`: more raises MemoryError, which is a finding."""
    import resource

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (megabytes << 20), resource.RLIM_INFINITY))


def _resident_kilobytes() -> int:
    import resource

    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 10


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else "")
