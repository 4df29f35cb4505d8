"""Plans of sweeps: what a person writes into the file, what it gives, and every mistake in it at once."""

from dataclasses import replace
from pathlib import Path

import pytest

from inspector.datasets.choice import RANDOM, DataChoice
from inspector.errors import UsageError
from inspector.jobs.recipes import CLASSIC_FIVE
from inspector.jobs.sweep_plan import Plan, PlanError, PlanModel, read_plan, results_folder, write_plan

FULL = """
name = "Digits"
recipes = ["float32", "int8", "uint8"]
seeds = [3, 4]
metrics = ["f1"]
debug = true
[evaluation]
path = "test.npz"
arrays = "x_test"
labels = "y_test"
[options]
average = "micro"
threshold = 1
[[models]]
path = "cnn_*.h5"
groups = {family = "digits", size = 2}
[models.calibration]
path = "data/train.npz"
arrays = {left = "a", right = "b"}
samples = 50
[models.options]
average = "weighted"
label_names = "names.txt"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("cnn_b.h5", "cnn_a.h5", "cnn_notes.txt"):
        (tmp_path / name).touch()
    return tmp_path


def written(place: Path, text: str) -> Path:
    path = place / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_pattern_gives_pipelines_model_by_model_and_recipe_by_recipe(place: Path) -> None:
    found = read_plan(written(place, FULL)).pipelines()
    assert [each.name for each in found[::5]] == ["cnn_a.h5", "cnn_b.h5"] and len(found) == 10
    assert [(each.recipe, each.seed) for each in found[:5]] == [
        ("float32", 3), ("int8", 3), ("int8", 4), ("uint8", 3), ("uint8", 4),
    ]  # fmt: skip
    first, int8 = found[0], found[2]
    assert first.calibration is None and first.groups == {"family": "digits", "size": "2"}
    assert int8.calibration == DataChoice(str(place / "data" / "train.npz"), (("left", "a"), ("right", "b")), 50, 4)
    assert int8.evaluation == DataChoice(str(place / "test.npz"), (("", "x_test"),), samples=0, labels="y_test")
    options = {"average": "weighted", "threshold": 1.0, "label_names": str(place / "names.txt")}
    assert all(each.options == options for each in found)


def test_the_debugger_runs_once_for_full_integer_recipes_of_a_model(place: Path) -> None:
    found = read_plan(written(place, FULL)).pipelines()
    assert [(each.recipe, each.seed) for each in found[:5] if each.debug] == [("int8", 3), ("int8", 4)]


def test_a_short_plan_takes_the_classic_five(place: Path) -> None:
    text = 'calibration = {path = "random"}\nevaluation = {path = "random"}\nmodels = [{path = "cnn_a.h5"}]'
    plan = read_plan(written(place, text))
    assert (plan.name, plan.recipes, plan.reference, plan.seeds) == ("plan", CLASSIC_FIVE, "float32", (0,))
    assert [each.recipe for each in plan.pipelines()] == list(CLASSIC_FIVE)
    assert plan.calibration == DataChoice(RANDOM) and plan.evaluation == DataChoice(RANDOM, samples=0)
    assert all(each.evaluation.path == RANDOM for each in plan.pipelines())


def test_what_is_written_is_read_back(place: Path) -> None:
    plan = read_plan(written(place, FULL))
    assert read_plan(write_plan(plan, place / "again.toml")) == plan
    bare = Plan(name="x", models=(PlanModel(path="a.h5"),), folder=place)
    assert read_plan(write_plan(bare, place / "bare.toml")) == bare


def test_a_plan_saved_elsewhere_finds_its_files(place: Path) -> None:
    plan = read_plan(written(place, FULL))
    (place / "plans").mkdir()
    moved = read_plan(write_plan(plan, place / "plans" / "p.toml"))
    assert moved.models[0].path == "../cnn_*.h5"
    assert moved.pipelines() == plan.pipelines()


def test_every_mistake_in_a_file_is_told_at_once(place: Path) -> None:
    text = """
sedes = [1]
recipes = ["float32", "int9"]
metrics = ["acuracy"]
reference = "int8"
seeds = [-1]
debug = 1
[evaluation]
path = "x.npz"
sample = 3
[calibration]
samples = 3
[options]
models = []
[[models]]
path = "a.h5"
groups = {family = [1]}
[[models]]
pth = "a.h5"
[models.options]
average = "nice"
[models.evaluation]
path = "x.npz"
samples = -1
"""
    with pytest.raises(PlanError) as caught:
        read_plan(written(place, text))
    told = str(caught.value)
    for part in (
        "there is no key sedes. Did you mean seeds?", "recipes: there is no recipe int9. Did you mean int8?",
        "metrics: there is no score acuracy. Did you mean accuracy?", "reference: int8 is none of the plan's recipes.",
        "seeds: these are whole numbers", "debug wants true or false, not 1.", "evaluation: there is no key sample. ",
        "calibration: path is missing", "options: there is no key models.", "models 1: groups: family wants a word",
        "models 2: there is no key pth. Did you mean path?", "models 2: path is missing",
        "models 2: options: The average can't be nice",
        "models 2: evaluation: The number of samples can't be -1",
    ):  # fmt: skip
        assert part in told
    assert told.startswith("14 things are wrong:\n- plan.toml: ") and len(caught.value.sentences) == 14


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("x = ", "is no plan: Invalid value"), ("", "models: there are none"), ("models = [3]", "this is no table"),
        ('models = "x"', "models wants a list, not x."), ("recipes = []\n[[models]]\npath='a'", "recipes: the list is"),
        ("\udc80", "it is no UTF-8 text"),
    ],
)  # fmt: skip
def test_what_is_no_plan_is_a_sentence(place: Path, text: str, part: str) -> None:
    path = place / "plan.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(UsageError, match=part):
        read_plan(path)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.toml can't be read: No such file"):
        read_plan(tmp_path / "nowhere.toml")


def test_paths_that_lead_nowhere_and_missing_data_are_told_at_once(place: Path) -> None:
    plan = Plan(
        name="x", folder=place,
        models=(PlanModel(path="cnn_a.h5"), PlanModel(path="dnn_*.h5"), PlanModel(path="cnn_?.h5")),
        evaluation=DataChoice(RANDOM),
    )  # fmt: skip
    with pytest.raises(PlanError) as caught:
        plan.pipelines()
    told = str(caught.value)
    assert "Model 1 (cnn_a.h5) has no calibration data, which int8_float_io needs" in told
    assert "The pattern dnn_*.h5 finds no model" in told and "cnn_a.h5 stands twice in the plan" in told
    with pytest.raises(PlanError, match="has no evaluation data"):
        replace(plan, evaluation=None).pipelines()
    with pytest.raises(PlanError, match="The plan has no models"):
        replace(plan, models=()).pipelines()


def test_a_name_with_brackets_is_a_file_before_it_is_a_pattern(place: Path) -> None:
    (place / "cnn[1].h5").touch()
    plan = Plan(name="x", folder=place, models=(), recipes=("float32",))
    assert plan.paths_of(PlanModel(path="cnn[1].h5")) == [place / "cnn[1].h5"]


def test_a_saved_model_is_found_by_a_pattern(place: Path) -> None:
    (place / "cnn_saved").mkdir()
    (place / "cnn_saved" / "saved_model.pb").touch()
    plan = Plan(name="x", folder=place, models=())
    assert place / "cnn_saved" in plan.paths_of(PlanModel(path="cnn_*"))


def test_results_stand_beside_their_plan(tmp_path: Path) -> None:
    assert results_folder(tmp_path / "digits.toml") == tmp_path / "digits.results"
