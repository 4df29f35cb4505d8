"""`python -m tests.fuzz --count 200000`: meets that many damaged files, tells what they brought up, and the rate."""

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz.watch import Tally, run_child

BATCH = 4000  # inputs a process


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, metavar="N", help="how many inputs (default: 200,000)")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the first input's number (default: 0)")
    parser.add_argument("--minutes", type=float, metavar="M", help="stop after so long")
    parser.add_argument("--megabytes", type=int, default=600, metavar="N",
                        help="memory a process may take beside what it starts with (default: 600)")  # fmt: skip
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), metavar="FOLDER",
                        help="where inputs with a finding are saved (default: build/fuzz)")  # fmt: skip
    options = parser.parse_args()
    tally = Tally()
    began = time.monotonic()
    while tally.inputs < options.count:
        if options.minutes is not None and time.monotonic() - began > 60 * options.minutes:
            break
        told = len(tally.findings)
        count = min(BATCH, options.count - tally.inputs)
        run_child(options.first + tally.inputs, count, options.megabytes, options.keep, tally)
        for finding in tally.findings[told:][:20]:
            print(f"\ninput {finding.number} ({finding.what}): {finding.key}\n{finding.text}", flush=True)
        _say(tally, time.monotonic() - began)
    print()
    for key, times in tally.kinds().most_common():
        print(f"{times:6} x {key}")
    return 1 if tally.findings else 0


def _say(tally: Tally, seconds: float) -> None:
    print(
        f"{tally.inputs:,} inputs, {tally.opened:,} opened, {len(tally.findings):,} findings of "
        f"{len(tally.kinds()):,} kinds; {tally.inputs / max(tally.seconds, 0.1):.0f} a second of the processor, "
        f"{tally.inputs / seconds:.0f} of the clock; {max(tally.kilobytes, default=0) >> 10:,} MB",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
