"""What a file says about itself, in words: metadata of the converter and of the model's maker."""

from pathlib import Path

import flatbuffers
import numpy as np
import pytest

from inspector.formats import open_model
from inspector.model import Model
from tests.builders import ModelBuilder
from tests.model_examples import EXAMPLES


def _table(builder: flatbuffers.Builder, fields: dict[int, tuple[str, int]]) -> int:
    """A table with offsets ("offset") and numbers ("int32", "bool", "uint8") in these slots."""
    builder.StartObject(max(fields) + 1)
    for slot, (kind, value) in fields.items():
        if kind == "offset":
            builder.PrependUOffsetTRelativeSlot(slot, value, 0)
        else:
            getattr(builder, f"Prepend{kind.capitalize()}Slot")(slot, value, 0)
    return int(builder.EndObject())


def _offsets(builder: flatbuffers.Builder, tables: list[int]) -> int:
    builder.StartVector(4, len(tables), 4)
    for table in reversed(tables):
        builder.PrependUOffsetTRelative(table)
    return int(builder.EndVector())


def conversion_metadata(version: str, source: int, modes: list[int]) -> bytes:
    b = flatbuffers.Builder(64)
    text, listed = b.CreateString(version), b.CreateNumpyVector(np.array(modes, np.int32))
    environment = _table(b, {0: ("offset", text), 2: ("int32", source)})
    options = _table(b, {0: ("offset", listed), 1: ("bool", 1)})
    b.Finish(_table(b, {0: ("offset", environment), 1: ("offset", options)}))
    return bytes(b.Output())


def model_metadata() -> bytes:
    b = flatbuffers.Builder(64)
    mean, deviation = (b.CreateNumpyVector(np.array([value] * 3, np.float32)) for value in (127.5, 128))
    normalization = _table(b, {0: ("offset", mean), 1: ("offset", deviation)})
    unit = _table(b, {0: ("uint8", 1), 1: ("offset", normalization)})
    name, description = b.CreateString("image"), b.CreateString("A photo.")
    tensor = _table(b, {0: ("offset", name), 1: ("offset", description), 4: ("offset", _offsets(b, [unit]))})
    subgraph = _table(b, {2: ("offset", _offsets(b, [tensor]))})
    listed = _offsets(b, [subgraph])
    title, author, needed = b.CreateString("Classifier ü"), b.CreateString("Somebody"), b.CreateString("1.0.0")
    root = _table(b, {0: ("offset", title), 3: ("offset", listed), 4: ("offset", author), 7: ("offset", needed)})
    b.Finish(root, file_identifier=b"M001")
    return bytes(b.Output())


def _with(tmp_path: Path, **entries: bytes) -> Model:
    b = ModelBuilder()
    b.tensor("x", [1])
    for name, data in entries.items():
        b.metadata(name, data)
    return open_model(b.write(tmp_path / "model.tflite"))


def test_what_converted_it_from_what_and_how(tmp_path: Path) -> None:
    model = _with(tmp_path, CONVERSION_METADATA=conversion_metadata("2.16.1", 2, [1002, 3001, 77]))
    assert dict(model.facts) == {
        "schema version": "3",
        "converted by": "TensorFlow 2.16.1",
        "converted from": "a Keras model",
        "optimizations": "dynamic range, random sparsity, mode 77",
        "custom operators allowed": "yes",
    }
    assert "converted by: TensorFlow 2.16.1" in model.metadata[0].text


def test_the_runtime_it_needs(tmp_path: Path) -> None:
    model = _with(tmp_path, min_runtime_version=b"2.5.0".ljust(16, b"\0"))
    assert model.facts["needs"] == "TensorFlow Lite 2.5.0 or newer"
    assert (model.metadata[0].name, model.metadata[0].size_bytes, model.metadata[0].text) == (
        "min_runtime_version", 16, "2.5.0")  # fmt: skip


def test_what_its_maker_says_of_it(tmp_path: Path) -> None:
    text = _with(tmp_path, TFLITE_METADATA=model_metadata()).metadata[0].text
    assert text.splitlines() == [
        "name: Classifier ü",
        "author: Somebody",
        "parser needed: 1.0.0",
        "input image: A photo, normalized as (value - [127.5, 127.5, 127.5]) / [128, 128, 128]",
    ]


def test_other_entries_show_their_text_or_only_their_size(tmp_path: Path) -> None:
    model = _with(tmp_path, notes="für dich\n".encode(), binary=bytes(range(256)), nothing=b"", control=b"a\x1b[31m")
    assert [(entry.name, entry.size_bytes, entry.text) for entry in model.metadata] == [
        ("notes", 10, "für dich\n"), ("binary", 256, ""), ("nothing", 0, ""), ("control", 6, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["CONVERSION_METADATA", "TFLITE_METADATA", "min_runtime_version"])
def test_damaged_entries_are_shown_empty(name: str, tmp_path: Path) -> None:
    sound = model_metadata() if name == "TFLITE_METADATA" else conversion_metadata("2.16.1", 2, [1002])
    random = np.random.default_rng(1)
    for cut in (*range(0, len(sound), 7), *[None] * 40):
        data = bytearray(sound[:cut])
        if cut is None:
            for place in random.integers(0, len(data), 4):
                data[place] = random.integers(0, 256)
        model = _with(tmp_path, **{name: bytes(data)})
        assert model.metadata[0].size_bytes == len(data)
        assert all(text.isprintable() for text in model.facts.values())


def test_a_real_model_with_labels(shared_models: Path) -> None:
    model = open_model(shared_models / "mediapipe__selfie_segmentation.tflite")
    assert [(file.name, file.text) for file in model.associated_files] == [("labels.txt", "selfie\n")]
    assert "name: ImageSegmenter" in model.metadata[0].text
    assert "input image: Input image to be processed, normalized as (value - 0) / 255" in model.metadata[0].text


def test_the_text_of_an_example(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(EXAMPLES["int8_cnn"]())
    model = open_model(path)
    assert model.description == "MLIR Converted."
    assert [file.name for file in model.associated_files] == ["labels.txt", "notes/readme.md"]
