"""A layer's configuration as a short, flat table that is safe to print: no code, no long lists, no NaN."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from inspector.formats.keras_config import Config, Layer

_LEFT_OUT = (
    "name",
    "layers",
    "input_layers",
    "output_layers",
    "build_input_shape",
    "shared_object_id",
    "batch_input_shape",
)
_TEXT_LIMIT = 120
_LIST_LIMIT = 16
_COUNT_LIMIT = 60


def layer_options(layer: Layer) -> dict[str, Any]:
    """The options by name: initializers, empty ones and the name left out; what a wrapper wraps spelled out."""
    options: dict[str, Any] = {}
    if layer.is_model:
        options["layers"] = len(layer.listed)
    for name, value in layer.config.items():
        if len(options) >= _COUNT_LIMIT:
            break
        if _is_shown(name, value):
            options[name[:_TEXT_LIMIT]] = _short(value)
    if layer.wrapped is not None:
        options["layer"] = f"{layer.wrapped.label} {layer.wrapped.name}"
        for name, value in layer_options(layer.wrapped).items():
            options.setdefault(f"layer.{name}", value)
    if layer.class_name == "Lambda":
        options["function"] = "code in the file; it is never run here"
    if not layer.trainable:
        options["trainable"] = False
    return options


def _is_shown(name: Any, value: Any) -> bool:
    if (
        not isinstance(name, str)
        or name in _LEFT_OUT
        or name.endswith("_initializer")
        or value is None
        or value in ({}, [])
    ):
        return False
    return not (name == "trainable" and value is True) and name not in ("layer", "backward_layer", "function")


def _short(value: Any) -> Any:
    """Numbers, booleans and texts as they are; {"class_name": "L2", "config": {"l2": 0.01}} as "L2(l2=0.01)"."""
    if isinstance(value, bool) or value is None or value in ({}, []):
        return value
    if isinstance(value, int):
        return value if abs(value) < 1 << 63 else str(value)[:_TEXT_LIMIT]
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, str):
        return value if len(value) <= _TEXT_LIMIT else value[: _TEXT_LIMIT - 3] + "..."
    if isinstance(value, list):
        if len(value) <= _LIST_LIMIT and all(isinstance(v, int | float | str | None) for v in value):
            return [_short(entry) for entry in value]
        return f"{len(value):,} entries" if len(value) > _LIST_LIMIT else _json(value)
    if isinstance(value, dict):
        return object_text(value)
    return str(value)[:_TEXT_LIMIT]


def object_text(value: Config) -> str:
    """A serialized object as its class and its options; a dtype policy as its name."""
    class_name, config = value.get("class_name"), value.get("config")
    if not isinstance(class_name, str):
        return _json(value)
    short = class_name.rpartition(">")[2][:_TEXT_LIMIT]
    if isinstance(config, str):
        return _short(config) if class_name == "function" else f"{short}({_short(config)})"
    if not isinstance(config, Mapping):
        return short
    if short.endswith("Policy"):
        return str(config.get("name") or config.get("mode") or short)[:_TEXT_LIMIT]
    inner = ", ".join(f"{k}={_short(v)}" for k, v in list(config.items())[:8] if isinstance(v, int | float | str))
    return str(_short(f"{short}({inner})" if inner else short))


def _json(value: Any) -> str:
    try:
        return str(_short(json.dumps(value, default=str)))
    except (RecursionError, ValueError):
        return "..."
