"""What dialogs remember of each of the last files: the oldest go, damage counts as nothing, consent is never kept."""

from pathlib import Path

import pytest

from inspector.datasets.choice import DataChoice
from inspector.gui.file_memory import FileMemory, data_of, data_row
from inspector.gui.settings import Settings


def test_the_last_files_are_remembered_and_what_is_kept_again_comes_last(qapp: object) -> None:
    memory = FileMemory(Settings(), "test/files", most=2)
    for number, name in enumerate(("a", "b", "a", "c")):
        memory.keep(Path(name), {"number": number})
    again = FileMemory(Settings(), "test/files", most=2)
    assert again.paths() == ["a", "c"]
    assert (again.of(Path("a")), again.of(Path("b"))) == ({"number": 2}, {})


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"a": 7}', "[" * 100_000])
def test_what_is_damaged_counts_as_nothing(qapp: object, text: str) -> None:
    settings = Settings()
    settings.put("test/files", text)
    memory = FileMemory(settings, "test/files")
    assert memory.of(Path("a")) == {}
    memory.keep(Path("b"), {"kept": True})
    assert memory.of(Path("b")) == {"kept": True}


def test_data_come_back_without_the_consent_to_run_code() -> None:
    row = data_row(DataChoice("data.py", samples=7, allow_code=True))
    assert data_of(row) == data_of(row | {"allow_code": True}) == DataChoice("data.py", samples=7)


@pytest.mark.parametrize("row", [None, 7, {}, {"path": 7}, {"path": "a", "colour": "pink"}])
def test_data_that_are_none_are_nothing(row: object) -> None:
    assert data_of(row) is None
