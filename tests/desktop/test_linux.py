"""Installing for one user: which files come, which defaults change, and that all of it goes again."""

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from inspector.desktop.linux import DESKTOP_FILE, ICON_SIZES, LinuxDesktop
from inspector.desktop.mime_defaults import choices
from inspector.errors import ExportError
from tests.desktop.test_mime_defaults import applications

HDF = "application/x-hdf"
SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A user with an empty home folder; the desktop's own tools are found where the machine has them."""
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "system").mkdir()
    return {"HOME": str(home), "XDG_DATA_DIRS": str(tmp_path / "system"), "XDG_CONFIG_DIRS": str(tmp_path / "none")}


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "tflite-inspector"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def files(environment: dict[str, str]) -> set[str]:
    """What stands in the home folder, without what the desktop's tools derive from it."""
    home = Path(environment["HOME"])
    found = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    derived = {each for each in found if each.startswith(".local/share/mime/") and "/packages/" not in each}
    return found - derived - {".local/share/applications/mimeinfo.cache"}


def defaults(environment: dict[str, str]) -> Path:
    return Path(environment["HOME"]) / ".config" / "mimeapps.list"


def test_files_of_the_own_types_open_with_the_program_from_now_on(environment: dict[str, str], program: str) -> None:
    found = LinuxDesktop(environment).install(program)
    assert found.installed and found.program == program
    text = defaults(environment).read_text()
    assert {mime: choices(text, mime) for mime in ("application/x-tflite", "application/x-keras-model", HDF)} == {
        "application/x-tflite": (DESKTOP_FILE,), "application/x-keras-model": (DESKTOP_FILE,), HDF: (),
    }  # fmt: skip


def test_icons_come_in_every_size(environment: dict[str, str], program: str) -> None:
    LinuxDesktop(environment).install(program)
    theme = Path(environment["HOME"]) / ".local" / "share" / "icons" / "hicolor"
    for name in ("apps/tflite-inspector", "mimetypes/application-x-tflite", "mimetypes/application-x-keras-model"):
        assert (theme / "scalable" / f"{name}.svg").read_text().startswith("<svg")
        for size in ICON_SIZES:
            with Image.open(theme / f"{size}x{size}" / f"{name}.png") as image:
                assert image.size == (size, size) and image.mode == "RGBA"


def test_removing_leaves_a_home_folder_as_it_was(environment: dict[str, str], program: str) -> None:
    desktop = LinuxDesktop(environment)
    desktop.install(program)
    found = desktop.remove()
    assert not found.installed and files(environment) == set()
    assert not any(opener.ours for opener in found.openers)
    assert not desktop.remove().installed, "once more is no error"


def test_other_lines_of_the_users_list_are_not_touched(environment: dict[str, str], program: str) -> None:
    before = "[Default Applications]\ntext/plain=vim.desktop\napplication/x-tflite=netron.desktop;\n"
    place = defaults(environment)
    place.parent.mkdir()
    place.write_text(before)
    desktop = LinuxDesktop(environment)
    desktop.install(program)
    desktop.install(program)
    assert choices(place.read_text(), "application/x-tflite") == (DESKTOP_FILE, "netron.desktop")
    desktop.remove()
    assert place.read_text() == before


def test_who_opens_h5_files_keeps_doing_so(environment: dict[str, str], program: str, tmp_path: Path) -> None:
    applications(tmp_path / "system", "hdfview.desktop", cache=f"{HDF}=hdfview.desktop;")
    desktop = LinuxDesktop(environment)
    for _twice in range(2):
        found = desktop.install(program)
        opener = next(each for each in found.openers if each.type.mime == HDF)
        assert opener.program == "hdfview.desktop" and not opener.ours
    desktop.remove()
    assert files(environment) == set(), "what was written down for it goes too"


def test_a_choice_of_the_users_made_meanwhile_stays(environment: dict[str, str], program: str, tmp_path: Path) -> None:
    applications(tmp_path / "system", "hdfview.desktop", "panoply.desktop", cache=f"{HDF}=hdfview.desktop;")
    desktop, place = LinuxDesktop(environment), defaults(environment)
    desktop.install(program)
    place.write_text(place.read_text().replace("hdfview", "panoply"))
    desktop.install(program)
    desktop.remove()
    assert choices(place.read_text(), HDF) == ("panoply.desktop",)


def test_a_program_that_moved_is_said(environment: dict[str, str], program: str) -> None:
    desktop = LinuxDesktop(environment)
    desktop.install(program)
    Path(program).unlink()
    (note,) = desktop.status().notes
    assert note == f"{program} is gone: install again from where the program is now."


def test_missing_tools_are_named_with_their_package(
    environment: dict[str, str], program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    notes = LinuxDesktop(environment).install(program).notes
    assert ["package shared-mime-info" in notes[0], "package desktop-file-utils" in notes[1]] == [True, True]


def test_a_home_that_can_not_be_written_is_a_sentence(environment: dict[str, str], program: str) -> None:
    blocked = Path(environment["HOME"]) / ".local"
    blocked.write_text("a file where a folder should be")
    with pytest.raises(ExportError, match=r"hicolor"):
        LinuxDesktop(environment).install(program)
    with pytest.raises(ExportError, match="HOME is not set"):
        LinuxDesktop({})


@pytest.mark.skipif(shutil.which("gio") is None or shutil.which("update-mime-database") is None, reason="no gio here")
@pytest.mark.parametrize(
    ("name", "source", "type_"),
    [
        ("m.tflite", "digits_cnn.float32.tflite", "application/x-tflite"),
        ("without_suffix", "digits_cnn.float32.tflite", "application/x-tflite"),
        ("m.h5", "digits_cnn.h5", HDF),
    ],
)
def test_the_desktop_tells_a_model_by_its_name_or_its_content(
    environment: dict[str, str], program: str, name: str, source: str, type_: str
) -> None:
    surroundings = {**environment, "XDG_DATA_DIRS": "/usr/share", "PATH": "/usr/bin:/bin"}
    LinuxDesktop(surroundings).install(program)
    path = Path(shutil.copy(SAMPLES / source, Path(environment["HOME"]) / name))
    words = ["gio", "info", "-a", "standard::content-type", str(path)]
    said = subprocess.run(words, env=surroundings, capture_output=True, text=True, check=True).stdout
    assert said.split()[-1] == type_
