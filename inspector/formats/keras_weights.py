"""Which stored arrays belong to which layer, in files with `weight_names` (Keras 1, 2, and 3's .h5)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from inspector.errors import DamagedFileError
from inspector.formats.keras_config import Layer
from inspector.formats.keras_hdf5 import (
    MAX_NAMES,
    Group,
    StoredArray,
    attribute_names,
    stored_array,
    subgroup,
)
from inspector.formats.keras_variables import is_trained

TOP_LEVEL = "top_level_model_weights"


@dataclass(frozen=True, slots=True)
class Weight:
    """An array of the file and the layer that owns it; `name` is its path in the layer ("kernel")."""

    layer: Layer | None
    name: str
    array: StoredArray
    trained: bool
    is_state: bool = False
    """A random generator's state: `summary()` doesn't count it."""

    @property
    def full_name(self) -> str:
        return f"{self.layer.path}/{self.name}" if self.layer is not None else self.name


@dataclass(slots=True)
class Found:
    """What a reader of weights came back with."""

    weights: list[Weight] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Names the file lists and does not hold."""
    damaged: list[str] = field(default_factory=list)
    """Groups and arrays that are broken; the rest is shown."""

    @contextmanager
    def reading(self, name: str) -> Iterator[None]:
        """Turns a damaged part into a line of the list, so that the other parts are still read."""
        if len(self.weights) > MAX_NAMES:
            raise DamagedFileError(f"The file lists more than {MAX_NAMES:,} weights; that is no Keras model.")
        try:
            yield
        except DamagedFileError:
            self.damaged.append(name)


def named_layers(group: Group) -> list[str] | None:
    """The layers that a group with `layer_names` lists; None where it is no such group."""
    return attribute_names(group, "layer_names")


def read_named_weights(group: Group, model: Layer, size: int) -> Found:
    """The weights of every layer of `model` from a group with `layer_names`."""
    layers = {layer.name: layer for layer in model.listed}
    found = Found()
    for name in dict.fromkeys([*(named_layers(group) or ()), TOP_LEVEL]):
        with found.reading(name):
            inner = subgroup(group, name)
            if inner is None:
                if name != TOP_LEVEL:
                    found.missing.append(name)
                continue
            arrays = _arrays(inner, name, size, found)
            layer = layers.get(name)
            if layer is not None and layer.is_model:
                found.weights += _of_nested(layer, arrays)
            else:
                found.weights += [_weight(layer, stored, array, name) for stored, array in arrays]
    return found


def _arrays(group: Group, name: str, size: int, found: Found) -> list[tuple[str, StoredArray]]:
    arrays = []
    for stored in dict.fromkeys(attribute_names(group, "weight_names") or ()):
        with found.reading(f"{name}/{stored}"):
            array = stored_array(group, stored, size)
            if array is None:
                found.missing.append(f"{name}/{stored}")
            else:
                arrays.append((stored, array))
    return arrays


def _weight(layer: Layer | None, stored: str, array: StoredArray, group: str = "") -> Weight:
    if layer is None:
        name = local_name(stored, (group,)) if group != TOP_LEVEL else _plain(stored)
        return Weight(None, f"{group}/{name}", array, is_trained(name, array.type.name))
    inner = (layer.wrapped.name,) if layer.wrapped is not None else ()
    name = local_name(stored, (layer.name, *inner))
    return Weight(layer, name, array, layer_trains(layer, _plain(stored)) and is_trained(name, array.type.name))


def layer_trains(layer: Layer, weight: str) -> bool:
    """Whether the weight's layer is trained: not frozen itself, and neither is what it wraps."""
    if not layer.trainable or (layer.wrapped is not None and not layer.wrapped.trainable):
        return False
    return not layer.frozen or not layer.frozen.intersection(weight.split("/"))


def local_name(stored: str, owners: tuple[str, ...]) -> str:
    """The name within the layer: "model/conv/kernel:0" of layer "conv" -> "kernel"; "conv_1_W" (Keras 1) -> "W".

    TensorFlow 1 made scopes unique: "conv_1/kernel:0" may be of the layer "conv", and "conv_1_1/..." of "conv_1".
    """
    plain = _plain(stored)
    for owner in owners:
        place = f"/{plain}".rfind(f"/{owner}/")
        first, _, rest = plain.partition("/")
        if place >= 0:
            plain = plain[place + len(owner) + 1 :]
        elif rest and re.fullmatch(re.escape(owner) + r"_\d+", first):
            plain = rest
        elif not rest and plain.startswith(owner + "_"):
            plain = plain[len(owner) + 1 :]
    return plain


def _plain(stored: str) -> str:
    return re.sub(r":\d+$", "", stored)


def _parts(stored: str) -> Iterator[str]:
    """The steps of a weight's path from the innermost, then two steps together, as names may have a slash."""
    steps = _plain(stored).split("/")[:-1][-16:]
    for length in range(1, len(steps) + 1):
        for end in range(len(steps), length - 1, -1):
            yield "/".join(steps[end - length : end])


def _of_nested(model: Layer, arrays: list[tuple[str, StoredArray]]) -> list[Weight]:
    """The weights of a model within the model: the file has them in one list, trained ones first. The layer whose name
    is a step of the path owns them; the model itself where there is none."""
    leaves = [layer for layer in model.walk() if not layer.is_model]
    by_name: dict[str, Layer] = {}
    for leaf in leaves:
        by_name.setdefault(leaf.name, leaf)
        if leaf.wrapped is not None:
            by_name.setdefault(leaf.wrapped.name, leaf)
    weights = []
    for stored, array in arrays:
        owner = next((by_name[part] for part in _parts(stored) if part in by_name), model)
        weights.append(_weight(owner, stored, array))
    order = {id(leaf): number for number, leaf in enumerate([model, *leaves])}
    weights.sort(key=lambda weight: order[id(weight.layer)])
    return weights
