"""Recipe files: written, read again, and refused where they are none."""

from pathlib import Path

import pytest

from inspector.errors import UsageError
from inspector.jobs.provenance import sha256_of
from inspector.jobs.recipe_file import RecipeFile, is_recipe_file, other_source, read_recipe_file


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    file = RecipeFile("int8", ("SOFTMAX",), ("a/b;c", "\N{GREEK SMALL LETTER ALPHA}"), "m.h5", "00")
    (tmp_path / "my.json").write_text(file.text, encoding="utf-8")
    assert read_recipe_file(tmp_path / "my.json") == file
    assert is_recipe_file("my.JSON") and not is_recipe_file("int8")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "it is no JSON"),
        ("[1]", 'it has no "recipe"'),
        ('{"recipe": "int3"}', 'asks for the recipe "int3", which there is not'),
        ('{"recipe": "int8", "float_tensors": "a"}', '"float_tensors" in .* has to be a list of names'),
        ('{"recipe": "int8", "float_operators": [1]}', '"float_operators" in .* has to be a list of names'),
    ],
)
def test_what_is_no_recipe_file_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "my.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=sentence):
        read_recipe_file(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read: No such file"):
        read_recipe_file(tmp_path / "none.json")


def test_a_recipe_of_another_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.h5").write_bytes(b"a")
    right = RecipeFile("int8", source="a.h5", source_sha256=sha256_of(tmp_path / "a.h5"))
    assert other_source(right, tmp_path / "a.h5") == "" and other_source(RecipeFile("int8"), tmp_path / "a.h5") == ""
    wrong = RecipeFile("int8", source="b.h5", source_sha256="00")
    assert "found with another file (b.h5) than a.h5" in other_source(wrong, tmp_path / "a.h5")
