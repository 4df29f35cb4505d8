"""Opens, looks at and closes models in one window, again and again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QThreadPool
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inspector.gui.app import application
from inspector.gui.main_window import MainWindow
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.tabs import TAB_IDS
from inspector.gui.theme import apply_theme
from tests.soak.resources import Held, held


def soak(paths: Sequence[Path], cycles: int, warm: int, say: Callable[[str], None] = print) -> list[Held]:
    """`cycles` of the whole; what was held after `warm` of them, and after each tenth of the rest."""
    app = application()
    apply_theme(app, "light")
    before = held()
    window = MainWindow(Session(), Settings(read_only=True))
    told: list[str] = []
    window.session.failed.connect(told.append)
    window.show()
    seen = []
    step = max((cycles - warm) // 10, 1)
    for number in range(1, cycles + 1):
        cycle(app, window, paths[number % len(paths)], paths[(number + 1) % len(paths)], number)
        if number >= warm and (number - warm) % step == 0:
            seen.append(replace(_rested(app), children=frozenset(), temporary=frozenset()))  # of jobs under way
            say(f"cycle {number:,}: {seen[-1].private >> 10:,} MB, {seen[-1].files} files, {seen[-1].threads} threads")
    window.close()
    after = _rested(app)
    assert after.children == before.children, f"Processes were left: {after.children - before.children}"
    assert after.temporary == before.temporary, f"Files were left: {after.temporary - before.temporary}"
    defects = [sentence for sentence in told if "bug" in sentence or "defect" in sentence]
    assert not defects, defects
    return seen


def cycle(app: QApplication, window: MainWindow, path: Path, other: Path, number: int) -> None:
    """One model is opened, looked at in some tabs, compared with another one, and both are closed."""
    session = window.session
    opened = session.open(path)
    beside = session.open(other) if number % 3 == 0 else None
    for place in range(3):
        window.tabs.show_tab(TAB_IDS[(number * 3 + place) % len(TAB_IDS)])
        app.processEvents()
    if opened is not None:
        session.set_current(opened)
        for tensor in list(opened.model.tensors())[number % 5 :: 5][:3]:
            session.select(tensors=[tensor])
            app.processEvents()
        for operator in list(opened.model.operators())[number % 3 :: 3][:2]:
            session.select(operators=[operator])
            app.processEvents()
    if number % 10 == 0:
        window.grab()
    if number % 25 == 0:
        apply_theme(app, "dark" if number % 50 else "light")
    for model in (opened, beside):
        if model is not None:
            session.close(model)
    app.processEvents()


def _rested(app: QApplication) -> Held:
    """What is held once no thread works any more and Qt has deleted what it was told to."""
    for _ in range(100):
        QTest.qWait(20)
        app.sendPostedEvents()
        if not QThreadPool.globalInstance().activeThreadCount():
            break
    app.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    app.processEvents()
    return held()
