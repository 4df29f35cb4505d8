"""A debugging as the command line that does the same: what the Debug dialog's *Copy as command* gives."""

import os
import shlex

from inspector.jobs.command_text import arrays_text, data_words
from inspector.jobs.options import CompareActivationsOptions, DebugOptions


def debug_command(options: DebugOptions | CompareActivationsOptions) -> str:
    """The command, quoted for a POSIX shell; what stands at its default is left out."""
    return shlex.join(["tflite-inspector", "debug", *_words(options)])


def _words(options: DebugOptions | CompareActivationsOptions) -> list[str]:
    if isinstance(options, CompareActivationsOptions):
        words = [_path(options.reference), "--pair", _path(options.candidate), *data_words(options.data)]
        return [*words, "-o", _path(options.output)] if options.output else words
    words = [_path(options.source), *data_words(options.data)]
    if options.debug_data is not None:
        words += ["--data", _path(options.debug_data.path) + arrays_text(options.debug_data.arrays)]
    if len(options.errors) == 1:
        words += ["--error", options.errors[0]]
    words += [f"--float-op={each}" for each in options.float_operators]
    words += [f"--float-tensor={each}" for each in options.float_tensors]
    if options.batch != "fixed":
        words += ["--batch", options.batch]
    if options.allow_code:
        words.append("--allow-code")
    if options.output_folder:
        words += ["--keep", _path(options.output_folder)]
    return [*words, "-o", _path(options.output)] if options.output else words


def _path(path: str) -> str:
    """A name that begins with a dash is no flag."""
    return os.path.join(".", path) if path.startswith("-") else path
