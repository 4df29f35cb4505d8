"""How quickly the tensor table of the wide model (120,001 tensors) answers: keystroke, sort, fold, scroll step.

`python -m tests.benchmarks.wide_window` prints milliseconds: each event is handled and the window painted to its end
(offscreen, 1300 x 800). It runs with zero fractions being computed behind it (`--quiet`: after they are).
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from inspector.gui.panels.operators import OperatorsPanel
from inspector.gui.panels.tensors import TensorsPanel
from inspector.gui.session import Session
from inspector.gui.tables.filtered_table import FilteredTable
from inspector.gui.theme import apply_theme
from tests.benchmarks.big_models import wide_model

TARGETS = {"keystroke": 100.0, "sort": 500.0, "scroll step, flat": 33.0, "scroll step, groups": 50.0}
_WORDS = ("f", "fu", "ful", "full", "full int8", "int8 [3", "t#12", "zzz", "1234", "12")


def wait(milliseconds: int) -> None:
    """Lets the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Stage:
    """A panel of 1300 x 800; `time` measures from an event to the painted window."""

    def __init__(self, app: QApplication, filtered: FilteredTable) -> None:
        self._app, self.filtered = app, filtered

    def time(self, act: Callable[[], object]) -> float:
        self._app.processEvents()
        start = time.perf_counter()
        act()
        self.filtered.table.viewport().repaint()
        self._app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 0)
        return (time.perf_counter() - start) * 1000

    def keystrokes(self, words: Sequence[str] = _WORDS) -> list[float]:
        """The filter is applied at once, without the 120 ms that typing waits."""

        def press(text: str) -> Callable[[], None]:
            def act() -> None:
                self.filtered.search.blockSignals(True)
                self.filtered.search.setText(text)
                self.filtered.search.blockSignals(False)
                self.filtered.apply_filter()

            return act

        times = []
        for word in words:
            times += [self.time(press(word)), self.time(press(""))]
        return times

    def sorts(self) -> dict[str, float]:
        table, times = self.filtered.table, {}
        for column in table.visible_columns():
            both = [self.time(lambda down=down, key=column.key: table.set_sort(key, down)) for down in (False, True)]
            times[column.key] = max(both)
        table.set_sort("")
        return times

    def scroll_steps(self, steps: int = 60) -> list[float]:
        bar = self.filtered.table.verticalScrollBar()
        bar.setValue(bar.maximum() // 3)
        return [self.time(lambda: bar.setValue(bar.value() + 3 * bar.singleStep())) for _ in range(steps)]


def line(name: str, times: Sequence[float], target: float | None = None) -> str:
    limit = f"   target {target:.0f}" if target is not None else ""
    return f"{name:42} median {statistics.median(times):7.1f}   worst {max(times):7.1f} ms{limit}"


def measure_tensors(app: QApplication, session: Session, path: Path, quiet: bool) -> None:
    """Prints what the tensor table takes."""
    start = time.perf_counter()
    opened = session.open(path)
    assert opened is not None
    print(line("read", [(time.perf_counter() - start) * 1000]))
    panel = TensorsPanel(session)
    panel.resize(1300, 800)
    panel.show()
    stage = Stage(app, panel.filtered)
    print(line("first table shown, groups", [stage.time(lambda: panel.set_model(opened))]))
    print(line("first keystroke", [stage.keystrokes(("ful",))[0]], TARGETS["keystroke"]))
    if quiet:
        while panel.zero_fractions.busy or not opened.measurements.zero_fractions:
            wait(100)
    wait(300)
    print(line("filter keystroke, groups", stage.keystrokes(), TARGETS["keystroke"]))
    print(line("column sort, groups folded", list(stage.sorts().values()), TARGETS["sort"]))
    records = panel.table.records
    largest = max(range(records.rowCount()), key=lambda row: records.group_size(row))
    print(line("unfolding the largest group", [stage.time(lambda: records.set_folded(largest, False))]))
    wait(100)
    print(line("scroll step, groups", stage.scroll_steps(), TARGETS["scroll step, groups"]))
    print(line("filter keystroke, large group unfolded", stage.keystrokes(), TARGETS["keystroke"]))
    times = stage.sorts()
    print(line("column sort, large group unfolded", list(times.values()), TARGETS["sort"]))
    print("   " + "  ".join(f"{key} {value:.0f}" for key, value in times.items()))
    print(line("groups to flat", [stage.time(panel.views.button("flat").click)]))
    wait(100)
    print(line("scroll step, flat", stage.scroll_steps(), TARGETS["scroll step, flat"]))
    print(line("filter keystroke, flat", stage.keystrokes(), TARGETS["keystroke"]))
    print(line("column sort, flat", list(stage.sorts().values()), TARGETS["sort"]))
    print(line("select all", [stage.time(panel.table.selectAll), stage.time(lambda: wait(1))]))
    panel.zero_fractions.stop()


def measure_operators(app: QApplication, session: Session) -> None:
    """Prints what the operator table takes (50,000 rows)."""
    panel = OperatorsPanel(session)
    panel.resize(1300, 800)
    panel.show()
    stage = Stage(app, panel.filtered)
    print(line("operators: first table shown", [stage.time(lambda: panel.set_model(session.current))]))
    print(line("operators: filter keystroke", stage.keystrokes(), TARGETS["keystroke"]))
    times = stage.sorts()
    print(line("operators: column sort", list(times.values()), TARGETS["sort"]))
    print("   " + "  ".join(f"{key} {value:.0f}" for key, value in times.items()))
    print(line("operators: scroll step", stage.scroll_steps(), TARGETS["scroll step, flat"]))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="measure when the zero fractions are there")
    options = parser.parse_args(arguments)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, "light")
    session = Session()
    session.failed.connect(print)
    measure_tensors(app, session, wide_model(), options.quiet)
    measure_operators(app, session)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
