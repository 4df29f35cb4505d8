"""How long a sweep still takes: nothing before one is done, then by recipe, and in words."""

import pytest

from inspector.jobs.sweep_estimate import Estimate, left_text, state_text


def test_nothing_is_said_before_one_is_done() -> None:
    assert Estimate().left(["int8"], [], 1) is None


def test_each_recipe_takes_as_long_as_before_and_workers_share() -> None:
    made = Estimate()
    for recipe, seconds in (("int8", 60.0), ("float32", 2.0), ("int8", 9.0), ("int8", 11.0)):
        made.add(recipe, seconds)  # the first one is that in which TensorFlow started
    assert made.left(["int8"] * 4, [], 1) == 40.0
    assert made.left(["uint8"], [], 1) == pytest.approx(22 / 3)  # unknown: as all others
    assert made.left([], [("int8", 4.0)], 1) == 6.0
    assert made.left([], [("int8", 40.0)], 1) == 1.0  # late: a little longer
    assert made.left([], [], 1) == 0.0


def test_workers_share_what_is_left() -> None:
    made = Estimate()
    made.add("int8", 10.0)
    assert made.left(["int8"] * 4, [], 2) == 20.0  # nothing better is known than the first ones
    made.add("int8", 10.0)
    made.add("float32", 2.0)
    assert made.left(["float32"] * 4, [], 2) == 4.0
    assert made.left(["int8"], [("float32", 0.0)], 8) == 10.0  # not sooner than the longest


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "about 5 s left"), (43, "about 45 s left"), (58, "about 1 min left"), (200, "about 3 min left"),
     (3 * 3600, "about 3.0 h left")],
)  # fmt: skip
def test_words(seconds: float, text: str) -> None:
    assert left_text(seconds) == text


def test_the_whole_line() -> None:
    assert state_text(12, 35, 1, 180) == "12 of 35 done, 1 failed, about 3 min left"
    assert state_text(0, 35, 0, None) == "0 of 35 done"
    assert state_text(34, 35, 1, 0.0) == "34 of 35 done, 1 failed"
