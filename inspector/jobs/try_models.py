"""Models that stay open between samples, so that the next one is run in milliseconds: only in a worker."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from inspector.analysis.progress import Progress
from inspector.errors import DataError, JobError
from inspector.formats import open_model
from inspector.jobs.activation_runner import ActivationRunner
from inspector.jobs.interpreter_run import Array, reason
from inspector.model import Model, Tensor

_KEPT = 8
_RESOURCES = {"VAR_HANDLE", "CALL_ONCE"}


class TriedModel(Protocol):
    """A model that is run on one sample after another."""

    model: Model
    kernels: str

    def run(self, values: Sequence[Array]) -> list[Array]:
        """One array an output, without the batch, real values. Raises DataError, JobError."""

    def activation(self, name: str) -> tuple[Array, str, str]:
        """(real values without the batch, name, type) of what was computed last. Raises DataError, JobError."""

    seconds: float


class TriedTflite:
    """A .tflite whose interpreter keeps all activations."""

    kernels = "XNNPACK"

    def __init__(self, model: Model) -> None:
        self.model, self.seconds = model, 0.0
        self._content = model.path.read_bytes()
        self._resources = any(each.op_name in _RESOURCES for each in model.operators())
        self._variables = any(each.kind == "variable" for each in model.tensors())
        self._runner = ActivationRunner(self._content, model.path.name)

    def run(self, values: Sequence[Array]) -> list[Array]:
        if self._resources:  # TensorFlow Lite puts them back only in an interpreter made anew
            self._runner = ActivationRunner(self._content, self.model.path.name)
        elif self._variables:
            self._runner.forget()
        started = time.perf_counter()
        self._runner.run(values)
        self.seconds = time.perf_counter() - started
        return [self._real(tensor) for tensor in self.model.outputs()]

    def activation(self, name: str) -> tuple[Array, str, str]:
        tensors = self.model.subgraphs[0].tensors if self.model.subgraphs else ()
        if not name.isdecimal() or int(name) >= len(tensors):
            raise DataError(f"{self.model.path.name} has no tensor {name}.")
        tensor = tensors[int(name)]
        if tensor.has_data:
            raise DataError(f"T#{name} of {self.model.path.name} is a constant: it is the same for every sample.")
        try:
            return self._real(tensor), tensor.name, tensor.type.name
        except ValueError as error:
            raise JobError(f"T#{name} of {self.model.path.name} was not computed: {reason(error)}.") from error

    def _real(self, tensor: Tensor) -> Array:
        stored = self._runner.values(tensor.index)
        quantization = tensor.quantization
        if quantization is not None and tensor.type.is_integer and quantization.scale.size:
            stored = quantization.dequantize(stored)
        return _without_batch(stored)


class TriedKeras:
    """A Keras model, loaded once."""

    kernels = "TensorFlow"

    def __init__(self, model: Model, allow_code: bool, scratch: Path, tell: Progress) -> None:
        from inspector.jobs.keras_run import loaded_keras

        self.model, self.seconds = model, 0.0
        self._loaded = loaded_keras(model, allow_code, scratch, tell)
        self._inner: OrderedDict[str, Any] = OrderedDict()  # models that end at a layer
        self._given: list[Array] = []

    def run(self, values: Sequence[Array]) -> list[Array]:
        self._given = list(values)
        started = time.perf_counter()
        found = self._called(self._loaded)
        self.seconds = time.perf_counter() - started
        return found

    def activation(self, name: str) -> tuple[Array, str, str]:
        from inspector.jobs.engine import engine_of
        from inspector.jobs.keras_loading import keras_module
        from inspector.jobs.keras_run import FAILURES

        if name not in self._inner:
            keras = keras_module(engine_of(self.model.path))
            layer = _layer(self._loaded, name)
            if layer is None:
                raise DataError(f"{self.model.path.name} has no layer {name}.")
            try:
                self._inner[name] = keras.Model(self._loaded.inputs, layer.output)
            except FAILURES as error:
                raise JobError(f"What {name} gives can't be looked at: {reason(error)}.") from error
        found = self._called(self._inner[name])[0]
        return found, name, found.dtype.name.upper()

    def _called(self, model: Any) -> list[Array]:
        from tensorflow.errors import OpError  # type: ignore[attr-defined, unused-ignore]

        from inspector.jobs.keras_run import FAILURES, fed

        try:
            return [_without_batch(np.asarray(each)) for each in _flat(model(fed(self._given), training=False))]
        except (*FAILURES, OpError) as error:
            raise JobError(f"{self.model.path.name} can't be run on this sample: {reason(error)}.") from error


class KeptModels:
    """The models tried last, by file; one that was written anew is opened again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int, bool], TriedModel] = OrderedDict()
        self._read: OrderedDict[tuple[str, int, int], Model] = OrderedDict()

    def model(self, path: Path) -> Model:
        """Raises ModelFileError."""
        key = _stamp(path)
        if key not in self._read:
            self._read[key] = open_model(path)
        _tidy(self._read, key)
        return self._read[key]

    def tried(self, model: Model, allow_code: bool, scratch: Path, tell: Progress) -> TriedModel:
        """Raises JobError, MissingPackageError."""
        key = (*_stamp(model.path), allow_code)
        if key not in self._kept:
            tell(None, f"Opening {model.path.name}")
            self._kept[key] = TriedKeras(model, allow_code, scratch, tell) if model.is_keras else TriedTflite(model)
        _tidy(self._kept, key)
        return self._kept[key]


KEPT = KeptModels()


def _tidy(kept: "OrderedDict[Any, Any]", key: Any) -> None:
    """What was used longest ago goes first."""
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0  # reading it says what is wrong
    return str(path), found.st_mtime_ns, found.st_size


def _without_batch(values: Array) -> Array:
    return values[0] if values.ndim and values.shape[0] == 1 else values


def _flat(given: Any) -> list[Any]:
    if isinstance(given, dict):
        given = list(given.values())
    return [inner for each in given for inner in _flat(each)] if isinstance(given, list | tuple) else [given]


def _layer(model: Any, path: str) -> Any:
    """A layer by its name; one inside another model has that model's name before it, which its output has not."""
    names = {layer.name: layer for layer in model.layers}
    return names.get(path) or names.get(path.rpartition("/")[2])
