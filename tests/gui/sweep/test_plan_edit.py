"""The plan behind the Sweep window: what is added, labelled and saved is what the file says, and nothing is lost."""

import tomllib
from pathlib import Path

import pytest

from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError
from inspector.gui.sweep.plan_edit import PlanEdit
from inspector.jobs.sweep_plan import read_plan
from tests.gui.sweep.conftest import Study


@pytest.fixture
def edit() -> PlanEdit:
    made = PlanEdit()
    made.begin()
    return made


def values(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text())


def test_a_new_plan_is_nothing_that_could_be_lost(edit: PlanEdit, study: Study):
    assert not edit.dirty and edit.path is None and edit.title == "Untitled"
    edit.begin([study.model])
    assert [model.path for model in edit.plan.models] == [str(study.model)]
    assert not edit.dirty


def test_models_are_added_once_and_removed(edit: PlanEdit, study: Study):
    edit.add_models([str(study.model), str(study.folder / "*.h5"), str(study.model)])
    edit.add_models([str(study.folder / "." / "digits_cnn.h5")])
    assert [Path(model.path).name for model in edit.plan.models] == ["digits_cnn.h5", "*.h5"]
    assert edit.dirty
    edit.remove_models([0])
    assert [Path(model.path).name for model in edit.plan.models] == ["*.h5"]


def test_labels_are_columns_of_words(edit: PlanEdit, study: Study):
    edit.begin([study.model, study.folder / "digits_cnn_pruned.h5"])
    edit.add_label(" family ")
    edit.add_label("pruning")
    edit.add_label("pruning")
    assert edit.labels == ("family", "pruning")
    assert not edit.dirty, "a column without words changes nothing"
    edit.set_group(1, "pruning", " after ")
    edit.set_group(1, "family", "digits")
    assert dict(edit.plan.models[1].groups) == {"family": "digits", "pruning": "after"}
    assert list(edit.plan.models[1].groups) == ["family", "pruning"]
    edit.rename_label("pruning", "family")
    edit.rename_label("pruning", "pruned")
    assert edit.labels == ("family", "pruned")
    assert dict(edit.plan.models[1].groups) == {"family": "digits", "pruned": "after"}
    edit.set_group(1, "pruned", "")
    edit.remove_label("family")
    assert edit.labels == ("pruned",) and not edit.plan.models[1].groups


def test_what_is_saved_names_files_of_its_folder_by_their_names(edit: PlanEdit, study: Study, tmp_path: Path):
    edit.begin([study.model])
    edit.set_data("calibration", None, DataChoice(str(study.folder / "digits.npz"), (("", "x_calibration"),)))
    edit.set_data("evaluation", 0, DataChoice("/elsewhere/test.npz", samples=0))
    edit.set(options={"label_names": str(study.folder / "names.txt")})
    edit.save(study.folder / "mine.toml")
    told = values(study.folder / "mine.toml")
    assert told["name"] == "mine"
    assert told["calibration"] == {"path": "digits.npz", "arrays": {"": "x_calibration"}}
    assert told["options"] == {"label_names": "names.txt"}
    assert told["models"] == [{"path": "digits_cnn.h5", "evaluation": {"path": "/elsewhere/test.npz"}}]
    assert not edit.dirty and edit.title == "mine.toml"
    assert edit.data("calibration", None) == DataChoice(str(study.folder / "digits.npz"), (("", "x_calibration"),))


def test_saving_in_another_folder_leads_to_the_same_files(edit: PlanEdit, study: Study):
    edit.open(study.plan)
    before = edit.plan.pipelines()
    edit.add_label("new")
    (study.folder / "plans").mkdir()
    edit.save(study.folder / "plans" / "other.toml")
    told = values(study.folder / "plans" / "other.toml")
    assert told["calibration"]["path"] == "../digits.npz"  # type: ignore[index]
    assert edit.plan.pipelines() == before == read_plan(study.folder / "plans" / "other.toml").pipelines()
    assert edit.labels == ("pruning", "new"), "a new column stays, also without a word"


def test_opened_and_changed_back_nothing_would_be_lost(edit: PlanEdit, study: Study):
    edit.open(study.plan)
    assert edit.labels == ("pruning",) and not edit.dirty
    edit.set(seeds=(0, 1))
    assert edit.dirty
    edit.set(seeds=(0,))
    assert not edit.dirty
    edit.set_data("calibration", None, edit.data("calibration", None))
    assert not edit.dirty, "the same data with their whole path are no change"


def test_a_broken_file_leaves_the_plan_there_was(edit: PlanEdit, study: Study):
    edit.open(study.plan)
    (study.folder / "bad.toml").write_text('recipes = ["int9"]\nseeds = [-1]\n')
    with pytest.raises(UsageError) as error:
        edit.open(study.folder / "bad.toml")
    assert str(error.value).count("bad.toml: ") == 3  # recipe, seeds, no models
    assert edit.path == study.plan and len(edit.plan.models) == 2
