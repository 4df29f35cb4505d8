"""Files become calibration and evaluation samples: .npz, .npy, .csv, a folder of images, a Python file, or random.

`input_specs(model)` says what a model takes, `open_samples(choice, specs)` reads samples that fit it,
`describe(path)` looks what a file offers, `check_choice(choice, model)` is all a form needs for its live checks.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "DataChoice": "inspector.datasets.choice",
    "InputSpec": "inspector.datasets.input_spec",
    "Notice": "inspector.datasets.notice",
    "Samples": "inspector.datasets.samples",
    "check_choice": "inspector.datasets.checks",
    "check_samples": "inspector.datasets.checks",
    "describe": "inspector.datasets.description",
    "input_specs": "inspector.datasets.input_spec",
    "open_samples": "inspector.datasets.opening",
    "range_notices": "inspector.datasets.range_check",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Names are resolved when first used: options that only carry a choice need no numpy."""
    if name not in _HOME:
        raise AttributeError(f"module 'inspector.datasets' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
