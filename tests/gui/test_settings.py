"""What is remembered between two runs, and that no damaged file can do harm."""

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QApplication

from inspector.gui.settings import APPLICATION, MOST_RECENT, ORGANIZATION, RecentFile, Settings, day_text, short_path


@pytest.fixture
def ini(qapp: QApplication, tmp_path: Path) -> Path:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    return tmp_path / ORGANIZATION / f"{APPLICATION}.ini"


def test_values_come_back_in_the_next_run(ini: Path) -> None:
    first = Settings()
    first.put("theme", "dark")
    first.put("dock/models/", False)
    first.put("dock/models/width", "300")
    first.put("geometry", QByteArray(b"\x01\x00\xff"))
    again = Settings()
    assert again.text("theme") == "dark" and again.flag("dock/models/", True) is False
    assert again.number("dock/models/width", 256, 160, 900) == 300
    assert again.blob("geometry") == QByteArray(b"\x01\x00\xff")


def test_settings_that_may_only_be_read_keep_nothing(ini: Path) -> None:
    Settings(read_only=True).put("theme", "dark")
    assert Settings().text("theme", "system") == "system"


@pytest.mark.parametrize("text", ["", "12", "901", "-5", "3e2", "999999999999999999999", "²"])
def test_a_width_that_can_not_be_is_the_usual_one(ini: Path, text: str) -> None:
    settings = Settings()
    settings.put("width", text)
    assert settings.number("width", 256, 160, 900) == 256


def test_the_newest_file_stands_first_and_none_twice(ini: Path) -> None:
    settings = Settings()
    for place in range(MOST_RECENT + 5):
        settings.add_recent_file(
            RecentFile(f"/models/{place}.tflite", "FIQ int8", "INT8", place, "2026-01-02T03:04:05")
        )
    settings.add_recent_file(RecentFile("/models/9.tflite", "DRQ", "INT8", 9, "2026-01-02T03:04:06"))
    files = Settings().recent_files()
    assert len(files) == MOST_RECENT and files[0].path == "/models/9.tflite" and files[0].badge == "DRQ"
    assert len({file.path for file in files}) == MOST_RECENT


@pytest.mark.parametrize("text", [
    "{]", "7", "null", '"text"', '[1, null, "x"]', '[{"path": 5}]', '[{"path": ""}]', '[{"path": "a\\u0000b"}]',
    '[{"path": "/m.tflite", "size_bytes": "many"}]', "[" * 100_000,
])  # fmt: skip
def test_a_damaged_list_of_recent_files_counts_as_empty(ini: Path, text: str) -> None:
    settings = Settings()
    settings.put("recent", text)
    assert settings.recent_files() == []


def test_a_recent_file_of_an_older_version_keeps_what_it_has(ini: Path) -> None:
    settings = Settings()
    settings.put("recent", '[{"path": "/m.tflite"}, {"path": "/n.tflite", "badge": "DRQ", "tomorrow": 1}]')
    assert settings.recent_files() == [RecentFile("/m.tflite"), RecentFile("/n.tflite", "DRQ")]


def test_a_file_of_random_bytes_gives_the_defaults(ini: Path) -> None:
    ini.parent.mkdir(parents=True)
    ini.write_bytes(bytes(range(256)) * 20)
    settings = Settings()
    assert settings.text("theme", "system") == "system" and settings.recent_files() == []
    assert settings.blob("geometry").isEmpty() and settings.flag("dock/models/", True)


def test_a_folder_that_is_gone_is_not_offered(ini: Path, tmp_path: Path) -> None:
    settings = Settings()
    settings.put("folders/open", str(tmp_path))
    assert settings.folder("open") == str(tmp_path)
    settings.put("folders/open", str(tmp_path / "gone"))
    assert settings.folder("open") == ""


def test_when_a_file_was_open_is_said_as_people_say_it() -> None:
    now = datetime(2026, 3, 1, 15, 30)
    assert day_text("2026-03-01T09:12:40", now) == "today, 09:12"
    assert day_text("2026-02-28T23:59:00", now) == "yesterday"
    assert day_text("2026-02-14T10:00:00", now) == "14 Feb"
    assert day_text("2024-11-14T10:00:00", now) == "14 Nov 2024"
    assert day_text("one day", now) == ""


def test_the_home_folder_is_written_short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert short_path(tmp_path) == "~" and short_path(tmp_path / "models" / "fer") == "~/models/fer"
    assert short_path(Path("/media/usb")) == "/media/usb"
