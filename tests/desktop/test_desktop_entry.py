"""The .desktop file and the MIME XML: what their specifications ask for, whatever the program's path is."""

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from inspector.desktop.desktop_entry import desktop_entry, exec_word
from inspector.desktop.document_types import DOCUMENT_TYPES, HDF5
from inspector.desktop.mime_package import mime_package

ODD = "/home/an na/100%/\"$HOME`\\'s/tflite-inspector"


def keys(text: str, group: str = "Desktop Entry") -> dict[str, str]:
    lines = text.partition(f"[{group}]\n")[2].partition("\n[")[0].splitlines()
    return dict(line.split("=", 1) for line in lines if line)


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="no desktop-file-validate on this machine")
@pytest.mark.parametrize("program", ["/usr/bin/tflite-inspector", ODD])
def test_the_desktop_has_nothing_to_complain_about(program: str, tmp_path: Path) -> None:
    path = tmp_path / "tflite-inspector.desktop"
    path.write_text(desktop_entry(program, DOCUMENT_TYPES, "application/x-hdf:viewer.desktop;"))
    ended = subprocess.run(["desktop-file-validate", str(path)], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_files_are_given_in_one_start_and_a_new_window_is_a_choice_of_the_menu() -> None:
    text = desktop_entry("/usr/bin/tflite-inspector", DOCUMENT_TYPES)
    entry = keys(text)
    assert entry["Exec"] == "/usr/bin/tflite-inspector %F"
    assert entry["MimeType"] == "application/x-tflite;application/x-keras-model;application/x-hdf;"
    assert entry["TryExec"] == "/usr/bin/tflite-inspector" and entry["StartupWMClass"] == "tflite-inspector"
    assert keys(text, "Desktop Action new-window")["Exec"] == "/usr/bin/tflite-inspector --new-window"


@pytest.mark.parametrize("word", ["/usr/bin/plain", "/opt/my tools/x", ODD, "/a;b/#c", "/tab\there"])
def test_any_path_of_the_program_comes_out_as_it_went_in(word: str) -> None:
    """Undone by the rules of the specification: the string's escapes, quotes, field codes."""
    string = exec_word(word).replace("\\\\", "\0").replace("\\t", "\t").replace("\0", "\\")
    if string.startswith('"'):
        assert string.endswith('"')
        string = re.sub(r'\\(["`$\\])', r"\1", string[1:-1])
    else:
        assert not set(string) & set(" \t\"'\\><~|&;$*?#()`")
    assert string.replace("%%", "%") == word


def test_a_plain_path_has_no_quotes_which_xdg_open_would_not_understand() -> None:
    assert exec_word("/usr/bin/tflite-inspector") == "/usr/bin/tflite-inspector"


def test_the_types_that_are_ours_are_described_and_hdf5_is_left_to_its_owners() -> None:
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    root = ElementTree.fromstring(mime_package(DOCUMENT_TYPES))
    found = {each.attrib["type"]: each for each in root}
    assert set(found) == {"application/x-tflite", "application/x-keras-model"}
    match = found["application/x-tflite"].find(f"{space}magic/{space}match")
    assert match is not None and match.attrib == {"type": "string", "offset": "4", "value": "TFL3"}
    globs = [each.attrib["pattern"] for each in root.iter(f"{space}glob")]
    assert globs == ["*.tflite", "*.keras"] and not {f"*{suffix}" for suffix in HDF5.suffixes} & set(globs)
