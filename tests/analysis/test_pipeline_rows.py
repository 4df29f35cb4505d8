"""The results table: what is the best, ratios, columns of what there is, the front nothing beats, the headline."""

from dataclasses import replace
from typing import Any

import pytest

from inspector.analysis.pareto import fronts, pareto
from inspector.analysis.pipeline_columns import (
    RESULT_COLUMNS,
    difference_text,
    result_columns,
    score_text,
    score_tip,
    score_title,
    shown_scores,
)
from inspector.analysis.pipeline_comparison import Against
from inspector.analysis.pipeline_headline import headline
from inspector.analysis.pipeline_rows import BY_SCHEME, FLAT, ResultRow, result_rows
from inspector.analysis.pipelines import PipelineResult, ResultSet
from inspector.analysis.resampling import BETTER, EQUAL, WORSE, Difference
from inspector.export.csv_table import csv_rows


def made(
    model: str, recipe: str, size: int, data: str = "d.npz", task: str = "multiclass", **scores: Any
) -> PipelineResult:
    row = {"task": task, "size_bytes": size, "intervals": {"accuracy": [0.5, 0.75]}, **scores}
    return PipelineResult(key=f"{model}.{recipe}", model=f"/m/{model}", name=model, recipe=recipe, row=row, data=data)


RESULTS = ResultSet("Nets", (
    made("a.h5", "float32", 400, accuracy=0.9, log_loss=0.2, latency_ms={"median": 2.0}),
    made("a.h5", "int8", 100, accuracy=0.8, log_loss=0.5, latency_ms={"median": 0.25}),
    made("b.h5", "float32", 300, accuracy=0.95, log_loss=0.1),
    replace(made("b.h5", "int8", 0), state="failed", sentence="b.h5: no kernel.", row={}),
))  # fmt: skip
WORSE_BY_TEN = Difference(-0.1, -0.15, -0.05, WORSE)
AGAINST = {"a.h5.int8": Against("a.h5.float32", {"accuracy": WORSE_BY_TEN}, {"decisions": 0.85})}


def best(rows: tuple[ResultRow, ...]) -> dict[str, set[str]]:
    return {row.result.key: set(row.best) for row in rows if row.best}


def test_the_best_of_each_model_is_told_and_lower_is_better_for_losses_and_bytes() -> None:
    assert best(result_rows(RESULTS)) == {
        "a.h5.float32": {"accuracy", "log_loss"}, "a.h5.int8": {"size_bytes", "latency_ms"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "title", "within"),
    [("kappa", "Kappa", "kappa"), ("f1", "F1", "F1"), ("mae", "MAE", "MAE"), ("agreement", "Agreement", "agreement")],
)
def test_scores_keep_their_capitals_within_a_sentence_only_where_they_are_short_forms(
    name: str, title: str, within: str
) -> None:
    assert (score_title(name), score_title(name, within=True)) == (title, within)


def test_the_best_of_each_scheme_and_of_all() -> None:
    assert best(result_rows(RESULTS, by=BY_SCHEME)) == {"b.h5.float32": {"accuracy", "log_loss", "size_bytes"}}
    assert best(result_rows(RESULTS, by=FLAT))["b.h5.float32"] == {"accuracy", "log_loss"}


def test_scores_on_other_data_are_no_rivals() -> None:
    apart = replace(RESULTS, pipelines=(RESULTS.pipelines[0], replace(RESULTS.pipelines[2], data="other.npz")))
    assert best(result_rows(apart, by=FLAT)) == {}


def test_equal_values_have_no_best() -> None:
    same = replace(RESULTS, pipelines=(made("a", "float32", 5, accuracy=0.5), made("a", "int8", 5, accuracy=0.5)))
    assert best(result_rows(same)) == {}


def test_the_ratio_is_that_of_the_reference_row() -> None:
    ratios = {row.result.key: row.ratio for row in result_rows(RESULTS, AGAINST)}
    assert ratios == {"a.h5.float32": 1.0, "a.h5.int8": 0.25, "b.h5.float32": None, "b.h5.int8": None}


def test_columns_show_what_there_is_and_what_the_plan_names_first() -> None:
    rows = result_rows(RESULTS, AGAINST)
    named = replace(RESULTS, metrics=("log_loss", "kappa"))
    shown = [column.key for column in result_columns(named, rows) if column.shown]
    assert shown == ["model", "recipe", "log_loss", "agreement", "size_bytes", "ratio", "latency_ms"]
    hidden = [column.key for column in result_columns(named, rows) if not column.shown]
    assert {"accuracy", "accuracy_low", "accuracy_verdict", "state", "sentence"} <= set(hidden)
    assert not {"f1", "rmse"} & {*shown, *hidden}


