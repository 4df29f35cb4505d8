"""`python -m tests.soak`: 1,000 cycles of the window and 200 jobs of a worker; nothing of them may stay behind."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
FLAT = 1.05


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--cycles", type=int, default=1000, metavar="N", help="of the window; 0 leaves it out")
    parser.add_argument("--jobs", type=int, default=200, metavar="N", help="of the worker; 0 leaves it out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        os.environ["XDG_CONFIG_HOME"] = str(Path(folder) / "config")
        wrong = []
        if options.cycles:
            wrong += _window(options.cycles)
        if options.jobs:
            wrong += _jobs(options.jobs, Path(folder))
    for sentence in wrong:
        print(sentence)
    return 1 if wrong else 0


def _window(cycles: int) -> list[str]:
    from tests.soak.files import soak_files
    from tests.soak.verdict import verdict
    from tests.soak.window import soak

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        seen = soak(soak_files(Path(folder)), cycles, warm=min(max(cycles // 5, 28), 200))  # 28: each file twice
    print(f"{cycles:,} cycles in {time.monotonic() - began:.0f} s")
    return verdict(seen, FLAT)


def _jobs(jobs: int, folder: Path) -> list[str]:
    from tests.soak.jobs import soak
    from tests.soak.verdict import verdict

    began = time.monotonic()
    work = folder / "work"
    work.mkdir()
    seen = soak(work, jobs, warm=min(max(jobs // 5, 4), 40))
    print(f"{jobs:,} jobs in {time.monotonic() - began:.0f} s")
    return [f"The {name}: {sentence}" for name, looks in seen.items() for sentence in verdict(looks, FLAT)]


if __name__ == "__main__":
    sys.exit(main())
