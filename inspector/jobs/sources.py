"""What a job starts from: a Keras file, a SavedModel folder or a float .tflite, recognised before TensorFlow starts."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from inspector.errors import JobError, ModelFileError, UsageError
from inspector.formats import open_model
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.provenance import provenance_path, read_provenance
from inspector.jobs.recipes import variant_name
from inspector.model import Model

KERAS, SAVED_MODEL, TFLITE = "keras", "saved_model", "tflite"
_INTEGERS = ("INT8", "UINT8", "INT16", "INT4", "INT2", "UINT4")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """`kind` is "keras", "saved_model" or "tflite"; `model` is what our reader sees, None for a SavedModel."""

    path: Path
    kind: str
    model: Model | None

    @property
    def from_tflite(self) -> bool:
        return self.kind == TFLITE


def open_source(path: str | Path) -> Source:
    """Raises ModelFileError for what is none, JobError for a model that can't be quantized (any more)."""
    path = Path(path).expanduser().absolute()
    if path.is_dir():
        if not any((path / name).is_file() for name in ("saved_model.pb", "saved_model.pbtxt")):
            raise ModelFileError(f"{path} is a folder without saved_model.pb: no SavedModel. Choose a model file.")
        return Source(path, SAVED_MODEL, None)
    model = open_model(path)
    if model.is_keras:
        _check_keras(path, model)
        return Source(path, KERAS, model)
    _check_tflite(path, model)
    return Source(path, TFLITE, model)


def variant_paths(options: QuantizeOptions) -> list[Path]:
    """Where the variants will be, in the order of the recipes."""
    folder = Path(options.output_folder).expanduser().absolute()
    stem = Path(options.source).expanduser().absolute().stem
    return [folder / variant_name(stem, recipe_id, options.suffix) for recipe_id in options.recipes]


def check_targets(variants: list[Path], overwrite: bool) -> None:
    """Raises UsageError if a variant, or another's file in the place of its provenance, is there and may not be
    replaced."""
    found = [path for path in variants if os.path.lexists(path)]
    found += [
        path for each in variants if os.path.lexists(path := provenance_path(each)) and read_provenance(each) is None
    ]
    if found and not overwrite:
        others = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise UsageError(f"{found[0]} exists{others}. Choose another folder, or agree to replace it.")


def _check_keras(path: Path, model: Model) -> None:
    if model.format == "keras_weights":
        raise JobError(
            f"{path.name} holds only weights, no layers: nothing can be made of it. Save the whole model, with "
            f'model.save("{path.name.split(".")[0]}.keras").'
        )
    if any(finding.code == "no_weights" for finding in model.findings):
        raise JobError(f"{path.name} has the layers and no weights. Save the whole model, after training.")


def _check_tflite(path: Path, model: Model) -> None:
    """Only float models can be quantized; FLOAT16 constants are widened later."""
    integers = Counter(
        tensor.type.name
        for tensor in model.tensors()
        if tensor.type.name in _INTEGERS and tensor.quantization is not None and tensor.quantization.scale.size
    )
    if integers:
        kind, count = integers.most_common(1)[0]
        raise JobError(
            f"{path.name} is quantized already: {count:,} of its tensors are {kind}. Quantize the float model it was "
            "made from."
        )
