"""Cold `tensors --json` beside cold processes that run the Analyzers of TensorFlow and LiteRT.

python -m tests.benchmarks.command_line [--rounds 5]
"""

import argparse
import json
from pathlib import Path

from tests.benchmarks.big_models import mobilenet_v2, wide_model
from tests.benchmarks.measure import Run, Summary, interleaved, python, run_process, table

TENSORFLOW = "import sys, tensorflow as tf; tf.lite.experimental.Analyzer.analyze(model_path=sys.argv[1])"
LITERT = (
    "import sys; from ai_edge_litert import _pywrap_analyzer_wrapper as analyzer; "
    "print(analyzer.ModelAnalyzer(sys.argv[1], True, False))"
)
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}

# (model, neighbour, what is compared, at most so many times the neighbour's)
TARGETS = (
    ("M", "TensorFlow's Analyzer", "wall", 0.04),
    ("M", "TensorFlow's Analyzer", "cpu", 0.04),
    ("M", "TensorFlow's Analyzer", "anonymous", 0.1),
    ("W", "TensorFlow's Analyzer", "wall", 0.2),
    ("W", "LiteRT's Analyzer", "wall", 1.5),
    ("W", "LiteRT's Analyzer", "cpu", 1.5),
)


def measure(path: Path, rounds: int) -> dict[str, Summary]:
    def ours() -> Run:
        return run_process(python("-m", "inspector", "tensors", "--json", str(path)))

    rows = json.loads(ours().output)
    assert rows and all(len(row) == 14 for row in rows), "the benchmark has to print every key of every tensor"
    return interleaved(
        {
            "tensors --json": ours,
            "LiteRT's Analyzer": lambda: run_process(python("-c", LITERT, str(path))),
            "TensorFlow's Analyzer": lambda: run_process(python("-c", TENSORFLOW, str(path)), env=QUIET),
        },
        rounds,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("M", "W"), help="one of the models")
    arguments = parser.parse_args()
    found = {}
    for name, path in (("M", mobilenet_v2), ("W", wide_model)):
        if arguments.only in (None, name):
            found[name] = measure(path(), arguments.rounds)
            print(f"\n{name}: {path().name}, {path().stat().st_size:,} bytes\n")
            print(table(found[name], "TensorFlow's Analyzer"))
    print("\ntargets")
    for name, neighbour, what, limit in TARGETS:
        if name in found:
            ratio = getattr(found[name]["tensors --json"], what) / getattr(found[name][neighbour], what)
            print(f"{name}: {what} {ratio:.3f}x of {neighbour}, at most {limit}x: {'yes' if ratio <= limit else 'NO'}")


if __name__ == "__main__":
    main()
