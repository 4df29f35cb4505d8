"""The field study: `python -m tests.field_sweep FOLDER` trains its models and writes them with data and plan.toml.

Seven Keras files, and an eighth where it is at hand, others' network of facial expressions: all small, trained the same
way each time, in about a minute. `tflite-inspector sweep FOLDER/plan.toml` makes and scores five variants of each.
--models, --recipes and --epochs make it smaller.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests import field_digits, field_models

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "resources" / "samples"
FACES = ROOT.parent / "shared" / "models" / "fer__emotion_model.hdf5"
RECIPES = ("float32", "dynamic_range", "int8_float_io", "int8", "uint8")
SEED = 7


@dataclass(frozen=True, slots=True)
class Training:
    """How a model becomes what it is: its layers, the array of right answers, the loss, the number of passes, and how
    fast and on how many samples at once Adam goes."""

    build: Callable[[Any], Any]
    answers: str
    loss: str
    epochs: int
    rate: float = 3e-3
    batch: int = 32


@dataclass(frozen=True, slots=True)
class Member:
    """A model of the study. `arrays` are those of calibration, of evaluation and its labels ("" where there are none),
    all in `data`; without `training` the file is copied from `source`."""

    file: str
    groups: dict[str, str]
    data: str
    arrays: tuple[str, str, str]
    training: Training | None = None
    source: Path | None = None

    @property
    def name(self) -> str:
        return self.file.partition(".")[0]


def _sensor(name: str, epochs: int = 80, rate: float = 1e-3) -> Training:
    def build(keras: Any) -> Any:
        return field_models.build(name, keras)

    return Training(build, "y_train", "sparse_categorical_crossentropy", epochs, rate, 8)


_MOTIONS, _DIGITS = "motions.npz", "digits_attributes.npz"
_SENSOR = ("x_train", "x_test", "y_test")
_SAMPLE = ("x_calibration", "x_test", "y_test")
MEMBERS = (
    Member("sensor_fat.h5", {"family": "sensor CNN", "size": "fat"}, _MOTIONS, _SENSOR, _sensor("sensor_cnn")),
    Member("sensor_lean.h5", {"family": "sensor CNN", "size": "lean"}, _MOTIONS, _SENSOR, _sensor("sensor_lean")),
    Member("sensor_low_rank.keras", {"family": "low rank"}, _MOTIONS, _SENSOR, _sensor("sensor_low_rank")),
    Member("digits_attributes.h5", {"family": "multi-label"}, _DIGITS, ("x_train", "x_test", "y_attributes_test"),
           Training(field_digits.attributes, "y_attributes_train", "binary_crossentropy", 25)),
    Member("digits_even.keras", {"family": "one sigmoid"}, _DIGITS, ("x_train", "x_test", "y_even_test"),
           Training(field_digits.even, "y_even_train", "binary_crossentropy", 20)),
    Member("digits_cnn.h5", {"family": "sample", "pruning": "before"}, "digits.npz", _SAMPLE,
           source=SAMPLES / "digits_cnn.h5"),
    Member("digits_cnn_pruned.h5", {"family": "sample", "pruning": "after"}, "digits.npz", _SAMPLE,
           source=SAMPLES / "digits_cnn_pruned.h5"),
    Member("fer.hdf5", {"family": "facial expressions"}, "patches.npz", ("x_calibration", "x_test", ""), source=FACES),
)  # fmt: skip
NAMES = tuple(member.name for member in MEMBERS)


def patches() -> dict[str, np.ndarray]:
    """(samples, 64, 64, 1) from -1 to 1, cut out of two photographs of scikit-learn's: there are no faces at hand, so
    the network's answers mean nothing here, but whether its variants give the same ones does."""
    from sklearn.datasets import load_sample_images

    random, found = np.random.default_rng(SEED), []
    grey = [image.astype(np.float32).mean(axis=-1, keepdims=True) / 127.5 - 1 for image in load_sample_images().images]
    for number in range(300):
        image = grey[number % len(grey)]
        top, left = (int(random.integers(0, size - 64)) for size in image.shape[:2])
        found.append(image[top : top + 64, left : left + 64])
    return {"x_calibration": np.array(found[:100]), "x_test": np.array(found[100:])}


def write_data(name: str, place: Path) -> None:
    """The samples of a member, once."""
    if (place / name).is_file():
        return
    if name == "digits.npz":
        shutil.copyfile(SAMPLES / name, place / name)
        return
    made = {_MOTIONS: field_models.motions, _DIGITS: field_digits.digits, "patches.npz": patches}[name]
    np.savez(place / name, **made())


def train(member: Member, place: Path, epochs: int | None = None) -> None:
    """Writes the member's Keras file: the same numbers each time, on the same machine."""
    import keras
    import tensorflow as tf

    assert member.training is not None
    training = member.training
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(SEED)
    with np.load(place / member.data) as data:
        samples, answers = data["x_train"], data[training.answers]
    model = training.build(keras)
    model.compile(keras.optimizers.Adam(training.rate), training.loss)
    passes = training.epochs if epochs is None else epochs
    if passes:
        model.fit(samples, answers, epochs=passes, batch_size=training.batch, verbose=0)
    model.save(place / member.file, **({"include_optimizer": False} if member.file.endswith(".h5") else {}))


def plan_text(members: Sequence[Member], recipes: Sequence[str]) -> str:
    """TOML, written plainly."""
    listed = ", ".join(f'"{each}"' for each in recipes)
    lines = [
        'name = "Field study"', f"recipes = [{listed}]", "seeds = [0]",
        'metrics = ["accuracy", "f1", "kappa", "hamming_loss"]', 'reference = "float32"',
    ]  # fmt: skip
    for member in members:
        calibration, evaluation, labels = member.arrays
        groups = ", ".join(f'{key} = "{value}"' for key, value in member.groups.items())
        lines += [
            "", "[[models]]", f'path = "{member.file}"', f"groups = {{{groups}}}",
            "[models.calibration]", f'path = "{member.data}"', f'arrays = {{"" = "{calibration}"}}', "samples = 100",
            "[models.evaluation]", f'path = "{member.data}"', f'arrays = {{"" = "{evaluation}"}}', "samples = 0",
        ]  # fmt: skip
        lines += [f'labels = "{labels}"'] if labels else []
    return "\n".join(lines) + "\n"


def write(
    place: Path, names: Sequence[str] = NAMES, recipes: Sequence[str] = RECIPES, epochs: int | None = None
) -> Path:
    """Everything that a sweep needs; the plan's path. A member whose file is not at hand is left out."""
    place.mkdir(parents=True, exist_ok=True)
    members = [each for each in MEMBERS if each.name in names and (each.source is None or each.source.is_file())]
    for member in members:
        started = time.perf_counter()
        write_data(member.data, place)
        if member.source is not None:
            shutil.copyfile(member.source, place / member.file)
        else:
            train(member, place, epochs)
        print(f"{member.file}: {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
    plan = place / "plan.toml"
    plan.write_text(plan_text(members, recipes), encoding="utf-8")
    return plan


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--recipes", nargs="+", default=RECIPES)
    parser.add_argument("--epochs", type=int, help="0: the models stay as they start")
    given = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    print(write(given.folder, given.models, given.recipes, given.epochs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
