"""A sweep's results on disk: whole or not at all, for one sweep at a time, damaged ones as if they were not there."""

import json
from pathlib import Path

import pytest

from inspector.analysis.pipelines import FAILED, PipelineResult
from inspector.errors import JobError, UsageError
from inspector.jobs.sweep_store import Store, read_results

KEY, OTHER = "a" * 64, "b" * 64


def result(key: str = KEY, **more: object) -> PipelineResult:
    return PipelineResult(key=key, model="/x/m.h5", name="m.h5", recipe="int8", row={"accuracy": 0.5}, **more)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "x.results")
    with made.locked():
        made.begin(b'name = "X"\n', "X", ("f1",), "float32", (OTHER, KEY))
    return made


def test_what_is_put_is_read_in_the_order_of_the_plan(store: Store) -> None:
    store.put(result(KEY))
    assert [each.key for each in read_results(store.folder).pipelines] == [KEY]
    store.put(result(OTHER, state=FAILED, sentence="No."))
    found = read_results(store.folder)
    assert [each.key for each in found.pipelines] == [OTHER, KEY]
    assert (found.name, found.metrics, found.reference, found.folder) == ("X", ("f1",), "float32", store.folder)
    assert found.pipelines[0].sentence == "No." and store.get(KEY) == result(KEY)


def test_results_of_another_plan_stay_and_are_not_shown(store: Store) -> None:
    store.put(result(KEY))
    store.begin(b"", "Y", (), "int8", (OTHER,))
    assert read_results(store.folder).pipelines == () and store.get(KEY) is not None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": 3}', "null", '{"key": "x", "model": "", "name": ""}'])
def test_a_damaged_result_is_none(store: Store, text: str) -> None:
    store.put(result(KEY))
    (store.folder / "pipelines" / f"{KEY}.json").write_text(text)
    assert store.get(KEY) is None and read_results(store.folder).pipelines == ()


def test_a_result_under_another_s_name_is_none(store: Store) -> None:
    store.put(result(KEY))
    path = store.folder / "pipelines" / f"{KEY}.json"
    path.rename(path.with_name(f"{OTHER}.json"))
    assert store.get(OTHER) is None


def test_a_result_whose_files_are_gone_is_none(store: Store) -> None:
    outputs = store.files / KEY / "outputs.npy"
    outputs.parent.mkdir()
    outputs.touch()
    store.put(result(KEY, outputs=f"files/{KEY}/outputs.npy"))
    assert store.get(KEY) is not None
    outputs.unlink()
    assert store.get(KEY) is None


@pytest.mark.parametrize(
    "place", ["../secret.npy", "{folder}/secret.npy", "files/../../secret.npy", "link.npy", "a\0b"]
)
def test_a_result_that_names_files_elsewhere_is_none(place: str, store: Store, tmp_path: Path) -> None:
    """A folder of results may come from somebody else."""
    (tmp_path / "secret.npy").touch()
    (store.folder / "link.npy").symlink_to(tmp_path / "secret.npy")
    store.put(result(KEY, outputs=place.format(folder=tmp_path)))
    assert store.get(KEY) is None


def test_two_sweeps_can_not_work_in_one_folder(store: Store) -> None:
    with store.locked(), pytest.raises(JobError, match="Another sweep is working in"), Store(store.folder).locked():
        pass
    with store.locked():
        pass


def test_what_a_killed_sweep_left_is_removed(store: Store) -> None:
    (store.files / ".tflite-inspector-1" / "x").mkdir(parents=True)
    (store.folder / "pipelines" / ".a.json.1234.tmp").touch()
    (store.files / KEY).mkdir()
    (store.files / ".other").mkdir()
    with store.locked():
        pass
    assert {each.name for each in store.files.iterdir()} == {KEY, ".other"}, "only what a sweep makes"
    assert list((store.folder / "pipelines").iterdir()) == []


def test_a_sweep_that_never_began_leaves_no_folder(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.results")
    with pytest.raises(UsageError), store.locked():
        raise UsageError("No.")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none_is_a_sentence(tmp_path: Path, store: Store) -> None:
    with pytest.raises(UsageError, match="holds no results of a sweep"):
        read_results(tmp_path)
    for text in ("{", "[]", json.dumps({"keys": 3, "name": "", "metrics": []})):
        (store.folder / "sweep.json").write_text(text)
        with pytest.raises(UsageError, match=r"sweep\.json is damaged"):
            read_results(store.folder)


def test_a_place_that_is_no_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.results").touch()
    with pytest.raises(JobError, match="can't be written to"), Store(tmp_path / "x.results").locked():
        pass


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(JobError, match="holds other files and no results of a sweep"), Store(tmp_path).locked():
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_folder_of_a_sweep_that_was_killed_early_is_taken(tmp_path: Path) -> None:
    (tmp_path / "files" / "x").mkdir(parents=True)
    for name in (".lock", ".sweep.json.1a2b.tmp", "plan.toml"):
        (tmp_path / name).touch()
    with Store(tmp_path).locked():
        pass
    assert {each.name for each in tmp_path.iterdir()} == {"files", "pipelines", ".lock", "plan.toml"}
