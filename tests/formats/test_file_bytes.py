"""A file that is missing, odd, cut or replaced ends in a sentence, never in a crash."""

import os
from pathlib import Path

import numpy as np
import pytest

from inspector.errors import FileChangedError, ModelFileError, NotAModelError, ValuesError
from inspector.formats import file_bytes, open_model
from inspector.formats.file_bytes import FileBytes
from inspector.model import Model
from tests.builders import ModelBuilder
from tests.model_examples import EXAMPLES


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"There is no file .*gone\.tflite"):
        open_model(tmp_path / "gone.tflite")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NotAModelError, match="is a folder"):
        open_model(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.tflite").touch()
    with pytest.raises(NotAModelError, match=r"empty\.tflite is empty \(0 bytes\)"):
        open_model(tmp_path / "empty.tflite")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tflite")
    with pytest.raises(NotAModelError, match="not an ordinary file"):
        open_model(tmp_path / "pipe.tflite")


@pytest.mark.parametrize("name", ["os.open", "os.stat"])
def test_no_permission(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.tflite"
    path.write_bytes(EXAMPLES["float_dense"]())

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(name, refuse)
    with pytest.raises(ModelFileError, match="no permission to read"):
        FileBytes(path)


def test_a_name_that_can_not_be_one() -> None:
    with pytest.raises(ModelFileError, match="can't be opened"):
        open_model("a\0b.tflite")
    with pytest.raises(ModelFileError):
        open_model("x" * 5000)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.tflite", b"something else, long enough", "the mark TFL3 at byte 4 is missing"),
        ("a.tflite", b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull"),
        ("a.tflite", b"\n<!DOCTYPE html><title>404</title>", "is a web page"),
        ("a.h5", b"something else", "no HDF5 file"),
        ("a.keras", b"something else", "should be a zip archive"),
        ("a.onnx", b"something else", "looks like ONNX"),
        ("a.txt", b"x", "is no TensorFlow Lite"),
        ("a.tflite", b"\x10\0\0\0TFL3", "cut short or damaged"),
        ("a.tflite", b"\x10\0\0\0TFL", "TFL3"),
    ],
)
def test_what_is_no_model_is_told_apart(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelFileError, match=said):
        open_model(tmp_path / name)


def test_content_counts_more_than_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(EXAMPLES["float_dense"]())
    assert open_model(path).format == "tflite"


@pytest.fixture
def mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model whose file is mapped as big files are, with one tensor of 4 MB."""
    monkeypatch.setattr(file_bytes, "IN_MEMORY_BYTES", 0)
    b = ModelBuilder()
    b.tensor("big", [1024, 1024], data=np.arange(1 << 20, dtype=np.float32))
    b.operator("CONV_2D", [0], [0], b.options("Conv2DOptions", strideW=1, strideH=1))
    return open_model(b.write(tmp_path / "model.tflite"))


def test_a_mapped_file_that_was_cut(mapped: Model) -> None:
    os.truncate(mapped.path, 1000)
    tensor = mapped.subgraphs[0].tensors[0]
    assert mapped.subgraphs[0].operators[0].options["stride_w"] == 1  # what was read stays
    for asked in (
        lambda: mapped.values(tensor),
        lambda: mapped.storage.raw(tensor),
        lambda: mapped.storage.gather([tensor]),
        lambda: list(mapped.storage.chunks(tensor, 1000)),
        mapped.storage.check,
    ):
        with pytest.raises(FileChangedError, match=r"model\.tflite changed on disk after it was opened"):
            asked()


def test_cut_in_the_middle_of_a_long_pass(mapped: Model) -> None:
    chunks = mapped.storage.chunks(mapped.subgraphs[0].tensors[0], 1 << 16)
    assert next(chunks)[5] == 5
    os.truncate(mapped.path, 1 << 20)
    with pytest.raises(FileChangedError):
        list(chunks)


def test_cut_between_check_and_read(mapped: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FileBytes, "check", lambda self: None)
    os.truncate(mapped.path, 1000)
    with pytest.raises(FileChangedError, match="became shorter while it was read"):
        mapped.values(mapped.subgraphs[0].tensors[0])


def test_replaced_by_another_file(mapped: Model, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(mapped.path.read_bytes())
    os.replace(tmp_path / "other", mapped.path)
    with pytest.raises(FileChangedError):
        mapped.values(mapped.subgraphs[0].tensors[0])


def test_the_program_may_change_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.tflite").write_bytes(EXAMPLES["float_dense"]())
    monkeypatch.chdir(tmp_path)
    model = open_model("model.tflite")
    monkeypatch.chdir("/")
    model.storage.check()


def test_deleted(mapped: Model) -> None:
    mapped.path.unlink()
    with pytest.raises(FileChangedError, match="is no longer in"):
        mapped.values(mapped.subgraphs[0].tensors[0])


def test_a_small_file_stays_readable_and_says_that_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(EXAMPLES["float_dense"]())
    model = open_model(path)
    model.storage.check()
    before = model.values(model.subgraphs[0].tensors[1]).copy()
    path.write_bytes(b"gone")
    with pytest.raises(FileChangedError):
        model.storage.check()
    assert np.array_equal(model.values(model.subgraphs[0].tensors[1]), before)


def test_nothing_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_bytes, "IN_MEMORY_BYTES", 0)
    path = tmp_path / "model.tflite"
    path.write_bytes(EXAMPLES["float_dense"]())
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        open_model(path)
    assert len(os.listdir("/proc/self/fd")) <= before + 1


def _external(tmp_path: Path, name: str, length: int = 16, packing: str | None = None) -> Model:
    b = ModelBuilder()
    number = b.external(name, 8, length, packing)
    b.tensor("outside", [4], externalBuffer=number)
    b.tensor("inside", [2], data=np.ones(2, np.float32))
    (tmp_path / "folder").mkdir()
    return open_model(b.write(tmp_path / "folder" / "model.tflite"))


def test_data_in_a_file_beside_the_model(tmp_path: Path) -> None:
    model = _external(tmp_path, "weights.bin")
    (tmp_path / "folder" / "weights.bin").write_bytes(bytes(8) + np.arange(4, dtype="<f4").tobytes())
    tensor = model.subgraphs[0].tensors[0]
    assert (tensor.kind, tensor.bytes) == ("constant", 16)
    assert model.buffers is not None and tensor.buffer is not None and model.buffers.place[tensor.buffer] == 2
    assert model.values(tensor).tolist() == [0, 1, 2, 3]
    assert model.storage.raw(tensor) == np.arange(4, dtype="<f4").tobytes()


@pytest.mark.parametrize("name", ["../weights.bin", "/etc/hostname", "", ".", "a/../../weights.bin"])
def test_data_may_not_be_outside_the_models_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(bytes(100))
    model = _external(tmp_path, name)
    assert [finding.code for finding in model.findings] == ["external_file"]
    with pytest.raises(ValuesError, match="which is not beside it"):
        model.values(model.subgraphs[0].tensors[0])


def test_a_link_does_not_lead_out_either(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(bytes(100))
    model = _external(tmp_path, "link.bin")
    (tmp_path / "folder" / "link.bin").symlink_to(tmp_path / "weights.bin")
    with pytest.raises(ValuesError, match="which is not beside it"):
        model.values(model.subgraphs[0].tensors[0])


def test_the_other_file_is_missing_or_short(tmp_path: Path) -> None:
    model = _external(tmp_path, "weights.bin")
    assert [f.title for f in model.findings] == ["The model's data file weights.bin is missing."]
    tensor = model.subgraphs[0].tensors[0]
    with pytest.raises(ValuesError, match="has its data in another file: There is no file"):
        model.values(tensor)
    (tmp_path / "folder" / "weights.bin").write_bytes(bytes(20))
    with pytest.raises(ValuesError, match=r"ends at byte 24 of weights\.bin, which has only 20 bytes"):
        model.values(tensor)
    assert "20 bytes of at least 24" in open_model(model.path).findings[0].title


def test_data_packed_in_an_unknown_way(tmp_path: Path) -> None:
    model = _external(tmp_path, "weights.bin", packing="zstd")
    with pytest.raises(ValuesError, match="packed as 'zstd'"):
        model.values(model.subgraphs[0].tensors[0])


def test_data_beyond_four_gigabytes(tmp_path: Path) -> None:
    """The file is a hole but for its ends; nothing of that size is ever read or held."""
    values, offset = np.arange(8, dtype="<f4"), (5 << 30) + 16
    b = ModelBuilder()
    b.tensor("far", [2, 4], buffer=b.buffer(offset=offset, size=values.nbytes))
    b.tensor("too far", [2, 4], buffer=b.buffer(offset=offset + 16, size=values.nbytes))
    path = b.write(tmp_path / "model.tflite")
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(values.tobytes())
    model = open_model(path)
    assert model.size_bytes == offset + 32
    assert model.values(model.subgraphs[0].tensors[0]).tolist() == values.reshape(2, 4).tolist()
    assert next(iter(model.storage.chunks(model.subgraphs[0].tensors[0], 3))).tolist() == [0, 1, 2]
    assert {finding.code for finding in model.findings} == {"buffer_outside"}
