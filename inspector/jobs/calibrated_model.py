"""A source's calibrated float model: from the cache, or loaded, converted and calibrated, and then kept there."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import InputSpec, input_specs
from inspector.datasets.opening import open_samples
from inspector.datasets.samples import Samples
from inspector.errors import DataError, MissingPackageError
from inspector.formats import open_model
from inspector.jobs.availability import install_text, installed
from inspector.jobs.calibration import Calibration, OrderedSamples, ordered
from inspector.jobs.calibration_cache import CACHE, CalibratedModel, calibration_key
from inspector.jobs.float_model import float_model
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.provenance import sha256_of, versions
from inspector.jobs.sources import KERAS, SAVED_MODEL, TFLITE, Source
from inspector.jobs.steps import Steps
from inspector.model import Model

STEPS = {KERAS: 4, SAVED_MODEL: 4, TFLITE: 1}
"""How many steps of progress calibrating a source takes."""


def calibrated_model(
    source: Source,
    data: DataChoice,
    steps: Steps,
    scratch: Path,
    batch: str = "fixed",
    allow_code: bool = False,
    samples: Samples | None = None,
) -> CalibratedModel:
    """`samples`: those of `data`, where they are open already.

    Raises MissingPackageError without TensorFlow, JobError, DataError.
    """
    if samples is None and source.model is not None:
        samples = open_samples(data, input_specs(source.model))
    key = cache_key(source, data, samples, batch)
    if (kept := CACHE.get(key)) is not None:
        return kept
    if not installed("tensorflow"):
        raise MissingPackageError(f"This needs TensorFlow: {install_text('tensorflow')}")
    options = QuantizeOptions(source=str(source.path), recipes=(), output_folder="", batch=batch, allow_code=allow_code)
    model = float_model(source, options, steps, scratch)
    read = read_content(model.content, scratch)
    inputs = input_specs(read)
    chosen = ordered(samples if samples is not None else open_samples(data, inputs), inputs)
    op_names = {operator.op_name for operator in read.operators()}
    ranges = Calibration(chosen, model, op_names, source.path.name, steps).tensorflow().ranges
    made = CalibratedModel(key, model.content, ranges, (*model.notes, *chosen.warnings))
    CACHE.put(made)
    return made


def cached_float_model(
    source: Source, data: DataChoice | None, steps: Steps, scratch: Path, batch: str = "fixed", allow_code: bool = False
) -> bytes:
    """The source's float .tflite: of an earlier calibration with `data`, else read or converted. Raises JobError."""
    if data is not None and source.kind != TFLITE:
        samples = None if source.model is None else open_samples(data, input_specs(source.model))
        if (kept := CACHE.get(cache_key(source, data, samples, batch))) is not None:
            return kept.content
    options = QuantizeOptions(source=str(source.path), recipes=(), output_folder="", batch=batch, allow_code=allow_code)
    return float_model(source, options, steps, scratch).content


def samples_for(source: Source, data: DataChoice, inputs: tuple[InputSpec, ...]) -> OrderedSamples:
    """Samples by the source's inputs where it names some, in the order of the float model's `inputs`."""
    specs = inputs if source.model is None else input_specs(source.model)
    return ordered(open_samples(data, specs), inputs)


def read_content(content: bytes, scratch: Path, name: str = "model.tflite") -> Model:
    """What our reader sees in a .tflite; its values can't be read any more, as its file is gone again."""
    path = scratch / name
    path.write_bytes(content)
    try:
        return open_model(path)
    finally:
        path.unlink()


def cache_key(source: Source, data: DataChoice, samples: Samples | None, batch: str) -> str:
    """What the calibrated model is kept under. The samples themselves count where they can be read before the source is
    converted, else their file and how it is read."""
    chosen = {"samples": samples.sha256()} if samples is not None else {**_plain(data), "sha256": _hash(data.path)}
    return calibration_key(source=sha256_of(source.path), data=chosen, batch=batch, versions=versions())


def _plain(data: DataChoice) -> dict[str, Any]:
    return {name: value for name, value in asdict(data).items() if name not in ("labels", "allow_code")}


def _hash(path: str) -> str:
    place = Path(path).expanduser()
    try:
        return sha256_of(place) if place.exists() else ""
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}.") from error
