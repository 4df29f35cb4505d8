"""See every tensor, operator and weight of a TensorFlow Lite or Keras model.

>>> import inspector
>>> model = inspector.open_model("model.tflite")
>>> for tensor in model.tensors():
...     print(tensor.index, tensor.name, tensor.type.name, tensor.shape, tensor.bytes)
"""

from importlib import import_module
from typing import Any

_HOME = {
    "CArrayOptions": "inspector.export.c_options",
    "Comparison": "inspector.analysis.comparison",
    "DebugLayer": "inspector.analysis.debug_layer",
    "InspectorError": "inspector.errors",
    "Measurements": "inspector.analysis.measurements",
    "Model": "inspector.model",
    "Operator": "inspector.model",
    "Tensor": "inspector.model",
    "compare_models": "inspector.analysis.comparison",
    "debug_layers": "inspector.analysis.quantization_debug",
    "findings": "inspector.analysis.health",
    "model_macs": "inspector.analysis.macs",
    "open_model": "inspector.formats",
    "read_layer_csv": "inspector.formats.layer_csv",
    "save_array": "inspector.export.array_file",
    "scheme_of": "inspector.analysis.scheme",
    "size_totals": "inspector.analysis.sizes",
    "verify_c_array": "inspector.export.c_array",
    "write_c_array": "inspector.export.c_array",
}

__version__ = "0.1.0"
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Public names are resolved when first used, so that `import inspector` costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'inspector' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
