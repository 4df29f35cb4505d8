"""Charts of results: whiskers and arrows by scheme, the front of sizes, confusion matrices of one or more labels."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from inspector.analysis.pipeline_comparison import Against
from inspector.analysis.pipeline_rows import ResultRow, result_rows
from inspector.analysis.pipelines import PipelineResult, ResultSet
from inspector.analysis.resampling import BETTER, EQUAL, WORSE, Difference
from inspector.analysis.variants import RECIPE_LABELS
from inspector.plots.results_matrix import NO_MATRIX, add_matrices, matrix_figure, matrix_plot
from inspector.plots.results_scores import draw_scores, score_figure, score_plot
from inspector.plots.results_sizes import add_sizes, size_figure, size_plot
from inspector.plots.results_style import columns_for, limits, scheme_color, scheme_marker
from inspector.plots.style import figure_bytes, new_figure
from tests.plots.pictures import DARK, LIGHT, drawn, texts

COUNTS = [[8, 2], [1, 9]]


def result(model: str, recipe: str, size: int, accuracy: float, data: str = "d.npz", **more: Any) -> PipelineResult:
    row = {"task": "multiclass", "accuracy": accuracy, "size_bytes": size, "confusion_matrix": COUNTS,
           "intervals": {"accuracy": [accuracy - 0.05, accuracy + 0.05]},
           "per_class": [{"name": "cat"}, {"name": "$dog$"}], **more}  # fmt: skip
    return PipelineResult(key=f"{model}.{recipe}", model=f"/{model}", name=model, recipe=recipe, row=row, data=data)


RESULTS = ResultSet("Nets", (
    result("a.h5", "float32", 40_000, 0.9), result("a.h5", "dynamic_range", 12_000, 0.89),
    result("a.h5", "int8", 10_000, 0.7), result("b.h5", "float32", 4_000_000, 0.6),
    result("b.h5", "int8", 1_000_000, 0.65),
))  # fmt: skip


def apart(value: float, verdict: str) -> Against:
    return Against("a.h5.float32", {"accuracy": Difference(value, value - 0.01, value + 0.01, verdict)})


AGAINST = {
    "a.h5.dynamic_range": apart(-0.01, EQUAL), "a.h5.int8": apart(-0.2, WORSE), "b.h5.int8": apart(0.05, BETTER),
}  # fmt: skip


@pytest.fixture
def rows() -> tuple[ResultRow, ...]:
    return result_rows(RESULTS, AGAINST)


def test_each_score_has_a_whisker_and_an_arrow_only_where_it_is_no_noise(rows: tuple[ResultRow, ...]) -> None:
    plot = score_plot(rows, "accuracy", "float32")
    axes = drawn(lambda axes: draw_scores(axes, plot, LIGHT))
    whiskers = [line for line in axes.lines if len(line.get_xdata()) == 2]
    assert list(whiskers[0].get_ydata()) == pytest.approx([0.85, 0.95])
    assert len(whiskers) == 5
    assert sorted(text for text in texts(axes) if text in "▲▼≈") == ["▲", "▼"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["a.h5", "b.h5"]


def test_points_of_a_scheme_stand_in_one_place_of_each_model(rows: tuple[ResultRow, ...]) -> None:
    plot = score_plot(rows, "accuracy")
    places = {(each.model, each.scheme): plot.x(each) for each in plot.points}
    assert places["b.h5", "FIQ int8"] - places["a.h5", "FIQ int8"] == pytest.approx(1)
    assert places["a.h5", "DRQ"] == 0


def test_a_column_of_the_chart_says_what_stands_there(rows: tuple[ResultRow, ...]) -> None:
    plot = score_plot(rows, "accuracy", "float32")
    int8 = plot.points[2]
    assert plot.at(plot.x(int8), 0.1) is int8
    assert plot.describe(plot.x(int8)) == "a.h5, FIQ int8\nAccuracy 70.0 %\n95 % 65.0 % to 75.0 %\nworse than float32"
    assert plot.describe(plot.x(plot.points[1])).endswith("about equal to float32")
    assert plot.describe(0.5) == ""
    assert next(plot.rows()) == ("a.h5", "float32", 0.9, pytest.approx(0.85), pytest.approx(0.95), "")


def test_no_score_is_a_sentence() -> None:
    axes = drawn(lambda axes: draw_scores(axes, score_plot(result_rows(RESULTS), "rmse"), DARK), DARK)
    assert texts(axes) == ["No pipeline has the score RMSE."]


def test_a_share_stays_within_its_axis() -> None:
    low, high = limits("accuracy", [0.2, 1.0])
    assert low < 0.2
    assert 1.0 < high < 1.1
    assert limits("log_loss", [0.5])[0] < 0.5 < limits("log_loss", [0.5])[1]


def test_every_recipe_has_a_shape_and_a_colour_of_its_own() -> None:
    for palette in (LIGHT, DARK):
        assert len({scheme_color(recipe, palette) for recipe in RECIPE_LABELS}) == len(RECIPE_LABELS)
    assert len({scheme_marker(recipe) for recipe in RECIPE_LABELS}) == len(RECIPE_LABELS)


# size and score


def test_the_front_joins_what_nothing_beats(rows: tuple[ResultRow, ...]) -> None:
    (panel,) = size_plot(rows, "accuracy").panels
    assert [(each.model, each.scheme) for each in panel.front] == [
        ("a.h5", "FIQ int8"), ("a.h5", "DRQ"), ("a.h5", "float32"),
    ]  # fmt: skip
    assert panel.logarithmic


def test_each_data_has_a_panel_with_its_name() -> None:
    other = replace(RESULTS.pipelines[3], data="/x/other.npz")
    plot = size_plot(result_rows(replace(RESULTS, pipelines=(*RESULTS.pipelines[:3], other))), "accuracy")
    assert [panel.data for panel in plot.panels] == ["d.npz", "other.npz"]
    figure = new_figure(LIGHT, 900, 300)
    add_sizes(figure, plot, LIGHT)
    figure_bytes(figure, "png")
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["d.npz", "other.npz"]
    assert plot.at(1, 4_000_000, 0.6) is plot.panels[1].points[0]
    assert plot.at(2, 1, 1) is None


def test_the_nearest_point_is_told_by_what_is_near_on_the_axes(rows: tuple[ResultRow, ...]) -> None:
    plot = size_plot(rows, "accuracy")
    assert (
        plot.describe(0, 10_200, 0.7)
        == "a.h5, FIQ int8\nAccuracy 70.0 %, 9.8 KB\nnothing is smaller and at least as good"
    )
    assert plot.describe(0, 200_000, 0.7) == ""
    assert next(plot.rows()) == ("d.npz", "a.h5", "float32", 40_000, 0.9, True)


@pytest.mark.parametrize("only", [0, 1, 5])
def test_any_number_of_pipelines_can_be_drawn(only: int) -> None:
    rows = result_rows(replace(RESULTS, pipelines=RESULTS.pipelines[:only]))
    for palette in (LIGHT, DARK):
        figures: list[Figure] = [
            score_figure(score_plot(rows, "accuracy"), palette), size_figure(size_plot(rows, "accuracy"), palette),
            matrix_figure(matrix_plot(rows), palette),
        ]  # fmt: skip
        assert all(figure_bytes(figure, "svg") for figure in figures)


# confusion matrices


def test_counts_are_written_where_they_have_room(rows: tuple[ResultRow, ...]) -> None:
    plot = matrix_plot(rows[:1])
    figure = new_figure(LIGHT, 500, 300)
    add_matrices(figure, plot, LIGHT)
    assert sorted(texts(figure.axes[0])) == ["1", "2", "8", "9"]
    assert plot.describe(0, 1, 0) == "cat said to be $dog$, wrong\n2 samples, 20.0 % of them"
    assert plot.describe(0, 7, 0) == plot.describe(4, 0, 0) == ""
    assert list(plot.rows())[1] == ("a.h5 float32", "cat", "$dog$", 2)
    figure_bytes(figure, "png")


def test_several_labels_have_a_matrix_each(rows: tuple[ResultRow, ...]) -> None:
    told = dict(rows[0].result.row, task="multilabel", confusion_matrix=[COUNTS, COUNTS, COUNTS],
                per_class=[{"name": "loop"}, {"name": "round"}, {"name": "dark"}])  # fmt: skip
    row = replace(rows[0], result=replace(rows[0].result, row=told))
    plot = matrix_plot([row])
    assert [(each.title, each.names) for each in plot.matrices] == [
        ("loop", ("no", "yes")), ("round", ("no", "yes")), ("dark", ("no", "yes")),
    ]  # fmt: skip
    assert matrix_plot([row, rows[1]]).matrices[0].title == "a.h5 float32: loop"


def test_without_a_matrix_it_says_why(rows: tuple[ResultRow, ...]) -> None:
    bare = replace(rows[0].result, row={"rmse": 0.5})
    assert matrix_plot([replace(rows[0], result=bare)]).message == NO_MATRIX
    failed = replace(bare, state="failed", sentence="It crashed.")
    assert matrix_plot([replace(rows[0], result=failed)]).message == "It crashed."
    unlabelled = replace(bare, row={})
    assert "no labels" in matrix_plot([replace(rows[0], result=unlabelled)]).message


def test_many_classes_are_coloured_without_numbers(rows: tuple[ResultRow, ...]) -> None:
    told = dict(rows[0].result.row, confusion_matrix=np.eye(200, dtype=int).tolist(),
                per_class=[{"name": f"class number {n}"} for n in range(200)])  # fmt: skip
    figure = new_figure(DARK, 400, 300)
    add_matrices(figure, matrix_plot([replace(rows[0], result=replace(rows[0].result, row=told))]), DARK)
    figure_bytes(figure, "png")
    assert texts(figure.axes[0]) == []
    assert 2 < len(figure.axes[0].get_yticks()) < 40


def test_panels_share_out_the_room_as_squares() -> None:
    assert columns_for(4, 1200, 300) == 4
    assert columns_for(6, 900, 500) == 3
    assert columns_for(2, 300, 700) == 1
