"""An evaluation as the command line that does the same: what *Copy as command* gives."""

import os
import shlex

from inspector.jobs.command_text import arrays_text, reading_words
from inspector.jobs.evaluate_options import EvaluateOptions

_VALUES = (
    "task", "average", "input_rounding", "threshold", "kernels", "resamples", "latency_samples", "label_names",
)  # fmt: skip
_LIMITS = {"memory_limit_mb": "memory-limit", "time_limit_s": "time-limit"}


def evaluate_command(options: EvaluateOptions) -> str:
    """The command, quoted for a POSIX shell; what stands at its default is left out."""
    return shlex.join(["tflite-inspector", "evaluate", *evaluate_words(options)])


def evaluate_words(options: EvaluateOptions) -> list[str]:
    """What follows `tflite-inspector evaluate`."""
    default, data = EvaluateOptions(models=(), data=options.data), options.data
    words = [*map(_path, options.models), "--data", _path(data.path) + arrays_text(data.arrays)]
    if data.labels:
        words.append(f"--labels={data.labels}")
    words += reading_words(data, samples=0)
    if options.reference:
        words += ["--reference", _path(options.reference)]
    for name in _VALUES:
        if getattr(options, name) != getattr(default, name):
            words.append(f"--{name.replace('_', '-')}={getattr(options, name)}")
    words += [f"--{name.replace('_', '-')}" for name in ("raw_threshold", "allow_code") if getattr(options, name)]
    for name, flag in _LIMITS.items():
        if getattr(options, name):
            words += [f"--{flag}", str(getattr(options, name))]
    return words


def _path(path: str) -> str:
    """A name that begins with a dash is no flag."""
    return os.path.join(".", path) if path.startswith("-") else path
