"""Which stored arrays belong to which layer, in files with a `vars` group a layer (.weights.h5 and .keras)."""

import re
from collections.abc import Iterator

from inspector.formats.keras_config import Config, Layer
from inspector.formats.keras_hdf5 import Child, Group, StoredArray, attribute_text, children, stored_array, subgroup
from inspector.formats.keras_variables import PARTS, class_of_group, is_trained, snake_case, variable_names
from inspector.formats.keras_weights import Found, Weight, layer_trains

CONTAINERS = ("layers", "_layer_checkpoint_dependencies")
SEEDS = "seed_generator"
_WRAPPERS = ("PruneLowMagnitude", "QuantizeWrapperV2", "QuantizeWrapper", "ClusterWeights")


def container(group: Group) -> Group | None:
    """The group that holds a model's layers; None where there is none."""
    return next((found for name in CONTAINERS if (found := subgroup(group, name)) is not None), None)


def is_store(group: Group) -> bool:
    """Whether a file looks like one of Keras' variable stores."""
    return container(group) is not None or any(
        subgroup(group, f"{child.name}/vars") is not None for child in children(group) if child.is_group
    )


def read_store(group: Group, model: Layer, size: int) -> Found:
    """The weights of every layer of `model`, which has been found at `group`."""
    found = Found()
    _read_model(group, model, size, found, {})
    return found


def _read_model(group: Group, model: Layer, size: int, found: Found, seen: dict[tuple[str, str], Layer]) -> None:
    """`seen`: the layers with a group so far. Keras gives every layer one, but a layer of two models only once."""
    holder, names = None, {}
    with found.reading(model.path):
        found.weights += _own(group, model, model.class_name, model.config, "", size)
        holder = container(group)
        names = group_names(holder, model.listed) if holder is not None else {}
    for layer in model.listed:
        with found.reading(layer.path):
            inner = subgroup(holder, names[id(layer)]) if holder is not None else None
            if inner is None:
                layer.same_as = seen.get((layer.class_name, layer.name))
                continue
            seen.setdefault((layer.class_name, layer.name), layer)
            if layer.is_model:
                _read_model(inner, layer, size, found, seen)
            else:
                found.weights += layer_weights(inner, layer, size)


def group_names(holder: Group, layers: list[Layer]) -> dict[int, str]:
    """id(layer) -> its group. Newer files note the layer's name; else the class counts: conv2d, conv2d_1, ..."""
    present = [child.name for child in children(holder) if child.is_group]
    noted = {}
    for name in present:
        variables = subgroup(holder, f"{name}/vars")
        if variables is not None and (text := attribute_text(variables, "name")):
            noted[text] = name
    used: dict[str, int] = {}
    result: dict[int, str] = {}
    for layer in layers:
        base = snake_case(layer.class_name)
        number = used[base] = used.get(base, -1) + 1
        counted = base if number == 0 else f"{base}_{number}"
        result[id(layer)] = noted.get(layer.name, counted)
    return result


def layer_weights(group: Group, layer: Layer, size: int) -> list[Weight]:
    """All arrays of one layer's group, those of its parts (cells, wrapped layers) by path."""
    wrapper = layer.class_name in _WRAPPERS and layer.wrapped is not None
    weights: list[Weight] = []
    for path, class_name, config, part in _parts(group, layer):
        if wrapper and path == "":
            continue
        weights += _own(part, layer, class_name, config, path, size)
    if wrapper:
        return _wrapper_weights(layer, weights, _arrays(group, size))
    return weights


def _parts(group: Group, layer: Layer) -> Iterator[tuple[str, str, Config, Group]]:
    """(path, class, configuration, group) of a layer and what it is made of, in the order of the file."""
    todo: list[tuple[str, str, Config, Group]] = [("", layer.class_name, layer.config, group)]
    seen = set()  # a damaged file can have groups within themselves
    while todo:
        path, class_name, config, part = todo.pop(0)
        yield path, class_name, config, part
        below = []
        for child in children(part):
            if not child.is_group or child.name == "vars" or child.address in seen:
                continue
            seen.add(child.address)
            inner = child.node
            label = group_label(inner, child)
            step = "" if child.name in CONTAINERS else SEEDS if child.name == SEEDS else label
            inner_class, inner_config = _class_of_part(child.name, label, class_name, config, layer)
            below.append((f"{path}/{step}".strip("/"), inner_class, inner_config, inner))
        todo = below + todo


