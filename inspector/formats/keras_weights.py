"""Which stored arrays belong to which layer, in files with `weight_names` (Keras 1, 2, and 3's .h5)."""

import re
from dataclasses import dataclass
from typing import Any

from inspector.formats.keras_config import Layer
from inspector.formats.keras_hdf5 import StoredArray, attribute_names, stored_array, subgroup
from inspector.formats.keras_variables import is_trained


@dataclass(frozen=True, slots=True)
class Weight:
    """An array of the file and the layer that owns it; `name` is its path in the layer ("kernel")."""

    layer: Layer | None
    name: str
    array: StoredArray
    trained: bool

    @property
    def full_name(self) -> str:
        return f"{self.layer.path}/{self.name}" if self.layer is not None else self.name


@dataclass(slots=True)
class Found:
    """What a reader of weights came back with."""

    weights: list[Weight]
    missing: list[str]
    """Names the file lists and does not hold."""


def named_layers(group: Any) -> list[str] | None:
    """The layers that a group with `layer_names` lists; None where it is no such group."""
    return attribute_names(group, "layer_names")


def read_named_weights(group: Any, model: Layer, size: int) -> Found:
    """The weights of every layer of `model` from a group with `layer_names`."""
    layers = {layer.name: layer for layer in model.listed}
    found = Found([], [])
    for name in dict.fromkeys([*(named_layers(group) or ()), "top_level_model_weights"]):
        inner = subgroup(group, name)
        if inner is None:
            if name in layers:
                found.missing.append(name)
            continue
        layer = layers.get(name)
        arrays = _arrays(inner, name, size, found)
        if layer is not None and layer.is_model:
            found.weights += _of_nested(layer, arrays)
        else:
            found.weights += [_weight(layer, stored, array, name) for stored, array in arrays]
    return found


def _arrays(group: Any, name: str, size: int, found: Found) -> list[tuple[str, StoredArray]]:
    arrays = []
    for stored in attribute_names(group, "weight_names") or ():
        array = stored_array(group, stored, size)
        if array is None:
            found.missing.append(f"{name}/{stored}")
        else:
            arrays.append((stored, array))
    return arrays


def _weight(layer: Layer | None, stored: str, array: StoredArray, group: str = "") -> Weight:
    if layer is None:
        name = local_name(stored, (group,)) if group != "top_level_model_weights" else _plain(stored)
        return Weight(None, f"{group}/{name}", array, is_trained(name, array.type.name))
    inner = (layer.wrapped.name,) if layer.wrapped is not None else ()
    name = local_name(stored, (layer.name, *inner))
    return Weight(layer, name, array, layer_trains(layer, _plain(stored)) and is_trained(name, array.type.name))


def layer_trains(layer: Layer, weight: str) -> bool:
    """Whether the weight's layer is trained: not frozen itself, and neither is what it wraps."""
    if not layer.trainable:
        return False
    wrapped = layer.wrapped
    if wrapped is None:
        return True
    steps = weight.split("/")
    if not wrapped.trainable:
        return False
    return not any(not inner.trainable and inner.name in steps for inner in wrapped.walk())


def local_name(stored: str, owners: tuple[str, ...]) -> str:
    """The name within the layer: "model/conv/kernel:0" of layer "conv" -> "kernel"; "conv_1_W" (Keras 1) -> "W".

    TensorFlow 1 made scopes unique: "conv_1/kernel:0" may be of the layer "conv", and "conv_1_1/..." of "conv_1".
    """
    plain = _plain(stored)
    for owner in owners:
        steps = plain.split("/")
        if owner in steps[:-1]:
            last = max(index for index, step in enumerate(steps[:-1]) if step == owner)
            plain = "/".join(steps[last + 1 :])
        elif len(steps) > 1 and re.fullmatch(re.escape(owner) + r"_\d+", steps[0]):
            plain = "/".join(steps[1:])
        elif len(steps) == 1 and plain.startswith(owner + "_"):
            plain = plain[len(owner) + 1 :]
    return plain


def _plain(stored: str) -> str:
    return re.sub(r":\d+$", "", stored)


def _of_nested(model: Layer, arrays: list[tuple[str, StoredArray]]) -> list[Weight]:
    """The weights of a model within the model: the file has them in one list, trained ones first."""
    leaves = [layer for layer in model.walk() if not layer.is_model]
    weights = []
    for stored, array in arrays:
        steps = _plain(stored).split("/")[:-1]
        owners = [leaf for leaf in leaves if _leads_to(leaf, steps)]
        owner = max(owners, key=lambda leaf: len(leaf.path)) if owners else model
        weights.append(_weight(owner, stored, array))
    order = {id(leaf): number for number, leaf in enumerate([model, *leaves])}
    weights.sort(key=lambda weight: order[id(weight.layer)])
    return weights


def _leads_to(leaf: Layer, steps: list[str]) -> bool:
    return leaf.name in steps or (leaf.wrapped is not None and leaf.wrapped.name in steps)
