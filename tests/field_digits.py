"""Networks of the field on scikit-learn's digits: several labels at once through residual blocks, one yes or no.

The labels are attributes of the ten digits, fixed here: whoever doubts a score can count.
Keras and scikit-learn are imported where they are used: tests run this in a process of its own.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Attribute:
    """`digits` are those that have it."""

    name: str
    digits: str
    sentence: str

    def of(self, numbers: np.ndarray) -> np.ndarray:
        """1 where a digit has it, else 0: int64, in the shape of `numbers`."""
        has = np.array([str(number) in self.digits for number in range(10)], np.int64)
        return has[numbers]


EVEN = Attribute("even", "02468", "Divides by two without a rest.")
ATTRIBUTES = (
    Attribute("loop", "0689", "Has a closed loop as people write it; a closed 4 does not count."),
    Attribute("straight", "147", "Is made of straight strokes alone."),
    Attribute("bar", "2457", "Has a horizontal stroke."),
    Attribute("mirror", "038", "Looks about the same when top and bottom change places."),
    Attribute("prime", "2357", "Has exactly two divisors: a fact of arithmetic that no stroke shows."),
    Attribute("large", "56789", "Is five or more."),
)


def digits() -> dict[str, np.ndarray]:
    """x (samples, 8, 8, 1) float32 from 0 to 1; y_even (samples,), y_attributes (samples, 6): split as the sample's."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    given = load_digits()
    images = (given.images / 16.0).astype(np.float32)[..., None]
    parts = train_test_split(images, given.target, test_size=500, random_state=1, stratify=given.target)
    found = {}
    for part, samples, numbers in (("train", parts[0], parts[2]), ("test", parts[1], parts[3])):
        found[f"x_{part}"], found[f"y_even_{part}"] = samples, EVEN.of(numbers)
        found[f"y_attributes_{part}"] = np.stack([each.of(numbers) for each in ATTRIBUTES], axis=1)
    return found


def attributes(keras: Any) -> Any:
    """Two residual blocks, the second with a convolution on the way around, three dense layers, a sigmoid a label."""
    layers = keras.layers
    inputs = layers.Input((8, 8, 1), name="image")
    values = layers.Conv2D(12, 3, padding="same", activation="relu", name="stem")(inputs)
    for number, filters, stride in ((1, 12, 1), (2, 24, 2)):
        name, around = f"block_{number}", values
        inner = layers.Conv2D(filters, 3, stride, "same", use_bias=False, name=f"{name}_a")(values)
        inner = layers.ReLU(name=f"{name}_a_relu")(layers.BatchNormalization(name=f"{name}_a_norm")(inner))
        inner = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_b")(inner)
        inner = layers.BatchNormalization(name=f"{name}_b_norm")(inner)
        if stride > 1:
            around = layers.Conv2D(filters, 1, stride, name=f"{name}_around")(values)
        values = layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([around, inner]))
    values = layers.Flatten(name="flat")(values)
    for number, units in enumerate((32, 16), 1):
        values = layers.Dense(units, activation="relu", name=f"dense_{number}")(values)
    return keras.Model(inputs, layers.Dense(len(ATTRIBUTES), activation="sigmoid", name="attributes")(values))


def even(keras: Any) -> Any:
    """One sigmoid."""
    layers = keras.layers
    return keras.Sequential([
        layers.Input((8, 8, 1), name="image"),
        layers.Conv2D(8, 3, padding="same", activation="relu", name="conv_1"),
        layers.MaxPooling2D(name="pool"),
        layers.Conv2D(16, 3, activation="relu", name="conv_2"),
        layers.Flatten(name="flat"),
        layers.Dense(24, activation="relu", name="dense"),
        layers.Dense(1, activation="sigmoid", name="even"),
    ])  # fmt: skip
