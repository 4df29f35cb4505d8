"""The float .tflite that every variant comes from: a bare file's bytes, or what TensorFlow converts from the source."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.errors import JobError
from inspector.jobs.availability import install_text
from inspector.jobs.conversion_failures import conversion
from inspector.jobs.engine import engine_of
from inspector.jobs.float16_widening import stored_as_float16, widened
from inspector.jobs.keras_loading import load_keras, with_batch_of_one, with_listed_inputs
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.saved_model_loading import prepare_saved_model
from inspector.jobs.sources import KERAS, TFLITE, Source
from inspector.jobs.steps import Steps
from inspector.jobs.tflite_backend import Converter

_IMPORT_ERRORS = (
    ImportError, AttributeError, LookupError, NameError, OSError, RuntimeError, SyntaxError, SystemExit, TypeError,
    ValueError,
)  # fmt: skip
"""What a package raises that is missing, half installed, or made for other versions of those it needs."""


@dataclass(frozen=True, slots=True, eq=False)
class FloatModel:
    """`content` is the float32 variant, `raw` what calibration runs (the same for a bare .tflite).

    `converter` makes the variants that TensorFlow quantizes while converting; None for a bare .tflite.
    """

    content: bytes
    raw: bytes
    converter: Converter | None = None
    notes: tuple[str, ...] = ()


def float_model(source: Source, options: QuantizeOptions, steps: Steps, scratch: Path) -> FloatModel:
    """Raises JobError."""
    if source.kind == TFLITE:
        return _bare(source, options)
    steps("Starting TensorFlow")
    start_tensorflow(steps)
    steps(f"Loading {source.path.name}")
    converter = (_keras if source.kind == KERAS else _saved_model)(source, options, scratch)
    steps("Converting to a float .tflite")
    with conversion(source.path.name, writes=2 * source.model.size_bytes if source.model is not None else 0):
        content = converter.convert()
    return FloatModel(content, converter.raw, converter)


def start_tensorflow(steps: Steps) -> None:
    """Its first import takes seconds, which should be seen. Raises JobError where it can't be imported."""
    if "tensorflow" in sys.modules:
        return
    steps.within(0.0, "Starting TensorFlow")
    try:
        import tensorflow  # noqa: F401
    except _IMPORT_ERRORS as error:
        again = install_text("tensorflow")
        why = " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(". ")
        raise JobError(f"TensorFlow is broken: it can't be imported ({why}). Install it again: {again}") from error


def _bare(source: Source, options: QuantizeOptions) -> FloatModel:
    assert source.model is not None
    content, notes = source.path.read_bytes(), []
    if stored_as_float16(source.model):
        content = widened(content, source.path.name)
        notes.append("The source's FLOAT16 weights were widened to FLOAT32 first.")
    computes_shapes = any(operator.op_name == "SHAPE" for operator in source.model.operators())
    if options.batch == "fixed" and computes_shapes:
        notes.append(
            "The source computes shapes for an open batch size (SHAPE); only the Keras model can be fixed to 1."
        )
    return FloatModel(content, content, notes=tuple(notes))


def _keras(source: Source, options: QuantizeOptions, scratch: Path) -> Converter:
    assert source.model is not None
    engine = engine_of(source.path)
    model = load_keras(source.model, engine, options.allow_code, scratch)
    with conversion(source.path.name):
        if options.batch == "fixed":
            model = _with_batch_of_one(source.path.name, model, engine)
        else:
            model = with_listed_inputs(model, engine)
        return Converter.of_keras(model, scratch / "exported")


def _with_batch_of_one(name: str, model: Any, engine: str) -> Any:
    try:
        return with_batch_of_one(model, engine)
    except ValueError as error:  # such as an input that is an output, too
        why = " ".join(str(error).split())[:200].rstrip(".")
        raise JobError(f"{name}: its batch size can't be fixed to 1 ({why}). Choose the open batch size.") from error


def _saved_model(source: Source, options: QuantizeOptions, scratch: Path) -> Converter:
    with conversion(source.path.name):
        return Converter.of_saved_model(*prepare_saved_model(source.path, options.batch == "fixed", scratch))
