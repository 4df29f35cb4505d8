"""The Debugger tab with 300 layers: from a choice (another metric, both errors, a step, a click) to the painted chart.

python -m tests.benchmarks.debugger_window [--layers 300] [--rounds 7]

Offscreen, at 1440 x 900; the table and the history are filled again too. The target is 0.2 s.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

TARGET = 0.2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    worst = 0.0
    for name, seconds in measured(arguments.layers, arguments.rounds):
        print(f"{name}: {1000 * seconds:.0f} ms")
        worst = max(worst, seconds)
    print(f"slowest {worst:.3f} s, at most {TARGET} s: {'yes' if worst <= TARGET else 'NO'}")
    return int(worst > TARGET)


def measured(layers: int, rounds: int) -> list[tuple[str, float]]:
    """(what was chosen, the median of the seconds until its chart was painted)."""
    from inspector.gui.app import application
    from inspector.gui.panels.debugger import DebuggerPanel
    from inspector.gui.repairs import Repairs, Step
    from inspector.gui.session import Session
    from inspector.gui.theme import apply_theme
    from tests.debugged import STEPS, options, result
    from tests.gui.fakes import open_in, small_model

    app = application()
    apply_theme(app, "light")
    session = Session()
    opened = open_in(session, small_model())
    many = result((STEPS * layers)[:layers])
    steps = [Step(0, result=many), Step(1, (5,), ("layer_5",), many.with_layers("local", many.local[5:]))]
    session.debuggings.add(Repairs("big", opened.path, options(Path("big.h5")), steps))
    panel = DebuggerPanel(session)
    panel.resize(1184, 780)
    panel.show()
    panel.set_model(opened)

    def painted() -> None:
        done: list[int] = []
        connection = panel.chart.canvas.drawn.connect(lambda: done.append(1))
        end = time.monotonic() + 20
        while not done and time.monotonic() < end:
            app.processEvents()
        panel.chart.canvas.disconnect(connection)
        panel.chart.canvas.grab()  # paints what was drawn
        app.processEvents()

    painted()
    choices: list[tuple[str, Callable[[int], object]]] = [
        ("another metric", lambda n: panel.bar.set_metric(("scale", "rmse_over_scale", "stddev")[n % 3])),
        ("local, both", lambda n: panel.bar.errors.button(("both", "local")[n % 2]).click()),
        ("another step", lambda n: panel.show_step((n + 1) % 2)),
        ("a click on a layer", lambda n: panel.chart.layer_clicked.emit(0, 20 + n)),
    ]
    found = []
    for name, choose in choices:
        times = []
        for number in range(rounds):
            start = time.perf_counter()
            choose(number)
            painted()
            times.append(time.perf_counter() - start)
        found.append((name, statistics.median(times)))
    panel.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
