"""A job as the command line that does the same: what *Copy as command* gives."""

import os
import shlex

from inspector.datasets.choice import DataChoice
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import CLASSIC_FIVE

_DEFAULTS = QuantizeOptions(source="", recipes=(), output_folder="")
_FLAGS = ("float_fallback", "integer_io", "allow_code")
_VALUES = {
    "batch": "batch", "suffix": "suffix", "backend": "backend",
    "memory_limit_mb": "memory-limit", "time_limit_s": "time-limit",
}  # fmt: skip
_DATA_VALUES = ("samples", "seed", "colour", "scale", "offset")


def command_text(options: QuantizeOptions) -> str:
    """The command, quoted for a POSIX shell; what stands at its default is left out."""
    return shlex.join(["tflite-inspector", "quantize", *command_words(options)])


def command_words(options: QuantizeOptions) -> list[str]:
    """What follows `tflite-inspector quantize`."""
    words = [_path(options.source)]
    recipes = list(options.recipes)
    if recipes[: len(CLASSIC_FIVE)] == list(CLASSIC_FIVE):
        words.append("--all")
        recipes = recipes[len(CLASSIC_FIVE) :]
    words += [word for recipe in recipes for word in ("--recipe", recipe)]
    if options.data is not None:
        words += data_words(options.data)
    for name, flag in _VALUES.items():
        if getattr(options, name) != getattr(_DEFAULTS, name):
            words += [f"--{flag}", str(getattr(options, name))]
    words += [f"--float-op={each}" for each in options.float_operators]
    words += [f"--float-tensor={each}" for each in options.float_tensors]
    words += [f"--{name.replace('_', '-')}" for name in _FLAGS if getattr(options, name)]
    words += ["-o", _path(options.output_folder)]
    return [*words, "--force"] if options.overwrite else words


def data_words(data: DataChoice) -> list[str]:
    """The flags of a choice of samples."""
    return ["--calibration", _path(data.path) + arrays_text(data.arrays), *reading_words(data)]


def reading_words(data: DataChoice, samples: int = DataChoice("").samples) -> list[str]:
    """How samples are drawn and read; `samples` is how many the command takes where it is not told."""
    words, default = [], DataChoice("", samples=samples)
    for name in _DATA_VALUES:
        value = getattr(data, name)
        if value != getattr(default, name):
            words.append(f"--{name}={value}")  # one word: a negative number is no flag then
    return [*words, "--allow-data-code"] if data.allow_code else words


def arrays_text(arrays: tuple[tuple[str, str], ...]) -> str:
    """`:array`, `:input=array,input=array` or nothing, behind the path of a .npz."""
    return ":" + ",".join(f"{name}={array}" if name else array for name, array in arrays) if arrays else ""


def _path(path: str) -> str:
    """A name that begins with a dash is no flag."""
    return os.path.join(".", path) if path.startswith("-") else path
