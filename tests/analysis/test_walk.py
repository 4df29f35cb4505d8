"""Blocks of a tensor: whole, in order, on two threads, stopped at once."""

import threading
from collections.abc import Iterator
from io import StringIO
from itertools import product
from typing import Any

import numpy as np
import pytest

from inspector.analysis import walk
from inspector.analysis.blocks import Cut, cuts, tensor_blocks
from inspector.analysis.layout import Layout
from inspector.analysis.statistics import tensor_statistics
from inspector.analysis.walk import Walk
from inspector.errors import Cancelled, ValuesError
from tests.analysis.memory_model import constant, weights

Array = np.ndarray[Any, np.dtype[Any]]


@pytest.mark.parametrize(("before", "channels", "after"), [*product((1, 2, 5, 40), (1, 3, 8, 50), (1, 2, 30, 100))])
def test_cuts_cover_the_tensor_once_and_in_order(before: int, channels: int, after: int) -> None:
    for target in (16, 64, 1000):
        layout = Layout(before, channels, after)
        covered = 0
        for cut in cuts(layout, target):
            start = covered % (channels * after)
            assert cut.first * after + cut.offset == start or layout.by_columns
            covered += cut.elements
        assert covered == layout.elements


def test_blocks_hold_the_values_wherever_the_file_cuts_them() -> None:
    values = np.arange(1000, dtype=np.float32)
    for pieces in (0, 1, 7, 999):
        model, tensor = constant(values, pieces)
        plan = [Cut(1, 1, size) for size in (10, 300, 1, 689)]
        blocks = [block.copy() for _, block in tensor_blocks(model, tensor, plan)]
        assert [len(block) for block in blocks] == [10, 300, 1, 689]
        assert np.array_equal(np.concatenate(blocks), values)


def test_a_file_that_holds_too_little_is_told_in_a_sentence() -> None:
    model, tensor = constant(np.zeros(10, np.float32))
    with pytest.raises(ValuesError, match="fewer values than its shape"):
        list(tensor_blocks(model, tensor, [Cut(1, 1, 11)]))


def numbered(count: int) -> Iterator[tuple[Cut, Array]]:
    """Blocks that stand in one memory, as a reader's do."""
    held = np.empty(4, np.int64)
    for number in range(count):
        held[:] = number
        yield Cut(1, 1, 4, number), held


@pytest.mark.parametrize("parallel", [False, True])
def test_results_come_in_order_and_from_the_right_block(parallel: bool) -> None:
    seen: list[tuple[int, int]] = []
    random = np.random.default_rng(1)

    def make_worker() -> Any:
        def worker(_cut: Cut, block: Array) -> int:
            before = int(block[0])
            threading.Event().wait(float(random.random()) * 0.002)
            assert (block == before).all()
            return before

        return worker

    walking: Walk[int] = Walk(make_worker, lambda cut, found: seen.append((cut.first, found)))
    walking.run(numbered(60), 240, parallel)
    assert seen == [(number, number) for number in range(60)]


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("place", ["worker", "merge", "blocks"])
def test_an_error_anywhere_ends_both_threads_and_is_told(place: str, parallel: bool) -> None:
    def fail(at: str, number: int) -> None:
        if at == place and number >= 5:
            raise ValuesError(f"broken {at}")

    def blocks() -> Iterator[tuple[Cut, Array]]:
        for cut, block in numbered(1000):
            fail("blocks", cut.first)
            yield cut, block

    walking: Walk[int] = Walk(
        lambda: lambda cut, block: fail("worker", cut.first) or 0, lambda cut, found: fail("merge", cut.first)
    )
    before = threading.active_count()
    with pytest.raises(ValuesError, match=f"broken {place}"):
        walking.run(blocks(), 4000, parallel)
    assert threading.active_count() == before


@pytest.mark.parametrize("spare", [False, True])
def test_cancel_stops_a_large_tensor_early(spare: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "spare_core", lambda: spare)
    monkeypatch.setattr(walk, "PARALLEL", 1)
    model, tensor = weights(np.ones((1000, 5000), np.float32))
    shares: list[float] = []

    def progress(share: float | None, message: str) -> None:
        assert message == "Measuring T#1"
        shares.append(share or 0.0)
        if len(shares) == 2:
            raise Cancelled("Cancelled.")

    before = threading.active_count()
    with pytest.raises(Cancelled):
        tensor_statistics(model, tensor, progress)
    assert shares[-1] < 1.0
    assert threading.active_count() == before


@pytest.mark.parametrize("spare", [False, True])
def test_progress_rises_to_the_end(spare: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "spare_core", lambda: spare)
    monkeypatch.setattr(walk, "PARALLEL", 1)
    model, tensor = weights(np.ones((1500, 5000), np.float32))
    shares: list[float] = []
    tensor_statistics(model, tensor, lambda share, _message: shares.append(share or 0.0))
    assert shares == sorted(shares) and shares[0] < 0.5 < shares[-1] <= 1.0


@pytest.mark.parametrize(("cores", "running", "spare"), [(2, 1, True), (2, 2, False), (8, 7, True), (1, 1, False)])
def test_a_busy_machine_gets_one_thread(cores: int, running: int, spare: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"0.20 0.18 0.12 {running}/80 11206"
    monkeypatch.setattr(walk.os, "cpu_count", lambda: cores)
    monkeypatch.setattr(walk, "open", lambda _path: StringIO(text), raising=False)
    assert walk.spare_core() is spare


def test_without_a_count_of_running_threads_many_cores_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: str) -> StringIO:
        raise FileNotFoundError(path)

    monkeypatch.setattr(walk, "open", missing, raising=False)
    for cores, spare in ((2, False), (4, True)):
        monkeypatch.setattr(walk.os, "cpu_count", lambda cores=cores: cores)
        assert walk.spare_core() is spare