def group_label(group: Group, child: Child) -> str:
    """What to call a part: the name noted for it, or the attribute that holds it."""
    variables = subgroup(group, "vars")
    noted = attribute_text(variables, "name") if variables is not None else None
    return noted or child.name.lstrip("_")


def _class_of_part(key: str, label: str, owner: str, config: Config, layer: Layer) -> tuple[str, Config]:
    if key == "cell":
        return f"{owner}Cell", config
    wrapped = layer.wrapped
    if key in ("layer", "forward_layer", "backward_layer") and wrapped is not None:
        return wrapped.class_name, wrapped.config
    if key in PARTS:
        return PARTS[key], {}
    return class_of_group(key) or class_of_group(label), {}


def _arrays(group: Group, size: int) -> list[StoredArray]:
    variables = subgroup(group, "vars")
    if variables is None:
        return []
    names = [child.name for child in children(variables) if not child.is_group]
    names.sort(key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))
    return [array for name in names if (array := stored_array(variables, name, size)) is not None]


def _own(group: Group, layer: Layer, class_name: str, config: Config, path: str, size: int) -> list[Weight]:
    arrays = _arrays(group, size)
    names = variable_names(class_name, config, len(arrays))
    if layer.class_name in _WRAPPERS and layer.wrapped is not None and len(arrays) < len(whole := _all_names(layer)):
        names = whole[len(whole) - len(arrays) :]  # the wrapper took the kernel out
    return [_weight(layer, f"{path}/{name}".strip("/"), array) for name, array in zip(names, arrays, strict=False)]


def _all_names(layer: Layer) -> list[str]:
    wrapped = layer.wrapped
    assert wrapped is not None
    names = variable_names(wrapped.class_name, wrapped.config, 8)
    return [name for name in names if not name.isdigit()] or ["kernel"]


def _weight(layer: Layer, name: str, array: StoredArray) -> Weight:
    state = SEEDS in name.split("/")
    return Weight(
        layer, name, array, not state and layer_trains(layer, name) and is_trained(name, array.type.name), state
    )


def _wrapper_weights(layer: Layer, inner: list[Weight], own: list[StoredArray]) -> list[Weight]:
    """tfmot's wrappers store the variables of what they wrap once more; those copies count once, as in `summary()`."""
    wrapped = layer.wrapped
    assert wrapped is not None
    inner = [_weight(layer, re.sub(r"^[^/]+/", "", weight.name), weight.array) for weight in inner]
    if layer.class_name == "PruneLowMagnitude" and len(own) % 3 == 1:
        pruned = len(own) // 3
        names = ["mask", "threshold"] * pruned + ["pruning_step"]
        return inner + [_weight(layer, name, array) for name, array in zip(names, own[pruned:], strict=True)]
    if layer.class_name == "ClusterWeights":
        names = [*_all_names(layer)[:1], "cluster_centroids", "pulling_indices"]
        return [_weight(layer, n, a) for n, a in zip(names, own, strict=False)] + inner
    steps = [index for index, array in enumerate(own) if not array.shape and array.type.is_integer]
    if not steps:
        return inner + [_weight(layer, str(index), array) for index, array in enumerate(own)]
    seen = [weight.array.shape for weight in inner]
    kernels = []
    for array in own[: steps[0]]:
        if array.shape not in seen:
            seen.append(array.shape)
            kernels.append(array)
    ranges = ["kernel", "post_activation"] if kernels else ["output"]
    names = ["optimizer_step", *(f"{what}_{end}" for what in ranges for end in ("min", "max"))]
    rest = own[steps[0] :]
    named = zip(_all_names(layer), kernels, strict=False)
    return (
        [_weight(layer, name, array) for name, array in named]
        + inner
        + [_weight(layer, name, array) for name, array in zip(names, rest, strict=False)]
    )


def wrapped_in_group(group: Group, class_name: str, size: int) -> Layer | None:
    """What a wrapper's group holds, where no configuration says it: four equal vectors normalize."""
    inner = subgroup(group, "layer")
    if class_name not in _WRAPPERS or inner is None:
        return None
    shapes = [array.shape for array in _arrays(inner, size)]
    normalizes = len(shapes) == 4 and len(set(shapes)) == 1 and len(shapes[0]) == 1
    guess = "BatchNormalization" if normalizes else "Layer"
    return Layer(guess, "layer", "layer", {})
