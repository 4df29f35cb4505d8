"""A short round of the fuzz loop in a process of its own; test_mutations and test_keras_damaged have 3,400 more."""

from pathlib import Path

import pytest

from tests.fuzz.inputs import SUFFIXES, damaged_input
from tests.fuzz.watch import Tally, run_child

COUNT = 300
FIRST = 1_000_000  # numbers that `make fuzz` does not come to


def test_damaged_files_of_all_kinds_end_in_sentences(tmp_path: Path) -> None:
    tally = Tally()
    run_child(FIRST, COUNT, 600, tmp_path, tally)
    assert not tally.findings, "\n".join(f"{each.number} {each.what}: {each.text}" for each in tally.findings[:3])
    assert tally.inputs == COUNT and COUNT // 2 < tally.opened < COUNT
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", range(len(SUFFIXES) * 3))
def test_the_same_number_gives_the_same_file(number: int) -> None:
    made = damaged_input(number)
    assert made == damaged_input(number) and made.suffix == SUFFIXES[number % len(SUFFIXES)] and made.data is not None


def test_a_process_that_ends_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "sitecustomize.py").write_text("import os, sys\nif 'child' in ''.join(sys.orig_argv): os.abort()\n")
    tally = Tally()
    assert run_child(FIRST, 50, 600, tmp_path / "kept", tally) == 1
    assert [finding.key for finding in tally.findings] == ["process ended with -6"]
    assert len(list((tmp_path / "kept").iterdir())) == 1
