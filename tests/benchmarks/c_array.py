"""A cold process that writes a C array beside `xxd -i FILE OUT`, the same text: python -m tests.benchmarks.c_array"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from tests.benchmarks.measure import Run, Summary, interleaved, python, run_process, table

TARGETS = {14: 0.4, 100: 0.2}
"""Megabytes of the model: most of xxd's wall time that may be taken."""


def noise_model(path: Path, megabytes: int) -> Path:
    """A file with the mark of a .tflite and noise behind it: the worst case, and nothing else is looked at."""
    noise = np.random.default_rng(0).integers(0, 256, megabytes * 1_000_000 - 8, dtype=np.uint8)
    path.write_bytes(b"\x1c\0\0\0TFL3" + noise.tobytes())
    return path


def measure(megabytes: int, rounds: int, folder: Path) -> dict[str, Summary]:
    """xxd, the xxd style, and the same with every byte read back. Each writes into a file that was not there."""
    model = noise_model(folder / f"noise{megabytes}.tflite", megabytes)
    target = folder / "out.c"
    export = python("-m", "inspector", "export-c", str(model), "--style", "xxd", "-o", str(target))

    def job(command: list[str]) -> Run:
        target.unlink(missing_ok=True)
        return run_process(command)

    jobs = {
        "xxd -i": ["xxd", "-i", str(model), str(target)],
        "export-c": export,
        "export-c --verify": [*export, "--verify"],
    }
    texts = {}
    for name, command in jobs.items():
        job(command)
        texts[name] = target.read_bytes()
    if len(set(texts.values())) != 1:
        raise SystemExit(f"The texts for {megabytes} MB differ.")
    texts.clear()
    return interleaved({name: lambda command=command: job(command) for name, command in jobs.items()}, rounds)


def main() -> int:
    """Prints a table a size; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(TARGETS), help="megabytes")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    missed = 0
    for megabytes in chosen.sizes:
        with tempfile.TemporaryDirectory() as folder:
            found = measure(megabytes, chosen.rounds, Path(folder))
        ratio = found["export-c"].wall / found["xxd -i"].wall
        print(f"\n### C array of {megabytes} MB, medians of {chosen.rounds}\n\n{table(found, 'xxd -i')}")
        if megabytes in TARGETS:
            print(f"\nexport-c / xxd -i = {ratio:.3f}, target <= {TARGETS[megabytes]}")
            missed += ratio > TARGETS[megabytes]
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
