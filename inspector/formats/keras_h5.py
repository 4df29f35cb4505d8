"""Reads Keras' HDF5 files: whole models and weights alone, of Keras 1, 2 and 3."""

from pathlib import Path
from typing import Any

from inspector.errors import DamagedFileError, NotAModelError
from inspector.formats.file_bytes import FileBytes
from inspector.formats.keras_config import Layer, parse_json, read_model
from inspector.formats.keras_graph import infer_shapes
from inspector.formats.keras_hdf5 import (
    HDF5_ERRORS,
    StoredArray,
    attribute_names,
    attribute_text,
    children,
    hdf5_file,
    other_links,
    stored_array,
    subgroup,
)
from inspector.formats.keras_model import Parts, build_model
from inspector.formats.keras_notes import model_facts
from inspector.formats.keras_source import Source
from inspector.formats.keras_store import container, group_layers, is_store, layer_weights
from inspector.formats.keras_weights import Found, named_layers, read_named_weights
from inspector.model import Finding, Level, Model


def read_keras_h5(path: str | Path) -> Model:
    """Opens an .h5 or .hdf5 file. Raises NotAModelError, DamagedFileError, ModelFileError."""
    path = Path(path)
    opened = FileBytes(path)
    source = Source(opened, 0, opened.size)
    with hdf5_file(source) as file:
        try:
            parts = _read(file, source)
        except HDF5_ERRORS as error:
            raise damaged(path, error) from None
    return build_model(parts)


def damaged(path: Path, error: BaseException) -> DamagedFileError:
    words = (str(error).splitlines() or [type(error).__name__])[0][:160]
    return DamagedFileError(f"{path.name} is damaged: reading its HDF5 structure failed ({words}).")


def _read(file: Any, source: Source) -> Parts:
    config = attribute_text(file, "model_config")
    if config is not None:
        return _whole_model(file, source, config)
    if named_layers(file) is not None:
        return _named_weights(file, source, file)
    inner = subgroup(file, "model_weights")
    if inner is not None and named_layers(inner) is not None:
        return _named_weights(file, source, inner)
    if is_store(file):
        return stored_weights(file, source, "keras_weights")
    raise NotAModelError(
        f"{source.path.name} is an HDF5 file, but holds no Keras model: it has no model_config, no layer_names and no "
        "layers with variables."
    )


def _whole_model(file: Any, source: Source, text: str) -> Parts:
    model = read_model(parse_json(text, "model_config"))
    infer_shapes(model)
    group = subgroup(file, "model_weights")
    found = read_named_weights(group, model, source.size) if group is not None else Found([], [])
    training = attribute_text(file, "training_config")
    parts = Parts(source, "keras_h5", model, found.weights, optimizer_state(file, source.size))
    version = attribute_text(file, "keras_version") or (attribute_text(group, "keras_version") if group else None)
    backend = attribute_text(file, "backend") or (attribute_text(group, "backend") if group else None)
    parts.facts = model_facts(model, version, backend, parse_json(training, "training_config") if training else None)
    parts.missing = found.missing
    parts.links = [*other_links(file), *(other_links(group) if group is not None else ())]
    if group is None:
        parts.findings.append(Finding(
            Level.WARNING, "no_weights", "The file has the layers and no weights", "There is no model_weights in it.",
        ))  # fmt: skip
    return parts


def optimizer_state(group: Any, size: int) -> list[tuple[str, StoredArray]]:
    """The optimizer's arrays: under `optimizer_weights` by name, or `optimizer/vars` by number."""
    places: list[tuple[Any, list[str]]] = []
    if (named := subgroup(group, "optimizer_weights")) is not None:
        places.append((named, attribute_names(named, "weight_names") or []))
    if (stored := subgroup(group, "optimizer/vars")) is not None:
        names = [child.name for child in children(stored) if not child.is_group]
        places.append((stored, sorted(names, key=lambda name: (len(name), name))))
    return [
        (f"optimizer/{name}", array)
        for holder, names in places
        for name in names
        if (array := stored_array(holder, name, size)) is not None
    ]


def _weights_note() -> Finding:
    return Finding(
        Level.NOTE, "weights_only", "Weights alone: the file does not describe the layers",
        "Each group stands for a layer. Classes, connections, output shapes and which weights were frozen are in the "
        "program that made it; every weight that is not a normalization's statistic counts as trainable here.",
    )  # fmt: skip


def _named_weights(file: Any, source: Source, group: Any) -> Parts:
    names = list(dict.fromkeys(named_layers(group) or ()))
    model = Layer("Model", source.path.stem, "", {})
    model.layers = [Layer("Layer", name, name, {}) for name in names]
    found = read_named_weights(group, model, source.size)
    parts = Parts(source, "keras_weights", model, found.weights, optimizer_state(file, source.size))
    parts.facts = model_facts(model, attribute_text(group, "keras_version"), attribute_text(group, "backend"), None)
    parts.findings, parts.missing, parts.links = [_weights_note()], found.missing, other_links(group)
    return parts


def stored_weights(file: Any, source: Source, format: str) -> Parts:
    """A variable store without a configuration: its groups stand for layers."""
    model = Layer("Model", source.path.stem, "", {})
    found = Found([], [])
    _add_groups(file, model, "", source.size, found)
    parts = Parts(source, format, model, found.weights, optimizer_state(file, source.size))
    parts.facts = {"Keras version": "3 or tf_keras (variable store)"}
    parts.findings, parts.links = [_weights_note()], other_links(file)
    return parts


def _add_groups(group: Any, model: Layer, prefix: str, size: int, found: Found) -> None:
    holder = container(group)
    for name, layer in group_layers(group):
        layer.path = prefix + layer.name
        model.layers.append(layer)
        inner = subgroup(group if holder is None else holder, name)
        if layer.is_model:
            _add_groups(inner, layer, layer.path + "/", size, found)
        else:
            found.weights += layer_weights(inner, layer, size)
