"""A second double-click: from the files to the answer of the window that is open, apart from Python's own start.

python -m tests.benchmarks.handing_over [--rounds 9]

Needs Xvfb. The second process has Qt's core loaded, as the window's own start has; what it imports for the hand-over
counts. "without a window" is what every first start pays for looking.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.conftest import ROOT, SAMPLES

MOST_MS = 50.0
MODEL = str(SAMPLES / "digits_cnn.float32.tflite")
SECOND = """
import sys, time
import PySide6.QtCore
started = time.perf_counter()
from inspector.gui.hand_over import hand_over
told = hand_over(sys.argv[1:])
print((time.perf_counter() - started) * 1000, told)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    screen = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with tempfile.TemporaryDirectory(prefix="t-i-") as home, os.fdopen(read) as numbers:
        environment = {**os.environ, "DISPLAY": f":{numbers.readline().strip()}", "XDG_RUNTIME_DIR": home,
                       "XDG_CONFIG_HOME": home}  # fmt: skip
        environment.pop("QT_QPA_PLATFORM", None)
        alone = [handed_over(environment, False) for _each in range(rounds)]
        window = subprocess.Popen([sys.executable, "-m", "inspector", MODEL], cwd=ROOT, env=environment)
        while not list(Path(home).glob("tflite-inspector-*")):
            time.sleep(0.05)
        time.sleep(2)
        found = [handed_over(environment, True) for _each in range(rounds)]
        for process in (window, screen):
            process.terminate()
            process.wait(20)
    print(f"| | ms | slowest |\n|---|---|---|\n| handed over | {median(found):.1f} | {max(found):.1f} |")
    print(f"| without a window | {median(alone):.1f} | {max(alone):.1f} |")
    print(f"\nat most {MOST_MS:g} ms: {'yes' if median(found) <= MOST_MS else 'NO'}")
    return int(median(found) > MOST_MS)


def handed_over(environment: dict[str, str], expected: bool) -> float:
    """Milliseconds; raises RuntimeError where the window does not do what is expected."""
    words = [sys.executable, "-c", SECOND, MODEL]
    said = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout.split()
    if said[1] != str(expected):
        raise RuntimeError(f"handed over: {said[1]}")
    time.sleep(0.3)
    return float(said[0])


if __name__ == "__main__":
    sys.exit(main())
