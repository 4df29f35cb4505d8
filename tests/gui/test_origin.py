"""Which file a variant comes from."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from inspector.gui.origin import family_tree, recipe_in_name


@dataclass(frozen=True)
class File:
    path: Path
    source: Path | None = None
    recipe: str = ""


@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        ("digits.int8.tflite", "int8"),
        ("a.b.sparse_dynamic_range.tflite", "sparse_dynamic_range"),
        ("digits.tflite", ""),
        ("digits.v2.tflite", ""),
        ("int8.tflite", ""),
        (".int8.tflite", ""),
        ("digits.int8.h5", ""),
    ],
)
def test_the_name_says_the_recipe(name: str, recipe: str) -> None:
    assert recipe_in_name(Path("/m") / name) == recipe


def test_a_name_finds_its_source_in_the_same_folder_only() -> None:
    source, variant = File(Path("/a/m.keras")), File(Path("/a/m.int8.tflite"), recipe="int8")
    elsewhere = File(Path("/b/m.int8.tflite"), recipe="int8")
    assert family_tree([variant, elsewhere, source]) == [(elsewhere, 0), (source, 0), (variant, 1)]


def test_provenance_counts_more_than_the_name() -> None:
    same_name, true_source = File(Path("/a/m.h5")), File(Path("/train/best.h5"))
    variant = File(Path("/a/m.int8.tflite"), true_source.path, "int8")
    assert family_tree([same_name, true_source, variant]) == [(same_name, 0), (true_source, 0), (variant, 1)]
    assert family_tree([same_name, variant]) == [(same_name, 0), (variant, 0)], "its source is not open"


def test_a_variant_of_a_variant_hangs_two_deep() -> None:
    keras, plain = File(Path("/m.h5")), File(Path("/m.float32.tflite"), recipe="float32")
    int8 = File(Path("/m.float32.int8.tflite"), recipe="int8")
    assert family_tree([int8, plain, keras]) == [(keras, 0), (plain, 1), (int8, 2)]


def test_files_that_claim_to_come_from_each_other_are_all_listed() -> None:
    a = File(Path("/a.tflite"), Path("/b.tflite"), "int8")
    b = File(Path("/b.tflite"), Path("/a.tflite"), "int8")
    c = File(Path("/c.tflite"), Path("/b.tflite"), "int8")
    assert sorted(model.path.name for model, _ in family_tree([c, a, b])) == ["a.tflite", "b.tflite", "c.tflite"]