def test_labels_and_seeds_are_columns_where_they_tell_rows_apart() -> None:
    first, second, *_ = RESULTS.pipelines
    several = replace(RESULTS, pipelines=(replace(first, groups={"pruning": "after"}), replace(second, seed=1)))
    columns = {column.key: column for column in result_columns(several, result_rows(several))}
    assert columns["group_pruning"].title == "pruning"
    assert columns["seed"].shown


def test_the_usual_scores_of_a_task_that_the_plan_forgot_are_shown() -> None:
    mixed = replace(RESULTS, metrics=("accuracy",), pipelines=(
        *RESULTS.pipelines, made("c.h5", "float32", 1, task="regression", rmse=1.0, mae=0.5, r2=0.5)))  # fmt: skip
    assert shown_scores(mixed) == ("accuracy", "rmse", "mae", "r2")


def test_csv_has_intervals_differences_and_sentences() -> None:
    rows = result_rows(RESULTS, AGAINST)
    head, *lines = "".join(csv_rows(result_columns(RESULTS, rows), rows)).splitlines()
    table = [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]
    assert table[1]["accuracy_low"] == "0.5"
    assert (table[1]["accuracy_difference"], table[1]["accuracy_verdict"]) == ("-0.1", "worse")
    assert (table[3]["state"], table[3]["sentence"], table[3]["accuracy"]) == ("failed", "b.h5: no kernel.", "")


def test_every_column_has_its_own_key_and_can_show_an_empty_row() -> None:
    keys = [column.key for column in RESULT_COLUMNS]
    assert len(keys) == len(set(keys))
    failed = result_rows(RESULTS)[-1]
    assert all(isinstance(column.display(failed), str) for column in RESULT_COLUMNS)


def test_words_about_a_score() -> None:
    row = result_rows(RESULTS, AGAINST)[1]
    assert score_tip(row, "accuracy", "float32 of the same model") == (
        "Accuracy 80.0 %\n95 % interval 50.0 % to 75.0 %\n"
        "Worse than float32 of the same model: -10.0 points, 95 % -15.0 to -5.0"
    )
    assert score_tip(result_rows(RESULTS)[-1], "accuracy", "") == "b.h5: no kernel."
    assert difference_text("kappa", WORSE_BY_TEN) == "-0.1000, 95 % -0.1500 to -0.0500"
    assert (score_text("hamming_loss", 0.25), score_text("kappa", 0.5), score_text("f1", None)) == (
        "25.0 %",
        "0.5000",
        "",
    )


# the front


@pytest.mark.parametrize(
    ("points", "front"),
    [
        ([], ()),
        ([(5, 1.0)], (0,)),
        ([(1, 0.5), (2, 0.9), (3, 0.8), (4, 0.95)], (0, 1, 3)),
        ([(2, 0.9), (1, 0.9)], (1,)),
        ([(1, 0.5), (1, 0.7)], (1,)),
        ([(1, 0.7), (1, 0.7)], (0, 1)),
        ([(1, float("nan")), (2, 0.1)], (1,)),
    ],
)
def test_nothing_on_the_front_is_beaten(points: list[tuple[float, float]], front: tuple[int, ...]) -> None:
    assert pareto(points) == front


def test_each_evaluation_data_has_a_front_of_its_own() -> None:
    other = replace(RESULTS.pipelines[2], data="other.npz")
    results = replace(RESULTS, pipelines=(*RESULTS.pipelines[:2], other))
    found = fronts(result_rows(results), "log_loss")
    assert [[row.result.key for row in front] for front in found] == [["a.h5.int8", "a.h5.float32"], ["b.h5.float32"]]


# the headline


def test_the_headline_counts_the_models_that_lose() -> None:
    better = Against("x", {"accuracy": Difference(0.1, 0.05, 0.2, BETTER)})
    equal = Against("x", {"accuracy": Difference(0.0, -0.1, 0.1, EQUAL)})
    pipelines = [made(name, recipe, 1, accuracy=0.5) for name in "abc" for recipe in ("int8", "uint8")]
    results = ResultSet("Nets", tuple(pipelines))
    against = {"a.int8": AGAINST["a.h5.int8"], "b.int8": better, "c.int8": equal, "a.uint8": equal, "b.uint8": equal}
    rows = result_rows(results, against)
    assert headline(results, rows, "accuracy", "float32") == (
        "6 pipelines done. Accuracy against float32: FIQ int8 is worse for 1 of 3 and better for 1 of 3, "
        "FIQ uint8 is about equal."
    )
    assert headline(results, result_rows(results, {"a.int8": equal}), "accuracy", "float32") == (
        "6 pipelines done. Accuracy against float32: nothing differs by more than chance."
    )
    assert headline(results, rows, "accuracy") == "6 pipelines done."


def test_the_headline_says_what_failed() -> None:
    assert headline(RESULTS, result_rows(RESULTS), "accuracy", "float32") == "3 of 4 pipelines done, 1 failed."
