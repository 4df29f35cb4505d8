"""Damaged and hostile .npz and .npy files end in a sentence: nothing is executed, nothing grows without bound."""

import pickle
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets import DataChoice, InputSpec, describe, open_samples
from inspector.datasets.numpy_files import npy_array
from inspector.datasets.numpy_header import MAGIC
from inspector.datasets.sources import no_progress
from inspector.errors import DataError

X = np.random.default_rng(1).random((20, 4), np.float32)
SPEC = InputSpec("x", (1, 4), "FLOAT32")


def refused(path: Path, samples: int = 0) -> str:
    with pytest.raises(DataError) as caught:
        open_samples(DataChoice(str(path), samples=samples), (SPEC,))
    return str(caught.value)


def header(shape: tuple[int, ...], kind: str = "<f4") -> str:
    return repr({"descr": kind, "fortran_order": False, "shape": shape})


def npy_bytes(head: str | bytes, values: bytes = b"", version: int = 1, length: int | None = None) -> bytes:
    text = head if isinstance(head, bytes) else head.encode()
    size = struct.pack("<H" if version == 1 else "<I", len(text) if length is None else length)
    return MAGIC + bytes([version, 0]) + size + text + values


def zip_of(path: Path, data: bytes, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("x.npy", data)
    return path


class Bomb:
    """Pickled, it makes a file where it is loaded."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> Any:
        return Path.touch, (self.trace,)


@pytest.mark.parametrize("kind", ["npy", "npz", "raw"])
def test_pickled_objects_are_never_loaded(tmp_path: Path, kind: str):
    trace, path = tmp_path / "ran", tmp_path / f"data.{'npy' if kind == 'raw' else kind}"
    bomb = np.empty(20, object)
    bomb[:] = [Bomb(trace)] * 20
    if kind == "npz":
        np.savez(path, x=bomb)
    elif kind == "npy":
        np.save(path, bomb, allow_pickle=True)
    else:
        path.write_bytes(pickle.dumps(Bomb(trace)))
    said = refused(path)
    assert "never loaded" in said
    if kind != "raw":
        assert "pickled" in describe(path).arrays[0].problem
    assert not trace.exists()
    pickle.loads(pickle.dumps(Bomb(trace)))
    assert trace.exists()  # the bomb is one


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x93NUMPX" + b"\0" * 200, "its mark is missing"),
        (MAGIC, "version ?"),
        (MAGIC + b"\x09\x00\x10\x00", "version 09"),
        (MAGIC + b"\x01\x00\x76", "cut short inside its header"),
        (npy_bytes("{'descr'", length=500), "cut short inside its header"),
        (npy_bytes("{}", version=2, length=4_000_000_000), "a header of 4,000,000,000 bytes"),
        (npy_bytes("("), "damaged header"),
        (npy_bytes("(" * 9000), "damaged header"),
        (npy_bytes("-" * 9000 + "1"), "damaged header"),
        (npy_bytes("{'descr': '<f4', 'fortran_order': False}"), "damaged header"),
        (npy_bytes("__import__('os').system('true')"), "damaged header"),
        (npy_bytes(header((-1, 4))), "its shape is (-1, 4)"),
        (npy_bytes(header((True, 4))), "its shape is (True, 4)"),
        (npy_bytes("{'descr': '<f4', 'fortran_order': 7, 'shape': (1, 4)}"), "damaged header"),
        (npy_bytes(header((1,) * 99)), "damaged header"),
        (npy_bytes("{'descr': '<f99', 'fortran_order': False, 'shape': (1, 4)}"), "unknown type"),
        (npy_bytes("{'descr': ('<f4', (1000000000,)), 'fortran_order': False, 'shape': (1, 4)}"), "type of its own"),
        (npy_bytes(header((20, 4)), b"\0" * 319), "cut short"),
        (npy_bytes(header((99999999999, 4))), "cut short"),
        (npy_bytes(header((10**40, 4))), "damaged header"),
        (npy_bytes(b"\xff\xfe\x00"), "damaged header"),
    ],
)
def test_a_damaged_header_is_a_sentence(tmp_path: Path, data: bytes, said: str):
    path = tmp_path / "data.npy"
    path.write_bytes(data)
    assert said in refused(path)
    assert refused(zip_of(tmp_path / "data.npz", data))


def test_a_huge_shape_with_no_bytes_behind_it_takes_no_memory(tmp_path: Path):
    path = zip_of(tmp_path / "data.npz", npy_bytes(header((10**12, 4))))
    tracemalloc.start()
    said = refused(path, samples=100)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()
    assert "does not fit into" in said


def bomb(path: Path, rows: int, row: int) -> Path:
    """A .npz of zeros that is a thousandth of what it unpacks to."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as file:
        file.write(npy_bytes(header((rows, row), "|u1")))
        for _ in range(rows * row >> 20):
            file.write(b"\0" * (1 << 20))
    return path


def test_a_zip_bomb_is_read_through_in_little_memory(tmp_path: Path):
    path = bomb(tmp_path / "data.npz", 1 << 16, 1 << 12)  # 256 MB in 0.3
    assert path.stat().st_size < 1 << 20
    spec = InputSpec("x", (1, 1 << 12), "UINT8")
    tracemalloc.start()
    samples = open_samples(DataChoice(str(path), samples=100), (spec,))
    assert tracemalloc.get_traced_memory()[1] < 24 << 20
    tracemalloc.stop()
    assert samples.arrays["x"].shape == (100, 1 << 12)
    assert samples.total == 1 << 16


def test_one_row_of_a_zip_bomb_is_not_read_either(tmp_path: Path):
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", npy_bytes(header((1, 1 << 35), "|u1")))
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24  # its unpacked size in the directory
    data[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(data)
    assert "does not fit into" in refused(path)
    wide = InputSpec("x", (1, 1 << 21), "UINT8")
    big = bomb(tmp_path / "big.npz", 700, 1 << 21)  # 1.4 GB wanted at once
    with pytest.raises(DataError, match="Choose fewer samples"):
        open_samples(DataChoice(str(big), samples=0), (wide,))


@pytest.mark.parametrize("compressed", [True, False])
def test_any_damage_of_a_file_is_an_error_or_changes_values_only(tmp_path: Path, compressed: bool):
    path = tmp_path / "data.npz"
    (np.savez_compressed if compressed else np.savez)(path, x=X, y=X)
    whole, generator = path.read_bytes(), np.random.default_rng(5)
    refusals = 0
    for round_ in range(400):
        data = bytearray(whole)
        if round_ % 4 == 0:
            data = data[: int(generator.integers(1, len(data)))]
        else:
            for at in generator.integers(0, len(data), round_ % 4):
                data[at] = int(generator.integers(0, 256))
        path.write_bytes(data)
        try:
            describe(path)
            samples = open_samples(DataChoice(str(path), samples=5), (SPEC,))
        except DataError as error:
            refusals += 1
            assert str(error).endswith(".") and "Traceback" not in str(error)
        else:
            assert samples.arrays["x"].shape == (5, 4)
    assert refusals > 200


def test_a_wrong_checksum_is_seen(tmp_path: Path):
    path = tmp_path / "data.npz"
    values = np.random.default_rng(0).random((4000, 4), np.float32)
    np.savez(path, x=values)
    data = bytearray(path.read_bytes())
    data[data.index(values.tobytes()[:16]) + 40_000] ^= 1
    path.write_bytes(data)
    assert refused(path, samples=5) == "x in data.npz can't be unpacked: Bad CRC-32 for file 'x.npy'."


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b""), "data.npz is empty (0 bytes)."),
        (lambda path: path.write_bytes(b"hello"), "data.npz is no .npz file: it should be a zip archive of arrays."),
        (lambda path: zipfile.ZipFile(path, "w").close(), "data.npz holds no arrays."),
        (lambda path: path.mkdir(), "is no image of"),
    ],
)
def test_what_is_no_npz_is_said(tmp_path: Path, make: Any, said: str):
    path = tmp_path / "data.npz"
    make(path)
    assert said in refused(path)


