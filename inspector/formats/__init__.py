"""Files -> models: what a file is shows its content first, its suffix second. Nothing in a file is ever executed."""

from pathlib import Path

from inspector.errors import ModelFileError, NotAModelError
from inspector.model import Model

_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_KINDS = "TensorFlow Lite (.tflite) or Keras (.h5, .hdf5, .keras) file"
_NOT_THE_FILE = {
    b"version https://git-lfs": "is only a pointer of Git LFS, not the model. Fetch the model with `git lfs pull`.",
    b"<!doctype html": "is a web page, not a model. Download the file itself.",
    b"<html": "is a web page, not a model. Download the file itself.",
}
_OTHERS = {".onnx": "ONNX", ".pb": "a TensorFlow graph", ".pt": "PyTorch", ".pth": "PyTorch", ".mlmodel": "Core ML"}


def open_model(path: str | Path) -> Model:
    """Reads a model file. Raises ModelFileError or one of its children, with a sentence for the user."""
    path = Path(path).expanduser()
    kind = _kind(path, _head(path))
    if kind == "tflite":
        from inspector.formats.tflite import read_tflite

        return read_tflite(path)
    if kind == "hdf5":
        from inspector.formats.keras_h5 import read_keras_h5

        return read_keras_h5(path)
    from inspector.formats.keras_zip import read_keras_zip

    return read_keras_zip(path)


def _head(path: Path) -> bytes:
    """The first bytes of an ordinary file that is not empty."""
    from inspector.formats.file_bytes import check_ordinary

    check_ordinary(path)
    try:
        with path.open("rb") as file:
            return file.read(1 << 13)
    except PermissionError as error:
        raise ModelFileError(f"{path} can't be opened: you have no permission to read it.") from error
    except OSError as error:
        raise ModelFileError(f"{path} can't be read: {error.strerror or error}.") from error


def _kind(path: Path, head: bytes) -> str:
    """ "tflite", "hdf5" or "zip". Raises NotAModelError for everything else."""
    if head[4:8] == b"TFL3":
        return "tflite"
    if any(head[start : start + 8] == _HDF5 for start in (0, 512, 1024, 2048, 4096)):
        return "hdf5"
    if head[:4] in _ZIP:
        return "zip"
    for start, what in _NOT_THE_FILE.items():
        if head.lstrip()[:200].lower().startswith(start):
            raise NotAModelError(f"{path.name} {what}")
    suffix = path.suffix.lower()
    if suffix == ".tflite":
        raise NotAModelError(f"{path.name} is no TensorFlow Lite model: the mark TFL3 at byte 4 is missing.")
    if suffix in (".h5", ".hdf5"):
        raise NotAModelError(f"{path.name} is no HDF5 file: its signature is missing.")
    if suffix == ".keras":
        raise NotAModelError(f"{path.name} is no Keras file: it should be a zip archive.")
    if suffix in _OTHERS:
        raise NotAModelError(f"{path.name} looks like {_OTHERS[suffix]}; this program reads a {_KINDS}.")
    raise NotAModelError(f"{path.name} is no {_KINDS}.")
