"""Runs a Keras model over samples: only in a worker, with the Keras that fits the file."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inspector.analysis.progress import Progress
from inspector.errors import JobError, MissingPackageError
from inspector.jobs.availability import install_text, installed
from inspector.jobs.engine import engine_of
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.evaluation_run import Outputs
from inspector.jobs.interpreter_run import Array, reason
from inspector.jobs.keras_loading import load_keras, models_forgotten, with_listed_inputs
from inspector.jobs.sources import open_source
from inspector.jobs.worker_command import KERAS2, KERAS3
from inspector.model import Model

_BATCH = 64
_TIMED = 20
FAILURES = (ValueError, TypeError, RuntimeError, KeyError, AttributeError, NotImplementedError)
"""What layers raise for values they can't take; TensorFlow's own errors are RuntimeError's or ValueError's kin."""


def run_keras(
    model: Model, arrays: Sequence[Array], options: EvaluateOptions, scratch: Path, tell: Progress
) -> Outputs:
    """As `run_tflite`; batches of 64. Raises JobError, MissingPackageError without TensorFlow, Cancelled."""
    with models_forgotten():
        loaded = loaded_keras(model, options.allow_code, scratch, tell)
        return _run(loaded, model.path.name, arrays, options, tell)


def loaded_keras(model: Model, allow_code: bool, scratch: Path, tell: Progress) -> Any:
    """The Keras model with a list of inputs. Raises JobError where this process has the other Keras,
    MissingPackageError without TensorFlow."""
    open_source(model.path)  # says what is wrong with a file without layers or weights
    if not installed("tensorflow"):
        raise MissingPackageError(f"A Keras file is run by TensorFlow: {install_text('tensorflow')}")
    here = KERAS2 if os.environ.get("TF_USE_LEGACY_KERAS") == "1" else KERAS3
    engine = engine_of(model.path)
    if engine != here:
        raise JobError(
            f"{model.path.name} needs {'Keras 2' if engine == KERAS2 else 'Keras 3'}, another file of this evaluation "
            "the other one: one process can't have both. Evaluate them one after the other."
        )
    tell(0.0, f"Loading {model.path.name}")
    return with_listed_inputs(load_keras(model, engine, allow_code, scratch), engine)


def _run(loaded: Any, name: str, arrays: Sequence[Array], options: EvaluateOptions, tell: Progress) -> Outputs:
    from tensorflow.errors import OpError  # type: ignore[attr-defined, unused-ignore]

    count, found = len(arrays[0]), []
    started = time.perf_counter()
    try:
        for first in range(0, count, _BATCH):
            tell(first / count, f"Running {name}: {first:,} of {count:,}")
            found.append(_first(loaded(fed([each[first : first + _BATCH] for each in arrays]), training=False)))
        seconds = time.perf_counter() - started
        latency = [
            _timed(loaded, [each[:1] for each in arrays]) for _round in range(min(_TIMED, options.latency_samples))
        ]
    except (*FAILURES, OpError) as error:
        raise JobError(f"{name} can't be run on these samples: {reason(error)}.") from error
    real = np.concatenate(found)
    if real.dtype.kind == "f" and not np.isfinite(real).all():
        raise JobError(f"{name} gives NaN or infinity: it has no scores.")
    return Outputs(
        real, real, 0.5, "TensorFlow", f"in batches of {_BATCH}", seconds, arrays[0].dtype.name.upper(),
        real.dtype.name.upper(), tuple(latency),
    )  # fmt: skip


def fed(values: list[Array]) -> Any:
    """What a model is called with."""
    return values[0] if len(values) == 1 else values


def _first(given: Any) -> Array:
    """The first output, of a list or a dict too."""
    while isinstance(given, list | tuple | dict):
        given = next(iter(given.values() if isinstance(given, dict) else given))
    return np.asarray(given)


def _timed(loaded: Any, sample: list[Array]) -> float:
    started = time.perf_counter()
    _first(loaded(fed(sample), training=False))
    return (time.perf_counter() - started) * 1000
