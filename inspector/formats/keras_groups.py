"""Keras files of weights alone: each group stands for a layer, as nothing in the file describes the layers."""

from inspector.formats.keras_config import Layer
from inspector.formats.keras_hdf5 import Group, attribute_text, children, other_links
from inspector.formats.keras_model import Parts
from inspector.formats.keras_notes import model_facts, weights_only
from inspector.formats.keras_optimizer import optimizer_state
from inspector.formats.keras_source import Source
from inspector.formats.keras_store import container, group_label, layer_weights, wrapped_in_group
from inspector.formats.keras_variables import class_of_group
from inspector.formats.keras_weights import Found, named_layers, read_named_weights

_NOT_LAYERS = ("optimizer", "metrics", "vars", "compile_metrics", "loss_tracker", "_compile_metrics", "_loss_tracker")


def named_groups(file: Group, source: Source, group: Group) -> Parts:
    """`save_weights` of Keras 1 and 2: a group a layer, listed in `layer_names`. Classes are not known."""
    names = list(dict.fromkeys(named_layers(group) or ()))
    model = Layer("", source.path.stem, "", {})
    model.layers = [Layer("Layer", name, name, {}) for name in names]
    found = read_named_weights(group, model, source.size)
    parts = Parts(source, "keras_weights", model, found, optimizer_state(file, source.size, found))
    parts.facts = model_facts(model, attribute_text(group, "keras_version"), attribute_text(group, "backend"), None)
    parts.findings, parts.links = [weights_only()], other_links(group)
    return parts


def stored_groups(file: Group, source: Source, format: str) -> Parts:
    """A `.weights.h5`: groups named after classes, of models within models too."""
    model = Layer("", source.path.stem, "", {})
    found = Found()
    _add_layers(file, model, "", source.size, found, set())
    parts = Parts(source, format, model, found, optimizer_state(file, source.size, found))
    parts.facts = {"Keras version": "3, or tf_keras (a variable store)"}
    parts.findings, parts.links = [weights_only()], other_links(file)
    return parts


def _add_layers(group: Group, model: Layer, prefix: str, size: int, found: Found, seen: set[int]) -> None:
    """One layer a group; the class is known where the group is named after one of Keras' classes, else "Layer"."""
    holder = container(group)
    root = group if holder is None else holder
    for child in children(root):
        if not child.is_group or child.address in seen or (holder is None and child.name in _NOT_LAYERS):
            continue
        seen.add(child.address)  # a damaged file can have groups within themselves
        with found.reading(prefix + child.name):
            inner = child.node
            label = group_label(inner, child)
            class_name = class_of_group(child.name) or "Layer"
            layer = Layer(class_name, label, prefix + label, {}, is_model=container(inner) is not None)
            layer.wrapped = wrapped_in_group(inner, class_name, size)
            model.layers.append(layer)
            if layer.is_model:
                _add_layers(inner, layer, layer.path + "/", size, found, seen)
            else:
                found.weights += layer_weights(inner, layer, size)
