"""A sweep as a plain script writes it: `python -m tests.jobs.plain_sweep PLAN.toml FOLDER [MODEL...]`.

TensorFlow's converter and interpreter, scikit-learn's metrics, nothing of the inspector's: what its sweep is held
against. Writes FOLDER/scores.json ({"model recipe": {score: value, "size_bytes": ...}}) and the variants with their
real outputs beside it. Keras 2's files are done by a process of their own, as TensorFlow takes one Keras a process.
"""

import json
import os
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

IO_TYPES = {"int8_float_io": "float32", "int8": "int8", "uint8": "uint8"}


def keras_version(path: Path) -> str:
    """What the file says that wrote it."""
    import zipfile

    import h5py

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return str(json.loads(archive.read("metadata.json"))["keras_version"])
    with h5py.File(path) as file:
        version = file.attrs.get("keras_version", file["model_weights"].attrs.get("keras_version", "2"))
        return version.decode() if isinstance(version, bytes) else str(version)


def arrays(choice: dict[str, Any], folder: Path, key: str, seed: int | None = None) -> np.ndarray:
    """An array of the plan's data, as many samples as it says, drawn without repeats."""
    with np.load(folder / choice["path"]) as data:
        values = data[key]
    count = choice.get("samples", 100)
    if 0 < count < len(values):
        values = values[np.sort(np.random.default_rng(seed or 0).choice(len(values), count, replace=False))]
    return np.asarray(values)


def loaded(path: Path) -> Any:
    """The Keras model, behind an input whose batch size is 1."""
    if keras_version(path).startswith("2"):
        import tf_keras as keras
    else:
        import keras
    model = keras.models.load_model(path, compile=False)
    fixed = keras.layers.Input(batch_shape=(1, *model.inputs[0].shape[1:]), name=model.inputs[0].name.partition(":")[0])
    if isinstance(model, keras.Sequential):
        return keras.Sequential([fixed, *model.layers], name=model.name)
    return keras.Model(fixed, model(fixed), name=model.name)


def variant(model: Any, recipe: str, calibration: np.ndarray) -> bytes:
    """As TensorFlow's guides make it."""
    import tensorflow as tf

    def representative_dataset() -> Iterator[list[np.ndarray]]:
        for sample in calibration:
            yield [sample[None].astype(np.float32)]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if recipe != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if recipe in IO_TYPES:
        converter.representative_dataset = representative_dataset
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = getattr(tf, IO_TYPES[recipe])
    return bytes(converter.convert())


def outputs(content: bytes, samples: np.ndarray, xnnpack: bool = True) -> np.ndarray:
    """(samples, values) real numbers, one sample at a time."""
    import tensorflow as tf

    kinds = tf.lite.experimental.OpResolverType
    kernels = kinds.AUTO if xnnpack else kinds.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = tf.lite.Interpreter(model_content=content, experimental_op_resolver_type=kernels)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    found = []
    for sample in samples:
        values = sample[None].astype(np.float32)
        scale, zero_point = source["quantization"]
        if scale:
            limits = np.iinfo(source["dtype"])
            values = np.clip(np.round(values / scale + zero_point), limits.min, limits.max).astype(source["dtype"])
        interpreter.set_tensor(source["index"], values)
        interpreter.invoke()
        result = interpreter.get_tensor(sink["index"]).ravel()
        scale, zero_point = sink["quantization"]
        found.append((result.astype(np.float32) - zero_point) * np.float32(scale) if scale else result)
    return np.array(found)


