"""`tflite-inspector export-c`: a .tflite file as a C array for a microcontroller."""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.cli.arguments import add_strict
from inspector.cli.output import confirm_overwrite
from inspector.cli.progress import ProgressLine
from inspector.errors import ExportError, UsageError
from inspector.export.atomic_file import existing_files
from inspector.export.c_array import c_array_chunks, c_array_paths, write_c_array
from inspector.export.c_options import C_ARRAY_OPTIONS, CArrayOptions, Option
from inspector.export.c_text import names_of
from inspector.export.model_bytes import ModelBytes, model_bytes, unparsed_bytes

NAME = "export-c"
HELP = "the file as a C array for TFLM, Arduino and others"
DESCRIPTION = """Writes a .tflite file as a C array, ready to be compiled into a program for a microcontroller.

styles:
  pair     NAME_model_data.cc and .h for TFLM and Arduino; the source includes its header (the default)
  header   one C++17 header, inline constexpr: one copy in flash however often it is included
  c        NAME_model_data.c and .h in C90, aligned by the compiler's own attribute
  xxd      byte for byte the text of `xxd -i FILE`, and of `xxd -i -n SYMBOL FILE` with --symbol

NAME comes from the file's name or from --symbol; it is made an identifier that C and C++ accept. The comment above the
array has the file's size, SHA-256, inputs and outputs, and no date: the same file gives the same text.
Files appear whole or not at all. --json says what was written: path, files, array, length, bytes, sha256."""
EXAMPLES = """  tflite-inspector export-c model.tflite -o firmware/src
  tflite-inspector export-c model.tflite -o firmware/src/model.cpp --symbol g_model
  tflite-inspector export-c model.tflite --style header --constants --verify
  tflite-inspector export-c model.tflite --style xxd -o - | grep _len"""
_SCREEN = "-"
_SOURCES = (".cc", ".cpp", ".c")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a .tflite file; several at once")
    parser.add_argument(
        "-o",
        "--output",
        metavar="STEM_OR_FOLDER",
        default=".",
        help="an existing folder, or folder and name of the files without suffix (default: the folder you are in); "
        "- prints the text",
    )
    parser.add_argument("--force", action="store_true", help="overwrite without asking")
    parser.add_argument("--verify", action="store_true", help="read the files back and compare every byte")
    report = parser.add_mutually_exclusive_group()
    report.add_argument("--json", action="store_true", help="say what was written as JSON")
    report.add_argument("--csv", action="store_true", help="say what was written as CSV")
    for option in C_ARRAY_OPTIONS:
        _add_option(parser, option)
    add_strict(parser)


def run(arguments: argparse.Namespace) -> int:
    options = _options(arguments)
    if len(arguments.files) > 1:
        _check_several(arguments)
    elif arguments.output.endswith(("/", os.sep)) and not os.path.isdir(arguments.output):
        raise ExportError(f"The folder {arguments.output} does not exist. Make it, or choose another.")
    exit_code = 0
    written = []
    for file in arguments.files:
        source, damaged = _source(file, options, arguments.strict)
        exit_code |= damaged
        if arguments.output == _SCREEN:
            _print(source, options)
        else:
            written.append(_write(source, options, arguments))
    if written:
        sys.stdout.writelines(_report(written, arguments))
    return exit_code


def _add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    """One option of a C array; it is only in the arguments when it was given."""
    flag = f"--{option.key.replace('_', '-')}"
    default = getattr(CArrayOptions(), option.key)
    if option.choices:
        words = {choice.value: choice.typed for choice in option.choices}
        parser.add_argument(
            flag,
            choices=list(words.values()),
            default=argparse.SUPPRESS,
            help=f"{option.tip} Default: {words[default]}.",
        )
    elif isinstance(default, bool):
        state = "on" if default else "off"
        parser.add_argument(
            flag,
            action=argparse.BooleanOptionalAction,
            default=argparse.SUPPRESS,
            help=f"{option.tip} Default: {state}.",
        )
    elif isinstance(default, int):
        parser.add_argument(
            flag, type=int, metavar="N", default=argparse.SUPPRESS, help=f"{option.tip} Default: {default}."
        )
    else:
        parser.add_argument(flag, metavar="NAME", default=argparse.SUPPRESS, help=option.tip)


