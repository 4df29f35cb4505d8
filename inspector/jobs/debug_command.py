"""A debugging as the command line that does the same: what *Copy as command* gives."""

import os
import shlex

from inspector.datasets.choice import DataChoice
from inspector.jobs.command_text import arrays_text, data_words
from inspector.jobs.options import CompareActivationsOptions, DebugOptions


def debug_command(options: DebugOptions | CompareActivationsOptions) -> str:
    """The command, quoted for a POSIX shell; what stands at its default is left out."""
    return shlex.join(["tflite-inspector", "debug", *debug_words(options)])


def debug_words(options: DebugOptions | CompareActivationsOptions) -> list[str]:
    """What follows `tflite-inspector debug`."""
    if isinstance(options, CompareActivationsOptions):
        words = [_path(options.reference), "--pair", _path(options.candidate), *data_words(options.data)]
    else:
        words = [_path(options.source), *data_words(options.data), *_debug_words(options)]
    if options.output:
        words += ["-o", _path(options.output)]
    for name, flag in (("memory_limit_mb", "--memory-limit"), ("time_limit_s", "--time-limit")):
        if getattr(options, name):
            words += [flag, str(getattr(options, name))]
    return [*words, "--force"] if options.overwrite else words


def _debug_words(options: DebugOptions) -> list[str]:
    words = []
    if options.debug_data is not None and options.debug_data != options.data:
        words += ["--data", _named(options.debug_data)]
    if len(options.errors) == 1:
        words += ["--error", options.errors[0]]
    words += [f"--float-op={each}" for each in options.float_operators]
    words += [f"--float-tensor={each}" for each in options.float_tensors]
    if options.batch != "fixed":
        words += ["--batch", options.batch]
    if options.allow_code:
        words.append("--allow-code")
    return [*words, "--keep", _path(options.output_folder)] if options.output_folder else words


def _named(data: DataChoice) -> str:
    """The debug samples' file; how they are read is as for the calibration data."""
    return _path(data.path) + arrays_text(data.arrays)


def _path(path: str) -> str:
    """A name that begins with a dash is no flag."""
    return os.path.join(".", path) if path.startswith("-") else path
