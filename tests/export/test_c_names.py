"""Names in C: whatever a file or a tensor is called, the code stays code and the comment a comment."""

import random
import re
import subprocess
from pathlib import Path

import pytest

from inspector.errors import ExportError
from inspector.export.c_names import KEYWORDS, array_names, check_include, comment_text, legal_symbol, xxd_name
from tests.export.c_programs import needs_xxd

DANGEROUS = "*/\\?\n\r\t\"'ab_1 é模\u202e\u2066\u2028\0\x7f\udc80#{};=(<>"


def random_texts(count: int, seed: int) -> list[str]:
    choice = random.Random(seed)
    return ["".join(choice.choices(DANGEROUS, k=choice.randrange(0, 40))) for _ in range(count)]


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("okay_nabu", "okay_nabu"),
        ("my-modél.v2", "my_model_v2"),
        ("fer__emotion", "fer_emotion"),
        ("_hidden_", "hidden"),
        ("3net", "model_3net"),
        ("class", "model_class"),
        ("_int", "model_int"),
        ("co_await", "model_co_await"),
        ("模型", "model"),
        ("", "model"),
        ("g_model", "g_model"),
    ],
)
def test_a_symbol_is_made_legal(text: str, symbol: str) -> None:
    assert legal_symbol(text) == symbol


def test_any_text_becomes_an_identifier_that_belongs_to_programs() -> None:
    for text in [*random_texts(2000, 1), *KEYWORDS, *(f"_{word}_" for word in KEYWORDS), "x" * 5000]:
        symbol = legal_symbol(text)
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,119}", symbol), text
        assert "__" not in symbol and symbol not in KEYWORDS, text
        assert legal_symbol(symbol) == symbol
        names = array_names(text)
        for name in (names.array, names.length, names.guard, names.constants):
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) and "__" not in name, text
        assert names.stem and "/" not in names.stem


def test_names_are_those_of_tflm() -> None:
    names = array_names("okay_nabu")
    assert (names.array, names.length) == ("g_okay_nabu_model_data", "g_okay_nabu_model_data_len")
    assert (names.guard, names.stem) == ("G_OKAY_NABU_MODEL_DATA_H_", "okay_nabu_model_data")


def test_a_symbol_with_g_in_front_is_the_whole_name() -> None:
    names = array_names("g_model")
    assert (names.array, names.length, names.stem) == ("g_model", "g_model_len", "model")


def test_a_comment_can_not_be_left() -> None:
    for text in random_texts(5000, 2):
        safe = comment_text(text)
        assert re.fullmatch(r"[ -~]*", safe)
        assert "*/" not in safe and "/*" not in safe and "\\" not in safe and "??" not in safe, text


def test_a_comment_names_what_it_can_not_show() -> None:
    assert comment_text("conv2d/kernel;x") == "conv2d/kernel;x"
    assert comment_text("a\nb") == "a<U+000A>b"
    assert comment_text("modé\u202e") == "mod<U+00E9><U+202E>"
    assert comment_text("???/") == "? ? ?/"
    assert comment_text("/*/") == "/ * /"
    assert comment_text("x" * 300) == "x" * 200 + "..."


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "a??/b", "a\u202eb", "a\udc80b"])
def test_an_include_holds_no_name_that_breaks_it(name: str) -> None:
    with pytest.raises(ExportError, match="#include"):
        check_include(name)
    assert check_include("modèle + 模型") == "modèle + 模型"


@needs_xxd
@pytest.mark.parametrize(
    "name",
    ["a.tflite", "3net.tflite", "my-modèle v2.tflite", "./a.tflite", "..a", "模型.tflite", "__x", "int", "dir/9.x"],
)
def test_xxd_gives_the_same_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "dir").mkdir()
    (tmp_path / name).write_bytes(b"x")
    text = subprocess.run(["xxd", "-i", name], cwd=tmp_path, capture_output=True, check=True, text=True).stdout
    assert text.startswith(f"unsigned char {xxd_name(name)}[] = ")
    named = subprocess.run(["xxd", "-i", "-n", name, "dir/../" + name], cwd=tmp_path, capture_output=True, text=True)
    if named.returncode == 0:  # older ones have no -n
        assert named.stdout.startswith(f"unsigned char {xxd_name(name)}[] = ")