def decided(real: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
    if real.shape[1] == 1:
        return (real[:, 0] > 0.5).astype(int)
    if labels is not None and labels.ndim == 2:
        return (real > 0.5).astype(int)
    return real.argmax(axis=1)


def scores(real: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    from sklearn import metrics

    guessed = decided(real, labels)
    average: dict[str, Any] = {"average": "macro", "zero_division": 0}
    found = {
        "precision": metrics.precision_score(labels, guessed, **average),
        "recall": metrics.recall_score(labels, guessed, **average),
        "f1": metrics.f1_score(labels, guessed, **average),
    }
    shares, several = real.astype(np.float64), labels.ndim == 1 and real.shape[1] > 1
    if several:
        shares = shares / shares.sum(axis=1, keepdims=True)
    shares = shares.clip(1e-7, 1 - 1e-7)  # as Keras does it
    if labels.ndim == 2:
        losses = [metrics.log_loss(labels[:, place], shares[:, place]) for place in range(labels.shape[1])]
        return found | {
            "task": "multilabel", "accuracy": float((guessed == labels).mean()),
            "hamming_loss": metrics.hamming_loss(labels, guessed), "log_loss": float(np.mean(losses)),
            "jaccard": metrics.jaccard_score(labels, guessed, **average),
            "confusion_matrix": metrics.multilabel_confusion_matrix(labels, guessed).tolist(),
        }  # fmt: skip
    shares = shares / shares.sum(axis=1, keepdims=True) if several else shares[:, 0]
    return found | {
        "task": "multiclass" if several else "binary", "accuracy": metrics.accuracy_score(labels, guessed),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, guessed),
        "kappa": metrics.cohen_kappa_score(labels, guessed), "log_loss": metrics.log_loss(labels, shares),
        "confusion_matrix": metrics.confusion_matrix(labels, guessed).tolist(),
    }  # fmt: skip


def swept(path: Path, entry: dict[str, Any], plan: dict[str, Any], folder: Path) -> dict[str, Any]:
    """All pipelines of one model."""
    place, seed = path.parent, plan.get("seeds", [0])[0]
    calibration, evaluation = entry["calibration"], entry["evaluation"]
    samples = arrays(evaluation, place, evaluation["arrays"][""])
    labels = arrays(evaluation, place, evaluation["labels"]) if evaluation.get("labels") else None
    calibrated = arrays(calibration, place, calibration["arrays"][""], seed)
    model, found, reference = loaded(path), {}, np.empty(0)
    layers = [inner for layer in model.layers for inner in getattr(layer, "layers", [layer])]
    multiplied = any(type(layer).__name__ == "Dot" for layer in layers)  # INT8 BATCH_MATMUL
    for recipe in plan["recipes"]:
        content = variant(model, recipe, calibrated)
        wrong = multiplied and recipe in IO_TYPES  # TensorFlow 2.21's XNNPACK; LiteRT's computes it rightly
        real = outputs(content, samples, xnnpack=not wrong)
        reference = real if recipe == "float32" else reference
        (folder / f"{path.stem}.{recipe}.tflite").write_bytes(content)
        np.save(folder / f"{path.stem}.{recipe}.npy", real)
        same = float((decided(real, labels) == decided(reference, labels)).mean())
        row = {"agreement": same, "max_difference": float(np.abs(real - reference).max()), "size_bytes": len(content)}
        row["other_kernels"] = wrong
        found[f"{path.name} {recipe}"] = row | (scores(real, labels) if labels is not None else {})
    return found


def main(plan_path: str, folder: str, *names: str) -> dict[str, Any]:
    warnings.simplefilter("ignore")
    place = Path(plan_path).parent
    plan = tomllib.loads(Path(plan_path).read_text(encoding="utf-8"))
    Path(folder).mkdir(parents=True, exist_ok=True)
    old = os.environ.get("TF_USE_LEGACY_KERAS") == "1"
    found: dict[str, Any] = {}
    entries = {entry["path"]: entry for entry in plan["models"] if not names or entry["path"] in names}
    others = [name for name in entries if keras_version(place / name).startswith("2") != old]
    for name, entry in entries.items():
        if name not in others:
            found |= swept(place / name, entry, plan, Path(folder))
    if others:
        command = [sys.executable, "-m", "tests.jobs.plain_sweep", plan_path, folder, *others]
        keras = {"TF_USE_LEGACY_KERAS": "0" if old else "1"}
        done = subprocess.run(command, check=True, env={**os.environ, **keras}, stdout=subprocess.PIPE)
        found |= json.loads(done.stdout)
    (Path(folder) / "scores.json").write_text(json.dumps(found, indent=1))
    return found


if __name__ == "__main__":
    private = os.dup(1)
    os.dup2(2, 1)  # converters print
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.write(private, json.dumps(main(*sys.argv[1:])).encode())
