"""What is installed, found out without importing it, and the line that installs what is not."""

import sys
from importlib.metadata import PackageNotFoundError, distribution

from inspector.errors import MissingPackageError
from inspector.jobs.job_python import JobPython, has_module, job_python
from inspector.jobs.recipes import PRUNED, Recipe

_PACKAGE = {"tensorflow": "tensorflow", "litert": "litert_quantizer"}
_MODULES = {
    "tensorflow": ["tensorflow", "tf_keras", "tensorflow_model_optimization", "sklearn"],
    "litert": ["litert_quantizer"],
    "dask": ["distributed"],
}
"""Of the extras that the program can be installed with."""


def installed(backend: str) -> bool:
    """Whether "tensorflow" or "litert" can be used; "copy" always can."""
    return backend not in _PACKAGE or has_module(_PACKAGE[backend])


def backend_for(recipe: Recipe, from_tflite: bool, wanted: str = "auto") -> str | None:
    """The first installed back end that makes the recipe from such a source; None if there is none."""
    choices = recipe.from_tflite if from_tflite else recipe.from_keras
    for backend in choices:
        if (
            (wanted in ("auto", backend) or backend == "copy")
            and installed(backend)
            and (installed("tensorflow") or not _needs_tensorflow(recipe, from_tflite))
        ):
            return backend
    return None


def install_line(recipe: Recipe, from_tflite: bool) -> str:
    """What to install for a recipe that can't be made yet; "" if nothing is missing."""
    if backend_for(recipe, from_tflite) is not None:
        return ""
    needed = {(recipe.from_tflite if from_tflite else recipe.from_keras)[0]}
    if _needs_tensorflow(recipe, from_tflite):
        needed.add("tensorflow")
    return install_text(*sorted((each for each in needed if not installed(each)), reverse=True))


def install_text(*extras: str) -> str:
    """The line that installs "tensorflow" or "litert" where the jobs run, or the sentence why they can't run at all."""
    try:
        python = job_python()
        if python is None:
            distribution("tflite-inspector")
            return f'pip install "tflite-inspector[{",".join(extras)}]"'
    except MissingPackageError as error:
        return str(error)
    except PackageNotFoundError:  # this is the source that a frozen program gave to a Python of the user's
        python = JobPython(sys.executable, sys.version_info[:2], {})
    return python.install_line([module for extra in extras for module in _MODULES[extra]])


def _needs_tensorflow(recipe: Recipe, from_tflite: bool) -> bool:
    """Whoever quantizes: only TensorFlow reads a Keras file or SavedModel, and only it leaves zeros out."""
    return not from_tflite or recipe.needs == PRUNED
