"""Damage inside a .keras file: its members changed each in its own way, then packed as no one packs them."""

import io
import random
import struct
import zipfile

import numpy as np

from tests.fuzz.byte_damage import damage_bytes
from tests.fuzz.hdf5_damage import damage_hdf5
from tests.fuzz.json_damage import damage_json
from tests.fuzz.names import NAMES

_HEADERS = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06")
_NUMBERS = (0, 1, 8, 0x0800, 9, 99, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF, 1 << 20)


def damage_zip(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """What was done, and the packed file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    kind = chance.randrange(5)
    if kind == 0:
        said, packed = "headers", _packed(members, chance)
        return said, _headers(packed, chance)
    if kind == 1:
        said = _other_members(members, chance)
    else:
        name = chance.choice(("config.json", "config.json", "metadata.json", "model.weights.h5", "model.weights.h5"))
        said, members[name] = _member(name, members[name], chance)
        said = f"{name}: {said}"
    return said, _packed(members, chance)


def _member(name: str, data: bytes, chance: random.Random) -> tuple[str, bytes]:
    if name.endswith(".h5"):
        if chance.random() < 0.5:
            return damage_bytes(data, np.random.default_rng(chance.randrange(1 << 30)))
        return damage_hdf5(data, chance)
    if chance.random() < 0.1:
        return damage_bytes(data, np.random.default_rng(chance.randrange(1 << 30)))
    said, text = damage_json(data.decode(), chance)
    encoding = chance.choice(("utf-8",) * 8 + ("utf-16", "utf-8-sig"))
    return said, text.encode(encoding, "surrogatepass")


def _other_members(members: dict[str, bytes], chance: random.Random) -> str:
    """A member gone, renamed, empty, a bomb, or one with a name that leads elsewhere."""
    name = chance.choice(list(members))
    kind = chance.randrange(5)
    if kind == 0:
        del members[name]
    elif kind == 1:
        members[chance.choice(NAMES)[:60_000] or "x"] = members.pop(name)
    elif kind == 2:
        members[name] = b""
    elif kind == 3:
        members[name] = bytes(chance.choice((1000, 4 << 20)))
    else:
        for other in ("../../out.txt", "/tmp/out.txt", "assets/tokens.txt", "C:\\x", "a\x1b[2Jb"):
            members[other] = b"x" * chance.choice((0, 10, 10_000))
    return f"{name} member kind {kind}"


def _packed(members: dict[str, bytes], chance: random.Random) -> bytes:
    held = io.BytesIO()
    method = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return held.getvalue()


def _headers(data: bytes, chance: random.Random) -> bytes:
    """Numbers in the zip's own tables: flags, methods, sizes, offsets."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 6))):
        mark = chance.choice(_HEADERS)
        starts = [at for at in range(len(data) - 4) if data.startswith(mark, at)] if len(data) < 1 << 16 else []
        at = chance.choice(starts or [data.rfind(mark)]) + 4 + 2 * chance.randrange(20)
        if 0 <= at < len(changed) - 4:
            wide = chance.random() < 0.5
            number = chance.choice(_NUMBERS) & (0xFFFFFFFF if wide else 0xFFFF)
            struct.pack_into("<I" if wide else "<H", changed, at, number)
    return bytes(changed)
