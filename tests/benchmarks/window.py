"""Cold window to painted tensor table, beside TensorFlow's Analyzer and an empty window.

python -m tests.benchmarks.window [--rounds 5] [--models sample l_f32 xl_f32 w]

Offscreen, so that no display's speed is measured. RssAnon: mapped pages of the file are not counted.
"""

import argparse
from functools import partial

from tests.benchmarks.big_models import big_model
from tests.benchmarks.command_line import TENSORFLOW
from tests.benchmarks.measure import Summary, interleaved, python, run_process, table
from tests.conftest import SAMPLES

EMPTY_WINDOW = """
import os
from PySide6.QtCore import QTimer
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView
app = QApplication([])
window, rows = QMainWindow(), QTableView()
rows.setModel(QStandardItemModel(20, 8))
window.setCentralWidget(rows)
window.resize(1440, 900)
window.show()
app.processEvents()
os._exit(0)
"""
OURS, EMPTY, NUMPY, ANALYZERS = "window", "empty window", "empty window + numpy", "TensorFlow's Analyzer"
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--models", nargs="*", default=["sample", "l_f32", "xl_f32", "w"])
    arguments = parser.parse_args()
    for name in arguments.models:
        path = SAMPLES / "digits_cnn.float32.tflite" if name == "sample" else big_model(name)
        commands = {
            OURS: python("-m", "tests.benchmarks.painted", str(path)),
            EMPTY: python("-c", EMPTY_WINDOW),
            NUMPY: python("-c", "import numpy" + EMPTY_WINDOW),
            ANALYZERS: python("-c", TENSORFLOW, str(path)),
        }
        jobs = {title: partial(run_process, command, OFFSCREEN) for title, command in commands.items()}
        found = interleaved(jobs, arguments.rounds)
        print(f"\n{path.name}, {path.stat().st_size:,} bytes\n\n{table(found, ANALYZERS)}")
        _targets(found, wide=name == "w")


def _targets(found: dict[str, Summary], wide: bool) -> None:
    ours, empty, analyzer = found[OURS], found[EMPTY], found[ANALYZERS]
    rows = [
        ("time of the Analyzer's", ours.wall / analyzer.wall, 0.10, "x"),
        ("memory of the Analyzer's", ours.anonymous / analyzer.anonymous, 0.25, "x"),
        ("time of an empty window's", ours.wall / empty.wall, 1.5, "x"),
    ]
    if wide:
        rows = [("seconds", ours.wall, 1.5, " s"), ("memory", ours.anonymous / 2**20, 250, " MB")]
    for what, value, most, unit in rows:
        print(f"{what}: {value:.2f}{unit}, at most {most:g}{unit}: {'yes' if value <= most else 'NO'}")


if __name__ == "__main__":
    main()
