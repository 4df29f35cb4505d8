"""Damage inside an HDF5 file's structure, made with h5py: attributes, datasets, groups and links that don't belong."""

import io
import json
import random
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from tests.fuzz.json_damage import damage_json
from tests.fuzz.names import NAMES

Change = Callable[[h5py.File, random.Random], str]


def damage_hdf5(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """What was done, and the changed file."""
    held = io.BytesIO(data)
    said = []
    with h5py.File(held, "r+") as file:
        for _ in range(chance.choice((1, 1, 2, 4))):
            change = chance.choice(CHANGES)
            try:
                said.append(f"{change.__name__.strip('_')} {change(file, chance)}")
            except (LookupError, ValueError, TypeError, OSError, RuntimeError, AttributeError):
                continue  # h5py refuses to write it, or an earlier change took it away
    return "; ".join(said)[:300], held.getvalue()


def _configuration(file: h5py.File, chance: random.Random) -> str:
    names = [name for name in file.attrs if isinstance(file.attrs[name], str) and file.attrs[name][:1] in ("{", "[")]
    name = chance.choice(names)
    text = file.attrs[name]
    json.loads(text)
    said, changed = damage_json(text, chance)
    file.attrs[name] = changed
    return f"{name}: {said}"


def _attribute(file: h5py.File, chance: random.Random) -> str:
    owner = _any(file, chance)
    name = chance.choice(list(owner.attrs))
    values: tuple[Any, ...] = (
        0, -1.5, np.arange(5), np.array([[1, 2], [3, 4]]), b"bytes", "", h5py.Empty("f"), h5py.Empty("S5"),
        np.array([b"a", b"bb"]), np.array([b"\xff\xfe", b"\x00"]), np.zeros(0, "S1"), np.zeros((0, 3)), True,
        np.array([1 + 2j]), np.zeros(3, np.dtype([("r", "i4"), ("s", "S3")])), owner.ref, np.zeros(2, "V7"),
        np.array(["a", "b"], h5py.string_dtype()), "x" * 65_000, np.float16(1), chance.choice(NAMES),
        [chance.choice(NAMES).encode("utf-8", "replace") or b"x" for _ in range(3)], list(map(str.encode, file))[:3],
    )  # fmt: skip
    at = chance.randrange(len(values))
    owner.attrs[name] = values[at]
    return f"{owner.name}@{name} value {at}"


def _attribute_gone(file: h5py.File, chance: random.Random) -> str:
    owner = _any(file, chance)
    name = chance.choice(list(owner.attrs))
    del owner.attrs[name]
    return f"{owner.name}@{name}"


def _many_attributes(file: h5py.File, chance: random.Random) -> str:
    owner = _any(file, chance)
    for number in range(chance.choice((9, 40, 300))):
        owner.attrs[f"{number}"] = "x" * chance.choice((1, 60))
    return str(owner.name)


def _dataset(file: h5py.File, chance: random.Random) -> str:
    """A dataset of another shape, type or layout under the same name."""
    name = _datasets(file, chance)
    del file[name]
    number = chance.randrange(18)
    match number:
        case 0:
            file.create_dataset(name, (1 << 30, 1 << 20), "f4", chunks=(1024, 16))  # nothing of it is in the file
        case 1:
            file.create_dataset(name, (0, 4), "f4")
        case 2:
            file.create_dataset(name, data=np.arange(24).reshape(2, 3, 4), compression="gzip", shuffle=True)
        case 3:
            file.create_dataset(name, data=np.ones((64, 64), "f4"), chunks=(7, 9), compression="lzf", fletcher32=True)
        case 4:
            file.create_dataset(name, data=np.arange(99), scaleoffset=0, chunks=(10,))
        case 5:
            file.create_dataset(name, data=["a", "b"], dtype=h5py.string_dtype())
        case 6:
            file.create_dataset(name, (3,), h5py.vlen_dtype(np.int32))[0] = [1, 2, 3]
        case 7:
            file.create_dataset(name, (2,), np.dtype([("a", "i4"), ("b", "f8", (2, 2))]))
        case 8:
            file.create_dataset(name, (3, 3), "f4", external=[("/etc/passwd", 0, 36)])
        case 9:
            layout = h5py.VirtualLayout((4, 4), "f4")
            layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4, 4))
            file.create_virtual_dataset(name, layout)
        case 10:
            file.create_dataset(name, data=h5py.Empty("f4"))
        case 11:
            file.create_dataset(name, (1 << 19,), "i1", chunks=(1 << 19,), compression="gzip", fillvalue=7)[0] = 1
        case 12:
            file.create_dataset(name, data=np.array([True, False]))
        case 13:
            file.create_dataset(name, data=np.array(chance.choice((np.nan, np.inf, -0.0, 1e300))))
        case 14:
            file.create_dataset(name, data=np.full((8, 6), np.nan, chance.choice(("f2", "f4", "f8", ">f4", "c8"))))
        case 15:
            file.create_dataset(name, (2,) * 31, "i1", chunks=(1,) * 31)
        case 16:
            file.create_dataset(name, (5, 5), "f4", maxshape=(None, None), chunks=(2, 2))
        case _:
            file.create_dataset(name, data=np.arange(6, dtype=chance.choice(("u1", "i2", ">i8", "u8"))))
    return f"{name} kind {number}"


