"""`python -m tests.fuzz.window --count 1000`: opens damaged files in the window and goes through its tabs."""

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from inspector.gui.main_window import MainWindow
from inspector.gui.tabs import TAB_IDS
from tests.fuzz.inputs import damaged_input


def look(app: QApplication, window: MainWindow, path: Path, number: int, tabs: int) -> bool:
    """Opens the file, goes through `tabs` tabs with something selected in each, and closes it; False if refused."""
    opened = window.session.open(path)
    if opened is None:
        return False
    tensors, operators = list(opened.model.tensors()), list(opened.model.operators())
    for place in range(tabs):
        window.tabs.show_tab(TAB_IDS[(number + place) % len(TAB_IDS)])
        app.processEvents()
        if tensors:
            window.session.select(tensors=[tensors[(number + 7 * place) % len(tensors)]])
            app.processEvents()
        if operators:
            window.session.select(operators=[operators[(number + 5 * place) % len(operators)]])
            app.processEvents()
    if number % 4 == 0:
        window.grab()
    window.session.close(opened)
    app.processEvents()
    return True


def inputs(first: int, count: int, folder: Path) -> Iterator[tuple[int, str, Path]]:
    for number in range(first, first + count):
        made = damaged_input(number)
        path = folder / f"input{made.suffix}"
        path.write_bytes(made.data)
        yield number, made.what, path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.window", description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=2_000_000)
    options = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_LOGGING_RULES"] = "default.warning=false"
    from inspector.gui.app import application
    from inspector.gui.session import Session
    from inspector.gui.settings import Settings

    app = application()
    window = MainWindow(Session(), Settings(read_only=True))
    window.show()
    seen: Counter[str] = Counter()

    def hook(kind: type[BaseException], error: BaseException, where: Any) -> None:
        text = "".join(traceback.format_exception(kind, error, where))
        key = "\n".join(text.splitlines()[-3:])
        if not seen[key]:
            print(f"input {now}: {what}\n{text}", flush=True)
        seen[key] += 1

    sys.excepthook = hook
    opened, began = 0, time.monotonic()
    now, what = 0, ""
    with tempfile.TemporaryDirectory() as folder:
        for now, what, path in inputs(options.first, options.count, Path(folder)):  # noqa: B007  the hook tells `what`
            try:
                opened += look(app, window, path, now, 4)
            except Exception as error:  # noqa: BLE001  whatever it is: that is what is looked for
                hook(type(error), error, error.__traceback__)
    window.close()
    print(f"{options.count:,} inputs, {opened:,} opened, {sum(seen.values())} findings of {len(seen)} kinds, "
          f"{time.monotonic() - began:.0f} s")  # fmt: skip
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main())
