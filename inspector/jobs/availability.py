"""What is installed, found out without importing it, and the line that installs what is not."""

from importlib.util import find_spec

from inspector.jobs.recipes import PRUNED, Recipe

_PACKAGE = {"tensorflow": "tensorflow", "litert": "litert_quantizer"}
INSTALL = {
    "tensorflow": 'pip install "tflite-inspector[tensorflow]"',
    "litert": 'pip install "tflite-inspector[litert]"',
}


def installed(backend: str) -> bool:
    """Whether "tensorflow" or "litert" can be used; "copy" always can."""
    return backend not in _PACKAGE or find_spec(_PACKAGE[backend]) is not None


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
    missing = sorted(each for each in needed if not installed(each))
    return f'pip install "tflite-inspector[{",".join(reversed(missing))}]"'


def _needs_tensorflow(recipe: Recipe, from_tflite: bool) -> bool:
    """Whoever quantizes: only TensorFlow reads a Keras file or SavedModel, and only it leaves zeros out."""
    return not from_tflite or recipe.needs == PRUNED
