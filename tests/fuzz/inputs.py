"""The damaged inputs by number: the same number gives the same file, from models made in code and real ones."""

import io
import random
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tests import keras_builders as build
from tests.conftest import SAMPLES, SHARED_MODELS
from tests.fuzz.byte_damage import damage_bytes
from tests.fuzz.hdf5_damage import damage_hdf5
from tests.fuzz.model_damage import StructureDamage
from tests.fuzz.zip_damage import damage_zip
from tests.model_examples import EXAMPLES, with_zip

SUFFIXES = (".tflite", ".h5", ".tflite", ".keras")  # half of the inputs are .tflite
_RARE = ((300_000, 200), (50_000, 40), (20_000, 8))  # sources above so many bytes come so many times less often


@dataclass(frozen=True, slots=True)
class Input:
    """`what` was done to which source."""

    number: int
    what: str
    suffix: str
    data: bytes


def damaged_input(number: int) -> Input:
    """Input `number`, from 0 on."""
    chance = random.Random(number)
    suffix = SUFFIXES[number % len(SUFFIXES)]
    name = _choose(suffix, chance)
    data = sources(suffix)[name]
    said = []
    if chance.random() < 0.6:
        what, data = _structure(suffix, name, data, chance)
        said.append(what)
    if not said or chance.random() < 0.25:
        what, data = damage_bytes(data, np.random.default_rng(number))
        said.append(what)
    return Input(number, f"{name}: {', '.join(said)}", suffix, data)


def _structure(suffix: str, name: str, data: bytes, chance: random.Random) -> tuple[str, bytes]:
    if suffix == ".tflite":
        return _damage_of(name).damaged(chance)
    return damage_hdf5(data, chance) if suffix == ".h5" else damage_zip(data, chance)


def _choose(suffix: str, chance: random.Random) -> str:
    names = sorted(sources(suffix))
    while True:
        name = chance.choice(names)
        size = len(sources(suffix)[name])
        if chance.randrange(next((rare for above, rare in _RARE if size > above), 1)) == 0:
            return name


@cache
def _damage_of(name: str) -> StructureDamage:
    return StructureDamage(sources(".tflite")[name])


@cache
def sources(suffix: str) -> dict[str, bytes]:
    """The sound files of one kind: name -> bytes. Real models by others come along where they are at hand."""
    made = {".tflite": _tflite, ".h5": _h5, ".keras": _keras}[suffix]()
    wanted = (".h5", ".hdf5") if suffix == ".h5" else (suffix,)
    for folder in (SAMPLES, SHARED_MODELS):
        found = sorted(folder.iterdir()) if folder.is_dir() else []
        made |= {path.name: path.read_bytes() for path in found if path.suffix in wanted}
    return made


def _tflite() -> dict[str, bytes]:
    made = {name: make() for name, make in EXAMPLES.items()}
    return made | {"with files": with_zip(made["int8_cnn"], {"labels.txt": b"cat\ndog\n", "../../out.txt": b"no"})}


def _h5() -> dict[str, bytes]:
    optimizer = {"iteration:0": np.int64(3), "m/dense/kernel:0": build.random(8, 6)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.h5"
        return {
            "whole": build.write_h5(path, optimizer=optimizer, training={"loss": "mse"}).read_bytes(),
            "packed": build.write_h5(path, chunks=True, compression="gzip").read_bytes(),
            "graph": build.write_h5(path, graph(), {}).read_bytes(),
            "weights": build.write_weights(path).read_bytes(),
            "store": build.store_bytes(names={"layers/dense": "dense"}),
        }


def _keras() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.keras"
        made = {
            "stored": build.write_keras(path).read_bytes(),
            "deflated": build.write_keras(path, compression=zipfile.ZIP_DEFLATED).read_bytes(),
            "graph": build.write_keras(path, graph()).read_bytes(),
            "with assets": build.write_keras(path, extra={"assets/tokens.txt": b"a\nb\n"}).read_bytes(),
        }
    assert all(zipfile.is_zipfile(io.BytesIO(data)) for data in made.values())
    return made


def graph() -> dict[str, object]:
    """A functional model with a model in it, wrappers, recurrent layers and a Lambda."""
    layer = build.layer
    inner = build.sequential(layer("Conv2D", "conv", filters=2, kernel_size=[3, 3]), name="inner")
    inner |= {"name": "inner", "inbound_nodes": [[["a", 0, 0, {}]]]}
    return build.functional(
        layer("InputLayer", "a", [], batch_input_shape=[None, 8, 8, 3], dtype="float32"), inner,
        layer("Reshape", "flat", ["inner"], target_shape=[-1, 2]), layer("Embedding", "e", ["flat"], output_dim=3),
        layer("Bidirectional", "both", ["flat"], layer=layer("LSTM", "l", units=4), merge_mode="concat"),
        layer("TimeDistributed", "each", ["flat"], layer=build.sequential(layer("Dense", "d", units=3))),
        layer("Lambda", "code", ["both"], function=["4wEAAAA=", None, None], function_type="lambda"),
        inputs=["a"], outputs=["code", "each"],
    )  # fmt: skip
