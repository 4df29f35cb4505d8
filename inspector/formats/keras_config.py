"""Layers from a Keras model's JSON: classes, paths, nesting, connections. Nothing in it is ever executed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.errors import DamagedFileError
from inspector.formats.keras_shapes import Shape, is_shape

Config = Mapping[str, Any]
MAX_DEPTH = 32
MAX_LAYERS = 100_000


@dataclass(frozen=True, slots=True)
class Reference:
    """One tensor that a layer reads: the layer that makes it, by name, the call of it, which of its outputs; and the
    shape where the file notes it (Keras 3)."""

    layer: str
    node: int
    output: int
    shape: Shape | None = None


@dataclass(slots=True, eq=False)
class Layer:
    """One layer of the configuration; a model used as a layer has `layers` of its own.

    `calls` has the tensors read by each call (a shared layer is called more than once). `trainable` is what counts:
    false too when a model around it is frozen.
    """

    class_name: str
    name: str
    path: str
    config: Config
    trainable: bool = True
    calls: list[list[Reference]] = field(default_factory=list)
    layers: "list[Layer]" = field(default_factory=list)
    is_model: bool = False
    is_sequential: bool = False
    """Its layers form a chain; a functional model names connections."""
    wrapped: "Layer | None" = None
    frozen: frozenset[str] = frozenset()
    """Names of layers inside `wrapped` that are not trained."""
    build_shape: Any = None
    same_as: "Layer | None" = None
    """The layer whose weights it shares, where the file holds them once for two models."""
    outputs: "list[list[Shape | None]]" = field(default_factory=list)
    """What each call gives, one shape an output; filled in by keras_graph."""
    gives: "list[Shape | None] | None" = None
    """A model's own output shapes, once they are derived."""

    @property
    def output_shape(self) -> Shape | None:
        """The first output of the first call."""
        return self.outputs[0][0] if self.outputs and self.outputs[0] else None

    @property
    def label(self) -> str:
        """ "Dense", "TimeDistributed(Dense)"."""
        return f"{self.class_name}({self.wrapped.label})" if self.wrapped is not None else self.class_name

    @property
    def listed(self) -> "list[Layer]":
        """The layers Keras lists: a Sequential leaves its input out."""
        if not self.is_sequential:
            return self.layers
        return [layer for layer in self.layers if layer.class_name != "InputLayer"]

    def walk(self) -> "Iterator[Layer]":
        """Every listed layer below, each model before its layers, as `summary(expand_nested=True)` has them."""
        for layer in self.listed:
            yield layer
            yield from layer.walk()


def parse_json(text: str | bytes, what: str) -> Any:
    """The JSON value. Raises DamagedFileError, naming `what`, when it is none or nested too deep."""
    try:
        return json.loads(text)
    except RecursionError:
        raise DamagedFileError(f"The {what} is nested too deep to be a model's; the file is damaged.") from None
    except ValueError as error:
        raise DamagedFileError(f"The {what} is no valid JSON ({error}); the file is damaged.") from None


def read_model(config: Any) -> Layer:
    """The whole model from its JSON value. Raises DamagedFileError when it describes none."""
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        raise DamagedFileError("The model configuration names no class; the file is damaged.")
    budget = [MAX_LAYERS]
    return _layer(config, "", True, 0, budget)


def _layer(entry: Config, prefix: str, trainable: bool, depth: int, budget: list[int]) -> Layer:
    budget[0] -= 1
    if budget[0] < 0 or depth > MAX_DEPTH:
        raise DamagedFileError(
            f"The model configuration has over {MAX_LAYERS:,} layers, or models within models {MAX_DEPTH} deep."
        )
    config = entry.get("config")
    config = {"layers": config} if isinstance(config, list) else config if isinstance(config, dict) else {}
    class_name = plain_class(entry.get("class_name"))
    name = _text(config.get("name")) or _text(entry.get("name")) or class_name.lower()
    build = entry.get("build_config")
    layer = Layer(
        class_name, name, prefix + name, config,
        trainable=trainable and config.get("trainable") is not False,
        calls=_calls(entry.get("inbound_nodes")),
        build_shape=build.get("input_shape") if isinstance(build, dict) else None,
    )  # fmt: skip
    inner = config.get("layers")
    if isinstance(inner, list):
        layer.is_model = True
        layer.is_sequential = "output_layers" not in config
        below = "" if depth == 0 else layer.path + "/"
        for index, child in enumerate(inner):
            if isinstance(child, dict):
                made = _layer(_with_name(child, index), below, layer.trainable, depth + 1, budget)
                layer.layers.append(made)
    elif isinstance(wrapped := config.get("layer"), dict) and isinstance(wrapped.get("class_name"), str):
        layer.wrapped = _layer(wrapped, layer.path + "/", layer.trainable, depth + 1, budget)
        layer.frozen = frozenset(inner.name for inner in layer.wrapped.walk() if not inner.trainable)
    return layer


def _with_name(entry: Config, index: int) -> Config:
    """Old Sequential files have layers without a name."""
    config = entry.get("config")
    if isinstance(config, dict) and ("name" in config or "name" in entry):
        return entry
    return {**entry, "name": entry.get("name") or f"{plain_class(entry.get('class_name')).lower()}_{index + 1}"}


def plain_class(value: Any) -> str:
    """ "Package>MyLayer" -> "MyLayer"."""
    return _text(value).rpartition(">")[2] or "Layer"


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""


def _calls(nodes: Any) -> list[list[Reference]]:
    """One list of references a call. Keras 2 writes [[["conv", 0, 0, {}]]], Keras 3 {"args": [...], "kwargs": {...}}
    with a "keras_history" in each tensor."""
    if not isinstance(nodes, list):
        return []
    if nodes and is_reference(nodes[0]):
        nodes = [nodes]  # a call written without its list
    return [list(references(node)) for node in nodes]


def is_reference(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and value[0] != "_CONSTANT_VALUE"
        and type(value[1]) is int
        and type(value[2]) is int
    )


def references(value: Any, depth: int = 0) -> Iterator[Reference]:
    """Every reference anywhere in a call's arguments, in order."""
    if depth > MAX_DEPTH:
        return
    if is_reference(value):
        yield Reference(value[0], value[1], value[2])
        if len(value) == 4:
            yield from references(value[3], depth + 1)
    elif isinstance(value, list):
        for entry in value:
            yield from references(entry, depth + 1)
    elif isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__" and isinstance(inner := value.get("config"), dict):
            history: Any = inner.get("keras_history")
            if is_reference(history):
                yield Reference(history[0], history[1], history[2], as_shape(inner.get("shape")))
            return
        for entry in value.values():
            yield from references(entry, depth + 1)


def as_shape(value: Any) -> Shape | None:
    """A shape from JSON: sizes and null; None for anything else."""
    if isinstance(value, dict):  # serialized tuples
        value = value.get("items") or value.get("config")
    if not isinstance(value, list | tuple) or len(value) > MAX_DEPTH:
        return None
    return tuple(value) if is_shape(tuple(value)) else None
