"""Runs one command and turns whatever happens into a sentence and an exit code.

0 done, 1 failed, 2 wrong usage, 130 cancelled.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

import inspector
from inspector.cli import COMMANDS
from inspector.errors import Cancelled, InspectorError, UsageError
from inspector.printable import printable_lines

DONE, FAILED, WRONG_USAGE, CANCELLED = 0, 1, 2, 130

_DESCRIPTION = """See every tensor, operator and weight of a TensorFlow Lite or Keras model.

  tflite-inspector                    opens the window
  tflite-inspector model.tflite ...   opens the window with these files (a file named show: ./show)
  tflite-inspector model.tflite --tab tensors --snapshot picture.png
                                      draws the window into a picture; needs no display
  tflite-inspector COMMAND ...        prints on the command line

commands:
{commands}

Every command explains itself: tflite-inspector COMMAND --help"""
_EPILOG = "exit codes: 0 done, 1 failed (a file was refused), 2 wrong usage, 130 cancelled"


class Command(Protocol):
    """What a command's module has."""

    NAME: str
    HELP: str
    DESCRIPTION: str
    EXAMPLES: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def load_command(name: str) -> Command:
    return cast(Command, import_module(COMMANDS[name]))


def command_parser(command: Command) -> argparse.ArgumentParser:
    """The parser of one command; the others' are not built."""
    parser = argparse.ArgumentParser(
        prog=f"tflite-inspector {command.NAME}",
        description=command.DESCRIPTION,
        epilog=f"examples:\n{command.EXAMPLES}\n\n{_EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    parser.add_argument("--traceback", action="store_true", help="show where in the program an error came from")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line with `arguments` (the program's own by default) and returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name in the file may hold what the terminal's encoding can't say
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # `| head` has read enough
        _forget_stdout()
        return DONE
    except (KeyboardInterrupt, Cancelled):
        return _stop(words, "Cancelled.", CANCELLED)
    except UsageError as error:
        return _stop(words, str(error), WRONG_USAGE)
    except InspectorError as error:
        return _stop(words, str(error), FAILED)
    except OSError as error:  # files say so themselves: what is left is the output
        _forget_stdout()
        return _stop(words, f"The output can't be written: {error.strerror or error}.", FAILED)
    except MemoryError:
        return _stop(words, "There is not enough memory for this.", FAILED)
    except SystemExit as stop:  # argparse has said what it has to say
        return stop.code if isinstance(stop.code, int) else FAILED
    except Exception as error:  # noqa: BLE001  the edge: a bug becomes a sentence
        text = f"{type(error).__name__}: {error}. This is a bug in TFLite Inspector; run with --traceback to see where."
        return _stop(words, text, FAILED)


def _run(words: list[str]) -> int:
    if words and words[0] in COMMANDS:
        command = load_command(words[0])
        return command.run(command_parser(command).parse_args(words[1:]))
    if words and not words[0].startswith("-"):
        from difflib import get_close_matches

        near = get_close_matches(words[0], COMMANDS, 1)
        hint = f'Did you mean "{near[0]}"?' if near else f"Commands: {', '.join(COMMANDS)}."
        raise UsageError(f'There is no command and no file "{words[0]}". {hint}')
    parser = argparse.ArgumentParser(
        prog="tflite-inspector",
        usage="tflite-inspector [COMMAND] [FILE ...]",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tflite-inspector {inspector.__version__}")
    if "--version" not in words:
        lines = (f"  {name:<23}{load_command(name).HELP}" for name in COMMANDS)
        parser.description = _DESCRIPTION.format(commands="\n".join(lines))
    parser.parse_args(words or ["--help"])
    return DONE


def _stop(words: list[str], sentence: str, code: int) -> int:
    if "--traceback" in words:
        import traceback

        traceback.print_exc()
    print(f"tflite-inspector: {printable_lines(sentence)}", file=sys.stderr)
    return code


def _forget_stdout() -> None:
    """Lets Python's own flush at exit go nowhere, where it would complain about the closed pipe."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError):  # a stdout without a descriptor (a test's) has nothing to flush
        pass