def _options(arguments: argparse.Namespace) -> CArrayOptions:
    """The options that were given. Raises UsageError for one that the style has no use for."""
    given: dict[str, Any] = {}
    for option in C_ARRAY_OPTIONS:
        if option.key in arguments:
            word = getattr(arguments, option.key)
            values = {choice.typed: choice.value for choice in option.choices}
            given[option.key] = values.get(word, word)
    options = CArrayOptions(**given)
    for option in C_ARRAY_OPTIONS:
        if option.key in given and options.style not in option.styles:
            flag = option.key.replace("_", "-")
            raise UsageError(f"--{flag} changes nothing with --style {options.style}. Leave it out.")
    suffix = Path(arguments.output).suffix
    if options.style in ("pair", "c") and suffix in _SOURCES and suffix != options.source_extension:
        if options.style == "c" or "extension" in given:
            raise UsageError(f"-o {arguments.output} asks for {suffix}, the options for {options.source_extension}.")
        return replace(options, extension=suffix)
    return options


def _check_several(arguments: argparse.Namespace) -> None:
    if "symbol" in arguments:
        raise UsageError("--symbol names one array. Export the files one at a time.")
    if arguments.output != _SCREEN and not os.path.isdir(arguments.output):
        raise UsageError(f"Several files need a folder, and {arguments.output} is none. Make it, or choose another.")


def _source(file: str, options: CArrayOptions, strict: bool) -> tuple[ModelBytes, int]:
    """The file's bytes, and 1 where it is damaged and `strict`. The xxd style needs nothing of what is in it."""
    if options.style == "xxd" and not strict:
        return unparsed_bytes(file), 0
    from inspector.cli.opening import Files

    files = Files(strict)
    return model_bytes(files.open(file), file), files.exit_code


def _print(source: ModelBytes, options: CArrayOptions) -> None:
    if options.comment and options.style != "xxd":
        source = source.with_sha256()
    texts = list(c_array_chunks(source, options).values())
    if len(texts) > 1:
        raise UsageError(f"--style {options.style} makes two files, - prints one. Choose a folder.")
    sys.stdout.flush()
    for piece in texts[0]:
        sys.stdout.buffer.write(piece)


def _write(source: ModelBytes, options: CArrayOptions, arguments: argparse.Namespace) -> dict[str, Any]:
    """Writes one export and tells what was written."""
    target = Path(arguments.output)
    places = c_array_paths(source, options, target)
    confirm_overwrite(places, arguments.force)
    overwrite = arguments.force or bool(existing_files(places))  # what appears from now on is nobody's to replace
    with ProgressLine() as progress:
        if arguments.json or arguments.csv:
            source = source.with_sha256(progress)
        paths = write_c_array(source, options, target, overwrite, progress, arguments.verify)
    names = names_of(source, options)
    return {
        "path": source.typed,
        "files": [str(path) for path in paths],
        "array": names.array,
        "length": names.length,
        "bytes": source.size,
        "sha256": source.sha256,
        "verified": bool(arguments.verify),
    }


def _report(written: list[dict[str, Any]], arguments: argparse.Namespace) -> Iterator[str]:
    if arguments.json:
        from inspector.export.json_table import json_text

        yield json_text(written, indent=2) + "\n"
    elif arguments.csv:
        from inspector.export.csv_table import csv_text

        header = list(written[0])
        rows = [[" ".join(v) if isinstance(v, list) else v for v in export.values()] for export in written]
        yield from csv_text(header, rows)
    else:
        for export in written:
            checked = ", read back: every byte is the same" if export["verified"] else ""
            files = " and ".join(export["files"])
            yield f"Wrote {files}: {export['array']}, {export['bytes']:,} bytes{checked}.\n"