def test_a_file_that_shrinks_after_it_was_chosen_is_said(tmp_path: Path):
    path = tmp_path / "data.npy"
    np.save(path, X)
    array = npy_array(path)
    path.write_bytes(path.read_bytes()[:-40])
    for rows in (range(20), [3, 4, 19]):
        with pytest.raises(DataError, match="is cut short"):
            array.take(rows, no_progress)
    assert np.array_equal(array.take([0, 2, 3, 16], no_progress), X[[0, 2, 3, 16]])
    path.unlink()
    with pytest.raises(DataError, match="can't be read"):
        array.take([0], no_progress)


def test_a_member_with_a_password_is_said(tmp_path: Path):
    path = tmp_path / "data.npz"
    np.savez(path, x=X)
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    path.write_bytes(data)
    assert "encrypted" in refused(path)


def test_a_numpy_file_by_another_name_is_known_by_its_content(tmp_path: Path):
    buffer = BytesIO()
    np.save(buffer, X)
    path = tmp_path / "data.dat"
    path.write_bytes(buffer.getvalue())
    assert open_samples(DataChoice(str(path), samples=0), (SPEC,)).count == 20
    path.write_bytes(b"anything else")
    assert refused(path).startswith("data.dat is of an unknown kind. Samples come from a .npz, .npy, .csv or .py file")


def test_a_file_that_may_not_be_read_is_a_sentence(tmp_path: Path):
    assert refused(tmp_path / "none.npz") == f"There is no file {tmp_path / 'none.npz'}."
    with pytest.raises(DataError, match="No data are chosen"):
        open_samples(DataChoice(" "), (SPEC,))
    with pytest.raises(DataError, match=r"There is no file a.x00b\.npz"):
        open_samples(DataChoice("a\0b.npz"), (SPEC,))


@pytest.mark.skipif(sys.platform != "linux", reason="an address space limit")
def test_hostile_files_stay_within_a_limit_of_memory(tmp_path: Path):
    """512 MB of address space are enough for a bomb of 1 GB and a header of a million million rows."""
    bomb(tmp_path / "bomb.npz", 1 << 18, 1 << 12)
    zip_of(tmp_path / "huge.npz", npy_bytes(header((10**12, 4096))))
    code = (
        "import sys\nfrom inspector.datasets import *\nfrom inspector.errors import DataError\n"
        "spec = InputSpec('x', (1, 4096), 'UINT8')\n"
        "print(open_samples(DataChoice(sys.argv[1]), (spec,)).count)\n"
        "try: open_samples(DataChoice(sys.argv[2]), (spec,))\n"
        "except DataError as error: print('refused')\n"
    )
    import resource

    limit = 512 << 20
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "bomb.npz"), str(tmp_path / "huge.npz")],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        env={"OPENBLAS_NUM_THREADS": "1", "PATH": ""}, cwd=Path(__file__).resolve().parents[2],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.split() == ["100", "refused"], done.stderr
