"""The structure of a 100 MB .h5 beside a cold process of Keras: python -m tests.benchmarks.keras_structure"""

import argparse
import os
import tempfile
from pathlib import Path

from tests.benchmarks.measure import interleaved, python, run_process, table

TARGET_TIME, TARGET_MEMORY = 0.05, 0.08
"""What the command line may take of Keras' wall time and private memory."""

_WRITE = "import sys, keras; keras.applications.ResNet50(weights=None).save(sys.argv[1])"
_LOAD = "import sys, keras; keras.models.load_model(sys.argv[1], compile=False).summary()"


def resnet50(folder: Path) -> Path:
    """ResNet50 with random weights: 103 MB, 177 layers, 320 weights. A file that is there already stays."""
    path = folder / "resnet50.h5"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / "resnet50.part.h5"
        run_process(python("-c", _WRITE, str(part)), {"TF_CPP_MIN_LOG_LEVEL": "3"})
        part.replace(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "tflite-inspector-benchmarks")
    arguments = parser.parse_args()
    path = resnet50(arguments.folder)
    root = Path(__file__).resolve().parents[2]
    found = interleaved({
        "operators --json": lambda: run_process(python("-m", "inspector", "operators", str(path), "--json"), cwd=root),
        "show --json": lambda: run_process(python("-m", "inspector", "show", str(path), "--json"), cwd=root),
        "load_model + summary": lambda: run_process(python("-c", _LOAD, str(path)), {"TF_CPP_MIN_LOG_LEVEL": "3"}),
    }, arguments.rounds)  # fmt: skip
    print(f"{path.name}, {os.path.getsize(path) / 1e6:.0f} MB, {arguments.rounds} rounds")
    print(table(found, "load_model + summary"))
    ours, keras = found["operators --json"], found["load_model + summary"]
    time, memory = ours.wall / keras.wall, ours.anonymous / keras.anonymous
    print(f"time {time:.3f}x (target {TARGET_TIME}x), memory {memory:.3f}x (target {TARGET_MEMORY}x)")


if __name__ == "__main__":
    main()
