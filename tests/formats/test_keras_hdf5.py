"""The HDF5 reader against h5py: every name, text, type, shape and value, and what it must not follow."""

import struct
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from inspector.errors import DamagedFileError
from inspector.formats.hdf5_chunks import ChunkReader, unpack
from inspector.formats.hdf5_file import Node, open_hdf5
from inspector.formats.hdf5_groups import UNDEFINED


def opened(path: Path) -> Node:
    return open_hdf5(memoryview(path.read_bytes()))


def values_of(node: Node) -> Any:
    """The dataset's values by our own reading."""
    found = node.dataset
    assert found is not None and found.type.stored is not None
    view = node.file.view
    if found.chunks is not None:
        reader = ChunkReader(node.file, found, lambda place, size: bytes(view[place : place + size]))
        return reader.region((0,) * len(found.shape), found.shape)
    assert found.offset is not None
    count = int(np.prod(found.shape, dtype=np.int64))
    return np.frombuffer(view, found.type.stored, count, found.offset).reshape(found.shape)


DTYPES = ("<f2", "<f4", ">f4", "<f8", ">f8", "i1", "u1", "<i2", ">i2", "<u2", "<i4", "<u4", "<i8", ">i8", "<u8", "?",
          "<c8", "<c16")  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_numbers_of_every_type_are_read_as_h5py_reads_them(tmp_path: Path, dtype: str) -> None:
    values = (np.arange(-12, 12).reshape(2, 3, 4) % 5).astype(dtype)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["plain"] = values
        file["scalar"] = values[0, 0, 1]
    root = opened(tmp_path / "x.h5")
    plain, scalar = root.child("plain"), root.child("scalar")
    assert plain is not None and scalar is not None
    assert plain.dataset is not None and plain.dataset.type.stored == np.dtype(dtype)
    assert plain.dataset.type.type.name == np.dtype(dtype).name.upper()
    assert np.array_equal(values_of(plain), values)
    assert np.array_equal(values_of(scalar), values[0, 0, 1])


PACKINGS: tuple[dict[str, Any], ...] = (
    {"chunks": (3, 4)},
    {"chunks": (7, 5), "compression": "gzip"},
    {"chunks": (2, 11), "compression": "gzip", "shuffle": True},
    {"chunks": (100, 1), "shuffle": True, "fletcher32": True},
    {"chunks": (1, 1)},
    {"chunks": (10, 11), "maxshape": (None, None), "compression": 9, "fletcher32": True},
)


@pytest.mark.parametrize("packing", PACKINGS, ids=str)
@pytest.mark.parametrize("dtype", ("<f4", ">i8", "u1", "<f2"))
def test_values_in_chunks_are_unpacked_as_h5py_unpacks_them(tmp_path: Path, packing: Any, dtype: str) -> None:
    values = np.random.default_rng(1).integers(0, 9, (100, 11)).astype(dtype)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("packed", data=values, **packing)
    node = opened(tmp_path / "x.h5").child("packed")
    assert node is not None and node.dataset is not None and node.dataset.chunks is not None
    assert np.array_equal(values_of(node), values)
    with h5py.File(tmp_path / "x.h5") as file:
        assert node.dataset.size == file["packed"].id.get_storage_size()


def test_a_region_across_chunks_is_cut_out_right(tmp_path: Path) -> None:
    values = np.arange(13 * 9 * 4).reshape(13, 9, 4)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("packed", data=values, chunks=(5, 4, 3), compression="gzip")
    node = opened(tmp_path / "x.h5").child("packed")
    assert node is not None and node.dataset is not None
    reader = ChunkReader(node.file, node.dataset, lambda place, size: bytes(node.file.view[place : place + size]))
    for starts, stops in (((0, 0, 0), (13, 9, 4)), ((4, 3, 2), (11, 9, 3)), ((12, 8, 3), (13, 9, 4))):
        expected = values[tuple(slice(a, b) for a, b in zip(starts, stops, strict=True))]
        assert np.array_equal(reader.region(starts, stops), expected)


