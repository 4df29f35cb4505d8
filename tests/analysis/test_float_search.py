"""The search finds small sets: on made-up models whose scores are known."""

from pathlib import Path

import pytest

from inspector.analysis.float_search import ADD, DROP, NONE, FloatSearch, Names, Outcome, moves_of, ordered_names
from inspector.errors import Cancelled
from inspector.formats import open_model
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES

SINGLES = [frozenset({name}) for name in "abcdef"]


def outcome(names: Names, gains: dict[str, float]) -> Outcome:
    """0.5 all integer; each of `gains` (several letters only together) adds its own; a letter costs 10 bytes."""
    score = 0.5 + sum(gain for needed, gain in gains.items() if set(needed) <= names)
    return Outcome(score, score, 100 + 10 * len(names))


def search(gains: dict[str, float], target: float, moves: list[Names] = SINGLES, most: int = 0) -> FloatSearch:
    found = FloatSearch(moves, lambda names: outcome(names, gains), target, most)
    found.run()
    return found


def test_nothing_stays_float_where_the_integer_model_is_near_enough() -> None:
    found = search({}, 0.5)
    assert found.reached and not found.found and [each.stage for each in found.trials] == [NONE]


def test_the_smallest_move_that_is_enough_wins() -> None:
    found = search({"c": 0.4, "ab": 0.45}, 0.9, [*SINGLES, frozenset("ab")])
    assert found.reached and found.found == {"c"}
    assert [each.names for each in found.trials if each.kept] == [frozenset(), {"c"}]


def test_an_error_of_two_operators_together_is_found_by_their_group() -> None:
    alone = search({"bc": 0.4}, 0.9)
    assert not alone.reached and not alone.found, "no single operator helps"
    together = search({"bc": 0.4}, 0.9, [*SINGLES, frozenset("bc")])
    assert together.reached and together.found == {"b", "c"}


def test_what_later_turns_out_not_to_be_needed_is_left_out() -> None:
    """`a` helps most at first; with `b` and `c` it is not needed any more."""

    def evaluate(names: Names) -> Outcome:
        score = 0.95 if {"b", "c"} <= names else 0.7 if "a" in names and "b" in names else 0.6 if "a" in names else 0.5
        return Outcome(score, score, 100 + 10 * len(names))

    found = FloatSearch(SINGLES, evaluate, 0.9)
    found.run()
    assert found.reached and found.found == {"b", "c"}
    assert any(each.stage == DROP and each.kept for each in found.trials)


def test_several_rounds_add_up_and_no_set_is_tried_twice() -> None:
    found = search({"a": 0.1, "c": 0.15, "e": 0.2}, 0.94)
    assert found.reached and found.found == {"a", "c", "e"}
    assert len({each.names for each in found.trials}) == len(found.trials)
    assert max(each.round for each in found.trials if each.stage == ADD) == 3


def test_at_most_so_many_operators_stay_float() -> None:
    found = search({"a": 0.1, "c": 0.15, "e": 0.2}, 0.94, most=2)
    assert not found.reached and found.found == {"c", "e"}
    assert max(len(each.names) for each in found.trials) == 2


def test_a_tie_of_scores_is_broken_by_the_outputs() -> None:
    found = FloatSearch(
        SINGLES[:2], lambda names: Outcome(0.5 + 0.4 * (len(names) == 2), 0.1 * len(names) + ("b" in names), 1), 0.9
    )
    found.run()
    assert found.reached and found.found == {"a", "b"}
    assert [sorted(each.names) for each in found.trials if each.kept] == [[], ["b"], ["a", "b"]]


def test_the_search_tells_how_far_it_is_and_can_be_cancelled() -> None:
    told: list[float] = []

    def tell(share: float, message: str) -> None:
        told.append(share)
        assert message.startswith("Trying")
        if len(told) == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        FloatSearch(SINGLES, lambda names: outcome(names, {"a": 0.1}), 0.9, 0, tell).run()
    assert told == sorted(told) and told[0] >= 0 and told[-1] < 1


def test_moves_of_the_sample_are_its_operators_and_each_activation_with_its_readers() -> None:
    model = open_model(SAMPLES / "digits_cnn.float32.tflite")
    operators = model.subgraphs[0].operators
    names = {each.op_name + str(each.index): model.subgraphs[0].tensors[each.outputs[0]].name for each in operators}
    moves = moves_of(model)
    assert frozenset({names["CONV_2D0"]}) in moves and frozenset({names["RESHAPE3"]}) not in moves
    through = {names["CONV_2D1"], names["MAX_POOL_2D2"], names["RESHAPE3"], names["FULLY_CONNECTED4"]}
    assert frozenset(through) in moves, "what passes values on comes along"
    assert frozenset({names["FULLY_CONNECTED4"], names["FULLY_CONNECTED5"]}) in moves
    assert ordered_names(through, model) == [names[key] for key in
        ("CONV_2D1", "MAX_POOL_2D2", "RESHAPE3", "FULLY_CONNECTED4")]  # fmt: skip


def test_both_readers_of_an_activation_belong_to_its_group(tmp_path: Path) -> None:
    builder = ModelBuilder()
    tensors = [builder.tensor(name, [1, 4], "FLOAT32") for name in ("in", "stem", "left", "right", "count")]
    for op_name, source, made in (("RELU", 0, 1), ("LOGISTIC", 1, 2), ("TANH", 1, 3)):
        builder.operator(op_name, [tensors[source]], [tensors[made]])
    path = builder.inputs(tensors[0]).outputs(tensors[2], tensors[3]).write(tmp_path / "two.tflite")
    assert set(moves_of(open_model(path))) == {
        frozenset({"stem"}), frozenset({"left"}), frozenset({"right"}), frozenset({"stem", "left", "right"}),
    }  # fmt: skip
