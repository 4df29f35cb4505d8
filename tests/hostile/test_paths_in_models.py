"""Names in a file that lead elsewhere open nothing elsewhere, and nothing is unpacked to disk."""

import sys
import zipfile
from pathlib import Path

import h5py
import pytest

from inspector.formats import open_model
from tests import keras_builders as build
from tests.builders import ModelBuilder
from tests.hostile.watch import watch
from tests.model_examples import EXAMPLES, with_zip

_ELSEWHERE = ("../secret.txt", "../../secret.txt", "/etc/passwd", "{folder}/secret.txt", "sub/../../secret.txt")


def _links(path: Path, secret: Path) -> Path:
    """External and soft links, an external and a virtual dataset."""
    build.write_h5(path)
    with h5py.File(path, "r+") as file:
        file["model_weights/external"] = h5py.ExternalLink(str(secret), "/")
        file["model_weights/soft"] = h5py.SoftLink("/model_weights")
        for name in ("dense/dense/kernel:0", "logits/logits/kernel:0"):
            del file[f"model_weights/{name}"]
        file.create_dataset("model_weights/dense/dense/kernel:0", (3, 3), "u1", external=[(str(secret), 0, 9)])
        layout = h5py.VirtualLayout((3, 3), "f4")
        layout[:] = h5py.VirtualSource(str(secret), "x", (3, 3))
        file.create_virtual_dataset("model_weights/logits/logits/kernel:0", layout)
    return path


def evil_paths(folder: Path, secret: Path) -> list[Path]:
    names = [name.format(folder=secret.parent) for name in _ELSEWHERE]
    packed = with_zip(EXAMPLES["float_dense"](), dict.fromkeys(names, b"owned"))
    (folder / "files.tflite").write_bytes(packed)
    b = ModelBuilder()
    for number, name in enumerate([*names, "link.txt"]):
        b.tensor(f"outside {number}", [3], "UINT8", externalBuffer=b.external(name, 0, 3))
        b.metadata(name, b"text")
    b.write(folder / "external.tflite")
    (folder / "link.txt").symlink_to(secret)
    keras = build.write_keras(folder / "members.keras", extra=dict.fromkeys(names, b"owned"))
    with zipfile.ZipFile(keras, "a") as archive:  # a member that says it is a link
        link = zipfile.ZipInfo("assets/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(secret))
    return [folder / "files.tflite", folder / "external.tflite", keras, _links(folder / "links.h5", secret)]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_nothing_outside_the_model_is_opened_or_written(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "models"
    folder.mkdir(parents=True)
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"the secret")
    paths = evil_paths(folder, secret)
    told = watch(folder, *paths)
    own = {str(path) for path in paths}
    usual = (str(folder / "out"), sys.prefix, sys.base_prefix)
    strange = [name for name in told["opened"] if not name.startswith(usual) and name not in own]
    assert not [name for name in strange if "secret" in name or "passwd" in name or "link" in name], strange
    assert told["ran"] == []
    assert secret.read_bytes() == b"the secret"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "secret.txt"]
    assert {path.name for path in folder.iterdir()} == {"out", "link.txt", *(path.name for path in paths)}
    assert not any(b"the secret"[:3] in path.read_bytes() for path in (folder / "out").rglob("*") if path.is_file())


def test_what_lies_elsewhere_is_said(tmp_path: Path) -> None:
    paths = evil_paths(tmp_path, tmp_path.parent / "secret.txt")
    said = " ".join(f"{finding.title} {finding.detail}" for path in paths for finding in open_model(path).findings)
    assert "is not beside it; it is not opened" in said and "Soft and external links" in said
    assert "lie in other files, which are not opened" in said.lower()