def test_elements_never_written_have_the_fill_value(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        made = file.create_dataset("partly", (10, 10), "<f4", chunks=(4, 4), fillvalue=2.5)
        made[:4, :4] = 1
        file.create_dataset("never", (3,), "<i4", fillvalue=7)
        expected = made[()]
    root = opened(tmp_path / "x.h5")
    partly, never = root.child("partly"), root.child("never")
    assert partly is not None and never is not None and never.dataset is not None
    assert np.array_equal(values_of(partly), expected)
    assert never.dataset.offset is None and never.dataset.fill == struct.pack("<i", 7)


@pytest.mark.parametrize("libver", ("earliest", "v108", "latest"))
@pytest.mark.parametrize("count", (0, 1, 8, 9, 200, 6000))
@pytest.mark.parametrize("more", ((), ("Ünïcode", "with space")))
def test_a_group_is_listed_whole(tmp_path: Path, libver: str, count: int, more: tuple[str, ...]) -> None:
    """A name that is not ASCII, or the newer format, moves a group's names from a table into a fractal heap."""
    names = [*(f"layer_{number}" for number in range(count)), *more]
    with h5py.File(tmp_path / "x.h5", "w", libver=(libver, "latest")) as file:
        for name in names:
            file.create_group(name).attrs["own"] = name
    root = opened(tmp_path / "x.h5")
    assert sorted(root.links) == sorted(names)
    for name in names[:: max(count // 50, 1)]:
        node = root.child(name)
        assert node is not None and node.text_values("own") == (True, [name.encode()])


@pytest.mark.parametrize("count", (8, 9, 500))
def test_many_attributes_are_found(tmp_path: Path, count: int) -> None:
    with h5py.File(tmp_path / "x.h5", "w", libver="v108") as file:
        for number in range(count):
            file.attrs[f"weight_names{number}"] = [f"kernel_{number}".encode()]
    root = opened(tmp_path / "x.h5")
    for number in range(count):
        assert root.text_values(f"weight_names{number}") == (False, [f"kernel_{number}".encode()])


def test_attributes_are_read_as_h5py_reads_them(tmp_path: Path) -> None:
    texts = {
        "fixed": np.bytes_(b"abc"), "variable": "größer", "list": [b"conv", b"dense_1"], "empty text": "",
        "list of variable": np.array(["a", "bb", ""], dtype=h5py.string_dtype()), "long": "x" * 60_000,
    }  # fmt: skip
    with h5py.File(tmp_path / "x.h5", "w") as file:
        for name, text in texts.items():
            file.attrs[name] = text
        file.attrs["number"] = 3
        file.attrs["nothing"] = []
        expected = {name: file.attrs[name] for name in texts}
    root = opened(tmp_path / "x.h5")
    for name, value in expected.items():
        found = root.text_values(name)
        listed = value.tolist() if isinstance(value, np.ndarray) else [value]
        assert found == (
            not isinstance(value, np.ndarray), [v if isinstance(v, bytes) else v.encode() for v in listed]
        ), name  # fmt: skip
    assert root.text_values("number") is None
    assert root.text_values("absent") is None
    assert root.text_values("nothing") == (False, [])


def test_a_file_behind_a_user_block_is_found(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w", userblock_size=1024) as file:
        file["x"] = np.arange(5)
        file.attrs["name"] = "text"
    root = opened(tmp_path / "x.h5")
    node = root.child("x")
    assert node is not None and np.array_equal(values_of(node), np.arange(5))
    assert root.text_values("name") == (True, [b"text"])


def test_small_groups_of_the_new_format_are_read_too(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w", libver="latest") as file:
        file.attrs["name"] = "text"
        group = file.create_group("a")
        group["x"] = np.arange(6.0)
    root = opened(tmp_path / "x.h5")
    assert root.text_values("name") == (True, [b"text"])
    group_node = root.child("a")
    assert group_node is not None and group_node.is_group
    node = group_node.child("x")
    assert node is not None
    assert np.array_equal(values_of(node), np.arange(6.0))


def test_chunks_of_the_newest_format_are_left_to_the_library(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w", libver="latest") as file:
        file.create_dataset("x", data=np.arange(60.0), chunks=(7,))
    node = opened(tmp_path / "x.h5").child("x")
    assert node is not None
    assert node.dataset is not None and node.dataset.by_library
    assert node.dataset.piece == 7 * 8


def test_links_that_could_leave_the_file_lead_nowhere(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["secret"] = np.arange(3)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["soft"] = h5py.SoftLink("/real")
        file["outside"] = h5py.ExternalLink("secret.h5", "/secret")
        file["real"] = np.arange(3)
    root = opened(tmp_path / "x.h5")
    assert {name: link.address == UNDEFINED for name, link in root.links.items()} == {
        "soft": True, "outside": True, "real": False,
    }  # fmt: skip
    assert root.child("soft") is None and root.child("outside") is None


def test_values_in_other_files_are_marked(tmp_path: Path) -> None:
    (tmp_path / "values.bin").write_bytes(bytes(400))
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("external", (100,), "<f4", external=[(str(tmp_path / "values.bin"), 0, 400)])
        layout = h5py.VirtualLayout((3,), "<f4")
        layout[:] = h5py.VirtualSource("other.h5", "x", shape=(3,))
        file.create_virtual_dataset("virtual", layout)
    root = opened(tmp_path / "x.h5")
    external, virtual = root.child("external"), root.child("virtual")
    assert external is not None and virtual is not None
    assert external.dataset is not None and external.dataset.outside
    assert virtual.dataset is not None and virtual.dataset.outside


def test_a_chunk_that_unpacks_to_too_little_is_a_sentence() -> None:
    import zlib

    assert unpack(zlib.compress(bytes(100)), (1,), 0, 100, 4) == bytes(100)
    with pytest.raises(DamagedFileError, match="100 are needed"):
        unpack(zlib.compress(bytes(50)), (1,), 0, 100, 4)
    with pytest.raises(DamagedFileError, match="can't be unpacked"):
        unpack(b"no zlib", (1,), 0, 100, 4)


def test_a_chunk_that_unpacks_to_gigabytes_is_cut() -> None:
    import zlib

    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    assert len(unpack(bomb, (1,), 0, 1000, 4)) == 1000


@pytest.mark.parametrize(
    "noise", (b"", b"PK\x03\x04", bytes(600), b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + bytes(99))
)
def test_what_is_no_hdf5_is_a_sentence(noise: bytes) -> None:
    with pytest.raises(DamagedFileError):
        _ = open_hdf5(memoryview(noise)).links


def test_a_group_within_itself_ends(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_group("a")["again"] = file["/"]
    node: Node | None = opened(tmp_path / "x.h5")
    for step in ("a", "again", "a", "again"):
        assert node is not None
        node = node.child(step)
    assert node is not None and set(node.links) == {"a"}
