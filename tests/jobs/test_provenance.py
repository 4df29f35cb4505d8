"""The file beside a variant: what is written is read again, and what is none of ours is left alone."""

import hashlib
import json
from pathlib import Path

import pytest

from inspector.jobs.provenance import (
    Provenance,
    is_unchanged,
    provenance_path,
    read_provenance,
    sha256_of,
    versions,
)  # fmt: skip

MADE = Provenance(
    recipe="int8", source="/models/digits.h5", source_sha256="ab", variant_sha256="cd", made_by="tensorflow",
    data={"path": "digits.npz", "sha256": "ef", "samples": 100, "description": "100 of 200 samples"},
    options={"batch": "fixed"}, notes=("Something to know.",), versions={"python": "3.11.7"},
)  # fmt: skip


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    variant = tmp_path / "digits.int8.tflite"
    assert provenance_path(variant) == tmp_path / "digits.int8.json"
    provenance_path(variant).write_text(MADE.text, encoding="utf-8")
    assert read_provenance(variant) == MADE


def test_a_variant_without_the_file_has_no_provenance(tmp_path: Path) -> None:
    assert read_provenance(tmp_path / "digits.int8.tflite") is None


@pytest.mark.parametrize(
    "text",
    ["", "not JSON", "[]", "{}", '{"recipe": "int8"}', "[" * 100_000, "\x00\xff", json.dumps({"name": "my-package"}),
     json.dumps({**json.loads(MADE.text), "source": 7}), json.dumps({**json.loads(MADE.text), "options": []}),
     json.dumps({**json.loads(MADE.text), "notes": "text"}), json.dumps({**json.loads(MADE.text), "data": "text"})],
)  # fmt: skip
def test_another_json_of_that_name_is_none_of_ours(text: str, tmp_path: Path) -> None:
    (tmp_path / "digits.int8.json").write_text(text, encoding="utf-8")
    assert read_provenance(tmp_path / "digits.int8.tflite") is None


def test_what_a_later_version_adds_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({**json.loads(MADE.text), "machine": "mine"}), encoding="utf-8")
    assert read_provenance(tmp_path / "a.tflite") == MADE


def test_a_variant_that_was_changed_is_noticed(tmp_path: Path) -> None:
    variant = tmp_path / "a.tflite"
    variant.write_bytes(b"made")
    made = Provenance("int8", "a.h5", "ab", sha256_of(variant), "tensorflow")
    assert is_unchanged(variant, made)
    variant.write_bytes(b"edited")
    assert not is_unchanged(variant, made)


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    content = bytes(range(256)) * 9000
    (tmp_path / "a.bin").write_bytes(content)
    assert sha256_of(tmp_path / "a.bin") == hashlib.sha256(content).hexdigest()


def test_the_hash_of_a_folder_changes_with_any_file_and_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(b"graph")
    (folder / "variables" / "data").write_bytes(b"weights")
    first = sha256_of(folder)
    (folder / "variables" / "data").write_bytes(b"weightz")
    second = sha256_of(folder)
    (folder / "variables" / "data").rename(folder / "variables" / "other")
    assert len({first, second, sha256_of(folder)}) == 3


def test_versions_name_this_program_and_what_takes_part() -> None:
    assert {"tflite-inspector", "python", "numpy", "ai-edge-litert"} <= set(versions())
