"""The user's mimeapps.list: read as the desktop reads it, and changed in no line that is not ours."""

from pathlib import Path

import pytest

from inspector.desktop.mime_defaults import choices, default_program, with_default, without_default

MINE, OTHER, THIRD = "mine.desktop", "other.desktop", "third.desktop"
MIME = "application/x-tflite"
LIST = """# kept by hand
[Added Associations]
application/x-tflite=other.desktop;

[Default Applications]
text/plain=vim.desktop
application/x-tflite=other.desktop;third.desktop

[Removed Associations]
image/png=gimp.desktop;
"""


def test_the_first_choice_is_ours_and_the_earlier_ones_stay_behind_it() -> None:
    changed = with_default(LIST, MIME, MINE)
    assert choices(changed, MIME) == (MINE, OTHER, THIRD)
    line = f"{MIME}=other.desktop;third.desktop"
    assert changed == LIST.replace(line, f"{MIME}={MINE};other.desktop;third.desktop;")


def test_taking_it_back_leaves_what_was_there() -> None:
    back = without_default(with_default(LIST, MIME, MINE), MIME, MINE)
    assert choices(back, MIME) == (OTHER, THIRD)
    assert without_default(LIST, MIME, MINE) == LIST
    assert without_default(with_default(LIST, "a/b", MINE), "a/b", MINE) == LIST


@pytest.mark.parametrize("text", ["", "[Added Associations]\na/b=c.desktop;\n", "[Default Applications]\n"])
def test_a_list_without_the_section_or_the_type_gets_it(text: str) -> None:
    changed = with_default(text, MIME, MINE)
    assert choices(changed, MIME) == (MINE,) and changed.startswith(text.rstrip("\n"))
    assert changed.count("[Default Applications]") == 1


def test_a_line_is_added_to_its_own_section() -> None:
    changed = with_default(LIST, "application/x-keras-model", MINE).splitlines()
    assert changed.index(f"application/x-keras-model={MINE};") == changed.index("[Removed Associations]") - 2


def test_twice_is_as_once() -> None:
    once = with_default(LIST, MIME, MINE)
    assert with_default(once, MIME, MINE) == once


def applications(folder: Path, *names: str, cache: str = "") -> None:
    place = folder / "applications"
    place.mkdir(parents=True, exist_ok=True)
    for name in names:
        (place / name).write_text("[Desktop Entry]\n")
    if cache:
        (place / "mimeinfo.cache").write_text(f"[MIME Cache]\n{cache}\n")


def test_what_the_user_chose_goes_before_what_programs_say(tmp_path: Path) -> None:
    system, home = tmp_path / "system", tmp_path / "home"
    environment = {"HOME": str(home), "XDG_DATA_DIRS": str(system), "XDG_CONFIG_DIRS": str(tmp_path / "none")}
    assert default_program(MIME, environment) == ""
    applications(system, OTHER, THIRD, cache=f"{MIME}={OTHER};{THIRD};")
    assert default_program(MIME, environment) == OTHER
    (home / ".config").mkdir(parents=True)
    (home / ".config" / "mimeapps.list").write_text(f"[Default Applications]\n{MIME}=gone.desktop;{THIRD};\n")
    assert default_program(MIME, environment) == THIRD
    applications(home / ".local" / "share", MINE, cache=f"{MIME}={MINE};")
    assert default_program(MIME, environment) == THIRD
    (home / ".config" / "kde-mimeapps.list").write_text(f"[Default Applications]\n{MIME}={OTHER}\n")
    assert default_program(MIME, {**environment, "XDG_CURRENT_DESKTOP": "KDE"}) == OTHER
    (home / ".config" / "mimeapps.list").unlink()
    assert default_program(MIME, environment) == MINE, "a program of the user's goes before one of the system"
