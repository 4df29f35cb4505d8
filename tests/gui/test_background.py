"""Work in a thread: results come back on the window's thread, or not at all."""

import gc
import sys
import threading
import time
import weakref

import pytest
from PySide6.QtCore import QThread, QThreadPool
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.errors import ValuesError
from inspector.gui import background
from inspector.gui.background import Progress, run_in_background, stop_all


def test_the_work_runs_elsewhere_and_its_result_comes_home(qapp: QApplication, qtbot: QtBot) -> None:
    threads: list[QThread] = []
    results: list[int] = []

    def work(_progress: Progress) -> int:
        threads.append(QThread.currentThread())
        return 7

    def done(result: int) -> None:
        threads.append(QThread.currentThread())
        results.append(result)

    run_in_background(work, done)
    qtbot.waitUntil(lambda: results == [7])
    assert threads[0] is not qapp.thread() and threads[1] is qapp.thread()


def test_an_error_a_user_can_read_comes_as_its_sentence(qapp: QApplication, qtbot: QtBot) -> None:
    sentences: list[str] = []

    def work(_progress: Progress) -> None:
        raise ValuesError("T#3 has no values.")

    run_in_background(work, lambda _result: pytest.fail("there is no result"), sentences.append)
    qtbot.waitUntil(lambda: sentences == ["T#3 has no values."])


def test_a_defect_is_said_and_does_not_vanish(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[type[BaseException]] = []
    sentences: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_rest: caught.append(kind))
    run_in_background(lambda _progress: 1 // 0, lambda _result: None, sentences.append)
    qtbot.waitUntil(lambda: bool(sentences and caught))
    assert caught == [ZeroDivisionError] and "ZeroDivisionError" in sentences[0]


def test_a_cancelled_task_stops_at_its_next_report_and_delivers_nothing(qapp: QApplication, qtbot: QtBot) -> None:
    started, reports = threading.Event(), []

    def work(progress: Progress) -> str:
        while True:
            started.set()
            progress(None, "Counting")
            reports.append(1)
            time.sleep(0.001)

    task = run_in_background(work, lambda _result: pytest.fail("delivered"), lambda _s: pytest.fail("failed"))
    assert started.wait(5)
    with qtbot.waitSignal(task.ended):
        task.cancel()
    seen = len(reports)
    qtbot.wait(20)
    assert len(reports) == seen


def test_a_result_that_nobody_wants_any_more_is_dropped(qapp: QApplication, qtbot: QtBot) -> None:
    go = threading.Event()
    task = run_in_background(lambda _progress: go.wait(5), lambda _result: pytest.fail("delivered"))
    with qtbot.waitSignal(task.ended):
        task.cancel()
        go.set()
    qtbot.wait(20)


def test_progress_arrives_with_its_words(qapp: QApplication, qtbot: QtBot) -> None:
    go, seen = threading.Event(), []

    def work(progress: Progress) -> None:
        go.wait(5)
        progress(0.5, "Half")
        progress(None, "Somewhere")

    task = run_in_background(work, lambda _result: None)
    task.progress.connect(lambda fraction, words: seen.append((fraction, words)))
    go.set()
    qtbot.waitUntil(lambda: seen == [(0.5, "Half"), (-1.0, "Somewhere")])


def test_what_waits_for_a_result_is_let_go_of_afterwards(qapp: QApplication, qtbot: QtBot) -> None:
    got: list[int] = []

    class Panel:
        def take(self, result: int) -> None:
            got.append(result)

    panel = Panel()
    gone = weakref.ref(panel)
    run_in_background(lambda _progress: 1, panel.take)
    del panel
    qtbot.waitUntil(lambda: got == [1])
    qtbot.waitUntil(lambda: not background._running)
    gc.collect()
    assert gone() is None


def test_a_thousand_quick_pieces_of_work_leave_nothing_behind(qapp: QApplication, qtbot: QtBot) -> None:
    """A QRunnable of Qt for Python is kept for ever where its thread is quicker than the one that started it."""

    class Held:
        pass

    alive = []
    for _ in range(1000):
        held = Held()
        alive.append(weakref.ref(held))
        run_in_background(lambda _progress, held=held: held is None, lambda _result: None)
        qapp.processEvents()
    del held
    qtbot.waitUntil(lambda: not background._running)
    QThreadPool.globalInstance().waitForDone()
    gc.collect()
    assert not [each for each in alive if each() is not None]


def test_at_the_end_everything_stops(qapp: QApplication, qtbot: QtBot) -> None:
    def work(progress: Progress) -> None:
        while True:
            progress(None, "Working")
            time.sleep(0.001)

    for _ in range(6):
        run_in_background(work, lambda _result: pytest.fail("delivered"))
    start = time.monotonic()
    assert stop_all() and time.monotonic() - start < 2
    qtbot.waitUntil(lambda: not background._running)
