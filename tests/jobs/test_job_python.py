"""A program frozen without TensorFlow does its jobs in a Python of the user's; here the Pythons are small scripts."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from inspector.errors import MissingPackageError
from inspector.jobs import availability, job_python
from inspector.jobs.job_python import REQUIRED, VARIABLE, bootstrap, has_module, plain_environment, probe
from inspector.jobs.worker_command import worker_command, worker_environment

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.delenv(VARIABLE, raising=False)
    job_python.look_again()
    yield
    job_python.look_again()


def python(folder: Path, name: str = "python3", version: tuple[int, int] = (3, 11), **wrong: str) -> Path:
    """A program that answers as a Python without some modules does."""
    folder.mkdir(exist_ok=True)
    answer = json.dumps({"version": version, "wrong": wrong})
    (folder / name).write_text(f"#!/bin/sh\necho noise\necho '{answer}'\n")
    (folder / name).chmod(0o755)
    return folder / name


@pytest.fixture
def viewer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """As if this were the frozen viewer, with nothing in PATH but what a test puts into the folder it gets."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "bundle"), raising=False)
    monkeypatch.setattr(job_python, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    return tmp_path / "bin"


def test_a_checkout_does_its_jobs_itself() -> None:
    assert job_python.job_python() is None
    assert worker_command()[0] == sys.executable and has_module("numpy") and not has_module("no_such_module")


def test_the_viewer_takes_the_first_python_with_tensorflow(viewer: Path, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    python(viewer, tensorflow="is missing")
    assert worker_command()[0] == str(viewer / "python3"), "better one without TensorFlow than none"
    assert not has_module("tensorflow") and has_module("litert_quantizer")
    job_python.look_again()
    python(viewer, "python3.12", (3, 12))
    assert worker_command()[0] == str(viewer / "python3.12") and has_module("tensorflow")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "mine"))
    (tmp_path / "mine").mkdir()
    mine = python(tmp_path / "mine" / "bin", "python")
    assert worker_command()[0] == str(mine), "the environment that is active goes first"


def test_a_python_that_is_named_is_the_one_that_is_used(viewer: Path, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    python(viewer)
    monkeypatch.setenv(VARIABLE, str(python(tmp_path / "other", h5py="is missing", sklearn="is missing")))
    with pytest.raises(
        MissingPackageError, match=r'h5py is missing\. Run: .*other/python3 -m pip install "h5py.*scikit'
    ):
        worker_command()
    monkeypatch.setenv(VARIABLE, str(python(tmp_path / "old", version=(3, 9))))
    with pytest.raises(MissingPackageError, match=r"is Python 3\.9; jobs need 3\.11 or newer"):
        worker_command()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    with pytest.raises(MissingPackageError, match="is no Python that can be used"):
        worker_command()


def test_without_any_python_the_sentence_says_how_to_make_one(viewer: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(
        MissingPackageError, match=r"python3 -m venv tflite && tflite/bin/python -m pip install .*tensorflow"
    ):
        worker_command()
    assert not availability.installed("tensorflow")
    asked: list[str] = []
    monkeypatch.setattr(job_python, "probe", asked.append)
    assert not availability.installed("tensorflow") and not asked, "forms ask often: that there is none is remembered"
    assert "Model > Python for Jobs" in availability.install_text("tensorflow")


def test_what_is_missing_is_named_with_the_line_that_installs_it(viewer: Path) -> None:
    python(viewer, tensorflow="is missing")
    assert availability.install_text("litert") == f'{viewer}/python3 -m pip install "litert-quantizer==0.11.*"'


def test_the_packages_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    known = {*project["dependencies"], *extras["tensorflow"], *extras["litert"]}
    assert set(REQUIRED.values()) <= known
    assert {*extras["tensorflow"], *extras["litert"]} <= set(REQUIRED.values())


def test_what_a_frozen_program_set_for_itself_does_not_reach_the_other_python(viewer: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    python(viewer)
    for name, value in {
        "LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/usr/mine", "PYTHONHOME": "/bundle",
        "QT_PLUGIN_PATH": "/bundle", "MINE": "stays",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    made = worker_environment()
    assert made["LD_LIBRARY_PATH"] == "/usr/mine" and made["MINE"] == "stays"
    assert not {"PYTHONHOME", "QT_PLUGIN_PATH", "LD_LIBRARY_PATH_ORIG"} & set(made)
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG")
    assert "LD_LIBRARY_PATH" not in plain_environment()


def test_a_real_python_says_what_it_lacks_and_what_can_not_be_imported(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A broken package is found, and does not count as installed, only where it is really imported."""
    (tmp_path / "h5py.py").write_text("raise RuntimeError('built for another machine')")
    (tmp_path / "sklearn.py").write_text("import no_such_module")
    hidden = dict.fromkeys(REQUIRED, "is missing")
    script = tmp_path / "python3"
    script.write_text(f'#!/bin/sh\ncd {tmp_path}\nexec {sys.executable} -S "$@"\n')
    script.chmod(0o755)
    looked = probe(str(script))
    assert looked.version == sys.version_info[:2] and set(hidden) - set(looked.wrong) == {"h5py", "sklearn"}
    wrong = probe(str(script), imports=True).wrong
    assert wrong["h5py"] == "can't be imported: RuntimeError: built for another machine"
    assert wrong["sklearn"] == "can't be imported: No module named 'no_such_module'"


def test_a_python_that_ends_amid_an_import_is_a_sentence(tmp_path: Path) -> None:
    script = tmp_path / "python3"
    script.write_text("#!/bin/sh\necho 'Illegal instruction' >&2\nexit 132\n")
    script.chmod(0o755)
    with pytest.raises(MissingPackageError, match="can't do jobs: Illegal instruction"):
        probe(str(script), imports=True)


def test_the_source_runs_in_a_python_that_has_not_installed_it(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", bootstrap(), "worker", "--engine", "keras3"], cwd=tmp_path, env=environment,
        input=b"", capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0 and b'"ready"' in done.stdout.lower(), done.stderr.decode()