def _dataset_gone(file: h5py.File, chance: random.Random) -> str:
    name = chance.choice((_datasets, _groups))(file, chance)
    del file[name]
    return name


def _group_for_dataset(file: h5py.File, chance: random.Random) -> str:
    name = chance.choice((_datasets, _groups))(file, chance)
    was_group = isinstance(file[name], h5py.Group)
    del file[name]
    if was_group:
        file[name] = np.arange(4.0)
    else:
        file.create_group(name)
    return name


def _link(file: h5py.File, chance: random.Random) -> str:
    """A soft, hard or external link, in circles too."""
    owner = file[_groups(file, chance)]
    name = chance.choice((*owner, "more")) if len(owner) else "more"
    if name in owner:
        del owner[name]
    kind = chance.randrange(5)
    if kind == 0:
        owner[name] = h5py.SoftLink(chance.choice(("/", owner.name, f"{owner.name}/{name}", "/nowhere", "..")))
    elif kind == 1:
        owner[name] = h5py.ExternalLink(chance.choice(("/etc/passwd", "other.h5", "")), "/")
    elif kind == 2:
        owner[name] = file["/"]
    elif kind == 3:
        owner[name] = owner
    else:
        owner[name] = file[chance.choice((_datasets, _groups))(file, chance)]
    return f"{owner.name}/{name} kind {kind}"


def _renamed(file: h5py.File, chance: random.Random) -> str:
    name = chance.choice((_datasets, _groups))(file, chance)
    new = chance.choice(NAMES).replace("/", "|").replace("\0", "0")
    file.move(name, f"{name.rpartition('/')[0]}/{new}")
    return f"{name} -> {new[:40]!r}"


def _many_links(file: h5py.File, chance: random.Random) -> str:
    owner = file[_groups(file, chance)]
    for number in range(chance.choice((10, 100, 1000))):
        owner[f"{number}"] = h5py.SoftLink("/")
    return str(owner.name)


def _deep_groups(file: h5py.File, chance: random.Random) -> str:
    depth = chance.choice((30, 30, 30, 30, 30, 30, 300, 1000))
    file.create_group("/".join(["layers"] + ["d"] * depth))
    return str(depth)


CHANGES: tuple[Change, ...] = (
    _configuration, _configuration, _configuration, _attribute, _attribute, _attribute, _attribute_gone,
    _many_attributes, _dataset, _dataset, _dataset, _dataset_gone, _group_for_dataset, _link, _renamed, _many_links,
    _deep_groups,
)  # fmt: skip


def _names(file: h5py.File, kind: type) -> list[str]:
    found: list[str] = []
    file.visititems(lambda name, item: found.append(name) if isinstance(item, kind) else None)
    return found[:500]


def _datasets(file: h5py.File, chance: random.Random) -> str:
    return chance.choice(_names(file, h5py.Dataset) or [""])


def _groups(file: h5py.File, chance: random.Random) -> str:
    return chance.choice([*_names(file, h5py.Group), "/"])


def _any(file: h5py.File, chance: random.Random) -> Any:
    """The file itself half of the time: there the configuration is."""
    return file if chance.random() < 0.4 else file[chance.choice((_datasets, _groups))(file, chance)]
