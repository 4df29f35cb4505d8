"""Which Keras a source needs, told by our own readers, and the import of it that a warm worker has behind it."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from inspector.analysis.progress import Progress
from inspector.formats import open_model
from inspector.jobs.availability import installed
from inspector.jobs.options import WarmOptions
from inspector.jobs.worker_command import KERAS2, KERAS3


def engine_of(source: str | Path) -> str:
    """ "keras2" for files that Keras 1 or 2 wrote, "keras3" for all others, SavedModel folders and .tflite files too.

    Raises ModelFileError for a file that can't be read.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        return KERAS3
    model = open_model(path)
    if not model.is_keras:
        return KERAS3
    version = model.facts.get("Keras version", "")
    if not version:  # Keras 1 wrote none into .h5; a .keras file is Keras 3's own invention
        return KERAS3 if model.format == "keras_zip" else KERAS2
    return KERAS2 if version.startswith(("1", "2")) else KERAS3


def warm(_options: WarmOptions, progress: Progress, _scratch: Path) -> dict[str, Any]:
    """The task "warm": imports TensorFlow with the Keras of this process, so that the next job needn't wait for it."""
    if not installed("tensorflow"):
        return {"tensorflow": None}
    progress(None, "Starting TensorFlow")
    import tensorflow as tf

    keras = import_module("tf_keras" if os.environ.get("TF_USE_LEGACY_KERAS") == "1" else "keras")
    assert tf.keras.Model is not None  # tf.keras is only loaded when something in it is asked for
    return {"tensorflow": tf.__version__, "keras": keras.__version__}
