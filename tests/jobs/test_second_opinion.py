"""Where LiteRT contradicts TensorFlow's debugger a row is in doubt, and only there."""

from types import SimpleNamespace
from typing import Any

import pytest

from inspector.errors import JobError
from inspector.jobs import second_opinion
from inspector.jobs.second_opinion import doubts, litert_errors, summary
from inspector.model.layer_table import LayerRow


def row(op_name: str, scale: float = 0.5) -> LayerRow:
    return LayerRow(op_name, 1, 4, 0.0, 0.0, 0.0, 0.0, scale, 0, op_name.lower())


ROWS = [row("CONV_2D"), row("BATCH_MATMUL"), row("SOFTMAX")]


def test_equal_errors_and_small_differences_are_no_doubt() -> None:
    assert doubts(ROWS, [0.01, 0.04, 0.0], [0.01, 0.041, 0.0]) == ["", "", ""]
    assert summary(ROWS, ["", "", ""]) == []


def test_a_row_where_the_two_disagree_says_both_numbers() -> None:
    found = doubts(ROWS, [0.01, 25.0, 4.0], [0.01, 0.01, 0.01])
    assert found[0] == ""
    assert "0.2000, not 10.0000" in found[1] and "TensorFlow 2.21 computes INT8 BATCH_MATMUL wrongly" in found[1]
    assert "0.2000, not 4.0000" in found[2] and "BATCH_MATMUL" not in found[2]
    (note,) = summary(ROWS, found)
    assert note.startswith("BATCH_MATMUL and 1 behind it: in doubt.")


def test_without_a_second_opinion_nothing_is_in_doubt() -> None:
    assert doubts(ROWS, [1.0, 1.0, 1.0], []) == ["", "", ""]


def test_a_model_that_litert_can_t_run_gives_no_opinion_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any) -> None:
        raise JobError("The debug model can't be run here.")

    monkeypatch.setattr(second_opinion, "ActivationRunner", refuse)
    debug = SimpleNamespace(subgraphs=[SimpleNamespace(operators=[])], operators=lambda: [])
    samples = SimpleNamespace(count=3)
    assert litert_errors(b"", debug, samples, None) == []  # type: ignore[arg-type]
