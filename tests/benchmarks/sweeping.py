"""A sweep beside the plain loop of a notebook, and a sweep that finds everything done beside the one that did it.

python -m tests.benchmarks.sweeping [--rounds 3]

The sample model and its pruned twin by the five classic recipes: ten pipelines. Each is a whole program, started anew.
The loop (tests.jobs.plain_sweep) imports TensorFlow once, converts, runs one sample at a time and scores; the sweep
has two workers with a TensorFlow each, bootstraps intervals and times latencies besides. The variants of both are
compared byte for byte, the scores to the last digit.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from inspector.jobs.sweep_store import read_results
from tests.benchmarks.measure import Run, Summary, interleaved, python, run_process, table
from tests.field_sweep import write
from tests.jobs.swept import differences

MODELS = ("digits_cnn", "digits_cnn_pruned")
MOST, RESUMED = 1.25, 0.1
"""The sweep's time by the loop's; a sweep that finds all done by one that did it."""
SWEEP, LOOP, AGAIN = "sweep", "plain loop of TensorFlow and scikit-learn", "the same sweep again"


def main() -> int:
    """1 if a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        plan = write(place, MODELS)
        found = interleaved(jobs(plan, place), arguments.rounds)
        results = read_results(place / "results")
        wrong = differences(results, place / "plain")
    count = len(results.done)
    print(f"{count} pipelines\n\n{table({each: found[each] for each in (LOOP, SWEEP)}, LOOP)}\n")
    print(f"{count - len(wrong)} of {count} equal to the loop's.{''.join(f' {each}.' for each in wrong)}")
    missed = bool(wrong) | (count != 10)
    missed |= told(found[SWEEP], found[LOOP], MOST)
    print(f"\n{table({each: found[each] for each in (SWEEP, AGAIN)}, SWEEP)}\n")
    missed |= told(found[AGAIN], found[SWEEP], RESUMED)
    return int(missed)


def jobs(plan: Path, place: Path) -> dict[str, Callable[[], Run]]:
    """In the order of a round: the second sweep finds what the first one did."""
    results = place / "results"
    sweep = python("-m", "inspector", "sweep", str(plan), "-o", str(results), "--json")

    def anew() -> Run:
        shutil.rmtree(results, ignore_errors=True)
        return run_process(sweep)

    plain = python("-m", "tests.jobs.plain_sweep", str(plan), str(place / "plain"))
    return {LOOP: lambda: run_process(plain), SWEEP: anew, AGAIN: lambda: run_process(sweep)}


def told(mine: Summary, other: Summary, most: float) -> bool:
    """Says whether a target is reached; whether it was missed."""
    share = mine.wall / other.wall
    print(f"Target <= {most}x: {'reached' if share <= most else 'MISSED'} ({share:.3f}x).")
    return share > most


if __name__ == "__main__":
    sys.exit(main())
