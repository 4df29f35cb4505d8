"""Code in a Keras configuration, found without running it: lambdas, and names of functions outside Keras."""

import base64
import binascii
import re
from typing import Any

_DEPTH = 64
_SHORTEST = 60  # characters of the shortest lambda, marshalled and in base64
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*\Z")
_OWN = {"keras", "tf_keras", "keras_core", "tensorflow", "tensorflow_model_optimization", "keras_hub", "keras_nlp",
        "keras_cv", "builtins", "__main__"}  # fmt: skip
"""Packages whose names in a file are Keras' own doing; `__main__` is never found when loading."""


def holds_code(config: Any, depth: int = 0) -> bool:
    """Whether a layer's configuration has a lambda in it at any depth; the layers of an inner model left out.

    Keras 2 writes a Lambda's function as [code, defaults, closure], Keras 3 as {"class_name": "__lambda__"}, and both
    write an activation that is a lambda as {"value": [code, defaults, closure]}.
    """
    if depth > _DEPTH:
        return True
    if isinstance(config, dict):
        if config.get("class_name") in ("Lambda", "__lambda__") or config.get("function_type") == "lambda":
            return True
        return any(holds_code(value, depth + 1) for key, value in config.items() if key != "layers")
    if isinstance(config, list):
        return any(holds_code(value, depth + 1) for value in config)
    return isinstance(config, str) and _is_marshalled(config)


def foreign_names(config: Any, depth: int = 0) -> set[str]:
    """What the configuration would import from outside Keras when it is loaded, such as "os.system"."""
    if depth > _DEPTH:
        return {"..."}
    found: set[str] = set()
    if isinstance(config, dict):
        module, name = config.get("module"), config.get("class_name")
        if isinstance(module, str) and isinstance(name, str) and module.partition(".")[0] not in _OWN:
            inner = config.get("config")
            found.add(f"{module}.{inner if name == 'function' and isinstance(inner, str) else name}"[:80])
        for key, value in config.items():
            if key != "layers":
                found |= foreign_names(value, depth + 1)
    elif isinstance(config, list):
        for value in config:
            found |= foreign_names(value, depth + 1)
    return found


def _is_marshalled(text: str) -> bool:
    """Whether the text is a code object in base64: type "c", with or without the mark of a reference."""
    if len(text) < _SHORTEST or not text.startswith(("4w", "Yw")) or not _BASE64.match(text):
        return False
    try:
        return base64.b64decode(text[:8])[0] & 0x7F == ord("c")
    except (binascii.Error, IndexError):
        return False
