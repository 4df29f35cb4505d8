"""Reading an export back: a changed byte, a cut file, a wrong length are seen and named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.errors import ExportError, FileChangedError
from inspector.export import c_array, c_check
from inspector.export.c_array import verify_c_array, write_c_array
from inspector.export.c_options import CArrayOptions
from tests.export.c_programs import model_file, source_of

STYLES = ["pair", "header", "c", "xxd"]


@pytest.mark.parametrize("columns", [1, 7, 12, 256])
@pytest.mark.parametrize("style", STYLES)
def test_a_good_export_passes(tmp_path: Path, style: str, columns: int) -> None:
    source = source_of(model_file(tmp_path, 20_011))
    paths = write_c_array(source, CArrayOptions(style=style, columns=columns, constants=True), tmp_path)
    verify_c_array(paths, source)


def test_blocks_may_end_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of(model_file(tmp_path, 200))
    paths = write_c_array(source, CArrayOptions(), tmp_path)
    for size in range(1, 80):
        monkeypatch.setattr(c_check, "_BLOCK", size)
        verify_c_array(paths, source)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("0x54, 0x46", "0x54, 0x47", 1), "byte 5 is 0x47, in the model 0x46"),
        (lambda text: text.replace("0x54, 0x46", "0x54", 1), "byte 5 is"),
        (lambda text: text.replace("0x54, 0x46", "0x5g, 0x46", 1), "something else than bytes"),
        (lambda text: text.replace("0x54, 0x46", "0154, 0x46", 1), "something else than bytes"),
        (lambda text: text.replace("0x54, 0x46", "0x54 0x46", 1), "something else than bytes|no end"),
        (lambda text: text.replace("\n};", ", 0x00\n};", 1), "more bytes than the model's 1,000"),
        (lambda text: text[: text.rindex(",")] + "\n};\n", "it has 999 bytes, the model 1,000"),
        (lambda text: text[:3000], "its array has no end"),
        (lambda text: text.replace("_len = 1000", "_len = 1001"), "its length is 1001 instead of 1000"),
        (lambda text: text.replace("_len", "_size"), "its length is missing"),
        (lambda text: text.replace("char g_", "short g_"), "no array begins"),
        (lambda text: "", "no array begins"),
    ],
)
def test_a_difference_is_named(tmp_path: Path, change: Callable[[str], str], sentence: str) -> None:
    source = source_of(model_file(tmp_path))
    paths = write_c_array(source, CArrayOptions(), tmp_path)
    text = paths[0].read_text()
    changed = change(text)
    assert changed != text
    paths[0].write_text(changed)
    with pytest.raises(ExportError, match=sentence):
        verify_c_array(paths, source)


def test_every_single_changed_digit_is_seen(tmp_path: Path) -> None:
    source = source_of(model_file(tmp_path, 40))
    (path,) = write_c_array(source, CArrayOptions(style="xxd"), tmp_path)
    text = path.read_text()
    for place in [place + digit for place in range(len(text)) if text[place : place + 2] == "0x" for digit in (2, 3)]:
        path.write_text(text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :])
        with pytest.raises(ExportError, match="does not hold the model: byte"):
            verify_c_array([path], source)


def test_a_header_for_another_array_is_seen(tmp_path: Path) -> None:
    source = source_of(model_file(tmp_path))
    code, header = write_c_array(source, CArrayOptions(), tmp_path)
    header.write_text(header.read_text().replace("g_okay_nabu_model_data[]", "g_other[]"))
    with pytest.raises(ExportError, match="does not declare g_okay_nabu_model_data"):
        verify_c_array([code, header], source)


def test_a_comment_that_looks_like_an_array_is_passed_over(tmp_path: Path) -> None:
    source = source_of(model_file(tmp_path, name="unsigned char x[] = { 0x00 }.tflite"))
    for style in STYLES:
        verify_c_array(write_c_array(source, CArrayOptions(style=style), tmp_path, overwrite=True), source)


def test_a_model_that_changed_is_not_compared(tmp_path: Path) -> None:
    source = source_of(model_file(tmp_path))
    paths = write_c_array(source, CArrayOptions(), tmp_path)
    source.path.write_bytes(bytes(1000))
    with pytest.raises(FileChangedError, match="changed"):
        verify_c_array(paths, source)


def test_files_that_are_gone_are_a_sentence(tmp_path: Path) -> None:
    source = source_of(model_file(tmp_path))
    with pytest.raises(ExportError, match="can't be read back"):
        verify_c_array([tmp_path / "none.cc"], source)


def test_a_wrong_text_never_gets_into_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of(model_file(tmp_path))
    right = c_array.byte_lines

    def wrong(*arguments: object) -> object:
        for piece in right(*arguments):  # type: ignore[arg-type]
            yield bytes(piece).replace(b"0x33", b"0x34")

    monkeypatch.setattr(c_array, "byte_lines", wrong)
    with pytest.raises(ExportError, match="byte 7 is 0x34, in the model 0x33"):
        write_c_array(source, CArrayOptions(), tmp_path, verify=True)
    assert [path.name for path in tmp_path.iterdir()] == ["okay_nabu.tflite"]
