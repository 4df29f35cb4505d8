"""Model > Python for Jobs: what is named is checked, used from the next job on, and remembered."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inspector.gui.dialogs.job_python import JobPythonDialog
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.jobs.job_python import VARIABLE
from tests.jobs.test_job_python import python


@pytest.fixture
def dialog(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobPythonDialog]:
    monkeypatch.setenv(VARIABLE, "")
    made = JobPythonDialog(Session(), Settings())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.reject()


def checked(dialog: JobPythonDialog, qtbot: QtBot) -> list[str]:
    dialog.start_check()
    qtbot.waitUntil(dialog.check.isEnabled, timeout=20_000)
    return [notice.text for notice in dialog.lines.notices]


def test_a_python_with_everything_is_said_to_have_it(dialog: JobPythonDialog, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.field.setText(str(python(tmp_path / "bin")))
    (line,) = checked(dialog, qtbot)
    assert "is Python 3.11 and has numpy, h5py" in line and "tensorflow" in line


def test_what_is_missing_is_named_with_the_line_that_installs_it(
    dialog: JobPythonDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    path = python(tmp_path / "bin", sklearn="is missing")
    dialog.field.setText(str(path))
    _, missing, install = checked(dialog, qtbot)
    assert missing == "Some jobs will not run: sklearn is missing."
    assert install == f'To install it: {path} -m pip install "scikit-learn>=1.4"'


def test_what_is_no_python_is_said(dialog: JobPythonDialog, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.field.setText(str(tmp_path))
    assert checked(dialog, qtbot) == [f"{tmp_path} is no Python that can be used. Choose another one."]


def test_a_choice_is_used_and_remembered_and_can_be_taken_back(dialog: JobPythonDialog, tmp_path: Path) -> None:
    path = str(python(tmp_path / "bin"))
    dialog.field.setText(path)
    dialog.use()
    assert os.environ[VARIABLE] == path and Settings().text("job_python") == path
    dialog.field.clear()
    dialog.use()
    assert VARIABLE not in os.environ and Settings().text("job_python") == ""
