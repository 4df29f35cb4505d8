"""Keras files into Keras models: the loader that fits the file's version, code in the file only after consent."""

import gc
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from inspector.errors import JobError, MissingPackageError
from inspector.jobs.worker_command import KERAS2
from inspector.model import Model

_WRAPPERS = {"PruneLowMagnitude": "prune", "ClusterWeights": "cluster", "QuantizeWrapperV2": "quantize",
             "QuantizeWrapper": "quantize", "QuantizeLayer": "quantize"}  # fmt: skip
_CODE = ("lambda_layer", "foreign_code")  # findings of the reader
_UNKNOWN = (
    r"Unknown (?:layer|object|activation function|initializer)s?:? '?([\w>.]+)",
    r"Could not locate (?:class|function) '([\w>.]+)'",
    r"Cannot deserialize object of type `([\w>.]+)`",
)
_SUFFIX = {"keras_h5": ".h5", "keras_zip": ".keras"}


def keras_module(engine: str) -> ModuleType:
    """Keras 3 or tf_keras. TensorFlow's own `tf.keras` must be the same one: worker_environment sees to that."""
    if engine == KERAS2:
        import tf_keras

        return tf_keras  # type: ignore[no-any-return]
    import keras

    return keras  # type: ignore[no-any-return]


@contextmanager
def models_forgotten() -> Iterator[None]:
    """Frees what Keras and TensorFlow keep of models made inside: a resident worker would grow by each of them.

    What was there before, the libraries themselves, is not searched: that alone would take a third of a second.
    """
    gc.freeze()
    try:
        yield
    finally:
        for name in ("keras", "tf_keras"):
            if name in sys.modules:
                sys.modules[name].backend.clear_session()
        gc.collect()


def check_code(model: Model, allow_code: bool) -> None:
    """Raises JobError if loading the file would run code from it, or that it names, and nobody agreed.

    tf_keras runs the Lambda layers of an .h5 while it loads them, its safe_mode or not: so this is asked before.
    """
    found = [finding for finding in model.findings if finding.code in _CODE]
    if not found or allow_code:
        return
    operators = {(each.subgraph, each.index): each.name for each in model.operators()}
    layers = [operators[place] for finding in found for place in finding.operators if place in operators]
    shown = ", ".join(layers[:3]) + (" and more" if len(layers) > 3 else "")
    raise JobError(
        f"{model.path.name} has code in it ({shown}), which would run when Keras loads the file. "
        "Allow it only if you trust where the file comes from."
    )


def load_keras(model: Model, engine: str, allow_code: bool, scratch: Path) -> Any:
    """The Keras model, not compiled; pruning and clustering wrappers are stripped.

    Raises JobError for code without consent, for custom classes, and for what the loader can't read.
    """
    check_code(model, allow_code)
    keras = keras_module(engine)
    path = _with_usual_suffix(model, scratch)
    kinds = wrapper_kinds(model)
    options: dict[str, Any] = {"compile": False}
    if allow_code or engine != KERAS2 or path.suffix == ".keras":
        options["safe_mode"] = not allow_code
    with ExitStack() as scopes:
        for kind in sorted(kinds):
            scopes.enter_context(_scope(kind))
        try:
            loaded = keras.models.load_model(path, **options)
        except (
            ValueError,
            TypeError,
            KeyError,
            IndexError,
            AttributeError,
            ImportError,
            RuntimeError,
            OSError,
        ) as error:
            raise JobError(_sentence(model, error)) from error
    return _stripped(loaded, kinds)


def wrapper_kinds(model: Model) -> set[str]:
    """Which of tfmot's wrappers the layers are in: "prune", "cluster", "quantize"."""
    return {kind for name, kind in _WRAPPERS.items() for operator in model.operators() if name in operator.op_name}


def _with_usual_suffix(model: Model, scratch: Path) -> Path:
    """Keras goes by the suffix alone: a file with another one gets a second name."""
    suffix = _SUFFIX[model.format]
    if model.path.suffix.lower() in (suffix, ".hdf5" if suffix == ".h5" else suffix):
        return model.path
    named = scratch / f"source{suffix}"
    try:
        named.symlink_to(model.path)
    except OSError:
        shutil.copyfile(model.path, named)
    return named


def _scope(kind: str) -> Any:
    if find_spec("tensorflow_model_optimization") is None:
        raise MissingPackageError(
            'The file has wrappers of tensorflow-model-optimization: pip install "tflite-inspector[tensorflow]"'
        )
    import tensorflow_model_optimization as tfmot

    scopes = {
        "prune": tfmot.sparsity.keras.prune_scope,
        "cluster": tfmot.clustering.keras.cluster_scope,
        "quantize": tfmot.quantization.keras.quantize_scope,
    }
    return scopes[kind]()


def _stripped(model: Any, kinds: set[str]) -> Any:
    if kinds & {"prune", "cluster"}:
        import tensorflow_model_optimization as tfmot

        if "prune" in kinds:
            model = tfmot.sparsity.keras.strip_pruning(model)
        if "cluster" in kinds:
            model = tfmot.clustering.keras.strip_clustering(model)
    return model


def _sentence(model: Model, error: Exception) -> str:
    text = " ".join(str(error).split())
    unknown = next((found for pattern in _UNKNOWN if (found := re.search(pattern, text))), None)
    if unknown:
        return (
            f"{model.path.name} uses {unknown[1]}, which Keras doesn't know: it is defined in the program that made "
            "the model. Export the model there with model.export(...), and open that SavedModel folder."
        )
    version = model.facts.get("Keras version", "an unknown version")
    return f"Keras can't load {model.path.name} (written by Keras {version}): {_essence(text)}."


def _essence(text: str) -> str:
    """What went wrong, without the configuration that Keras quotes in full."""
    text = text.rpartition("Exception encountered: ")[2].partition(" config={")[0]
    return (text if len(text) <= 300 else text[:299] + "…").rstrip(". ")


def with_batch_of_one(model: Any, engine: str) -> Any:
    """The same layers behind inputs whose batch size is 1, as microcontrollers need it.

    An open batch makes Keras 3's Flatten compute shapes at run time (SHAPE, STRIDED_SLICE, PACK).
    """
    return _behind_inputs(model, keras_module(engine), 1)


def with_listed_inputs(model: Any, engine: str) -> Any:
    """The same model with a list of inputs where it has a dict, which the converter does not take of Keras 3."""
    if not isinstance(getattr(model, "_inputs_struct", None), dict):
        return model
    return _behind_inputs(model, keras_module(engine), None)


def _behind_inputs(model: Any, keras: Any, batch: int | None) -> Any:
    inputs = [
        keras.layers.Input(batch_shape=(batch, *each.shape[1:]), dtype=each.dtype, name=name)
        for each, name in zip(model.inputs, input_names(model), strict=True)
    ]
    if isinstance(model, keras.Sequential):
        layers = [each for each in model.layers if not isinstance(each, keras.layers.InputLayer)]
        return keras.Sequential([*inputs, *layers], name=model.name)
    given: Any = inputs if len(inputs) > 1 else inputs[0]
    if isinstance(structure := getattr(model, "_inputs_struct", None), dict):
        places = {id(each): made for each, made in zip(model.inputs, inputs, strict=True)}
        given = keras.tree.map_structure(lambda each: places[id(each)], structure)
    return keras.Model(inputs, model(given), name=model.name)


def input_names(model: Any) -> list[str]:
    """The names of a model's inputs, without the ":0" of older versions."""
    names = getattr(model, "input_names", None) or [each.name for each in model.inputs]
    return [str(name).partition(":")[0] for name in names]
