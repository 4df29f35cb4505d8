"""What is done with a damaged file: it is read and measured whole, and some commands print and export it."""

import argparse
import csv
import io
import json
import random
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

from inspector.cli.main import Command, command_parser, load_command
from inspector.errors import InspectorError, ModelFileError
from inspector.formats import open_model
from inspector.model.text import printable
from tests.check_model import check_model

csv.field_size_limit(1 << 26)

Words = tuple[str, ...]
FORMS: dict[str, tuple[Words, ...]] = {
    "show": ((), ("--json",), ("--csv",)),
    "tensors": ((), ("--json",), ("--csv",), ("--analyzer",), ("--all",)),
    "operators": ((), ("--json",), ("--csv",)),
    "weights": ((), ("--json",), ("--csv", "--gzip"), ("--all",)),
    "histogram": ((), ("--json",), ("--stored", "--csv"), ("--channels",), ("--bins", "7", "--json")),
    "values": ((), ("--json",), ("--csv",), ("--dequantized",), ("-o", "values.npy", "--force")),
    "compare": ((), ("--json",), ("--csv",), ("--by-type",)),
    "export-c": (("--force",), ("--force", "--verify", "--style", "c"), ("--style", "xxd"), ("--style", "header")),
    "export-model-explorer": (("--force",), ("--force", "--json")),
}


class Uses:
    """Uses files in `folder`, where exports go too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def whole(self, path: Path) -> bool:
        """Opens the file and walks everything in it; False for a file that is refused in a sentence.

        Whatever else it raises is a finding.
        """
        try:
            model = open_model(path)
        except ModelFileError as error:
            _check_sentence(str(error))
            return False
        check_model(model)
        for finding in model.findings:
            assert finding.title and "\n" not in finding.title, f"no title: {finding.title[:300]!r}"
        return True

    def commands(self, path: Path, other: Path, chance: random.Random, count: int) -> None:
        """Runs `count` commands on the file; `other` is the sound file that it is compared with."""
        for _ in range(count):
            name = chance.choice(list(FORMS))
            form = chance.choice(FORMS[name])
            if name == "histogram" and chance.randrange(40) == 0:  # a picture takes as long as 40 tables
                form = ("--force", "-o", "picture.png")
            self.command(name, form, path, other, chance)

    def command(self, name: str, form: Words, path: Path, other: Path, chance: random.Random) -> None:
        words = list(form)
        if name == "compare":
            words += [str(path), str(other)] if chance.random() < 0.5 else [str(other), str(path)]
        else:
            words.append(str(path))
        if name in ("histogram", "values"):
            words.append(f"T#{chance.randrange(12)}")
        if name.startswith("export-"):
            words += ["-o", str(self._folder) if "--force" in form else "-"]
        if "-o" in form:
            words[words.index("-o") + 1] = str(self._folder / form[form.index("-o") + 1])
        command, parser = _command(name)
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace"), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                command.run(parser.parse_args(words))
            except InspectorError as error:
                _check_sentence(str(error))
                return
        _check_text(err.getvalue())
        _CHECKS[next((word for word in form if word in _CHECKS), "")](_written(out))


def _written(out: io.TextIOWrapper) -> str:
    out.flush()
    return out.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]


@cache
def _command(name: str) -> tuple[Command, argparse.ArgumentParser]:
    command = load_command(name)
    return command, command_parser(command)


def _check_sentence(text: str) -> None:
    assert text.endswith((".", ")")) and "\n" not in text and len(text) < 4000, f"no sentence: {text[:300]!r}"


def _check_text(text: str) -> None:
    for line in text.split("\n"):
        if printable(line) != line:
            raise AssertionError(f"acts on the terminal: {line[:200]!r}")


def _check_json(text: str) -> None:
    if text:
        json.loads(text, parse_constant=_refuse)


def _refuse(word: str) -> Any:
    raise AssertionError(f"{word} is no JSON")


def _check_csv(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text)))
    for row in rows:
        for cell in row:
            if cell.startswith(("=", "@", "\t", "\r")) or (cell[:1] in ("+", "-") and not _is_number(cell)):
                raise AssertionError(f"a formula: {cell[:200]!r}")


def _is_number(cell: str) -> bool:
    try:
        complex(cell)
    except ValueError:
        return False
    return True


_CHECKS: dict[str, Callable[[str], None]] = {
    "": _check_text, "--json": _check_json, "--csv": _check_csv,
}  # fmt: skip
