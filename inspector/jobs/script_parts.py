"""Pieces of a generated Python script: what each needs imported, what is installed, and its lines."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

WIDTH = 120
_STANDARD = ("import os", "import shutil", "import runpy", "import itertools", "import tempfile", "from pathlib")


@dataclass(slots=True)
class Script:
    """Grows while its parts are written; `text` puts them together."""

    title: str
    imports: set[str] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)
    environment: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def need(self, package: str, *imports: str) -> None:
        """`package` as pip knows it, "" for the standard library; each import a whole statement."""
        self.imports.update(imports)
        if package:
            self.packages.add(package)

    def add(self, *lines: str) -> None:
        self.body += lines

    def function(self, *lines: str) -> None:
        """A definition, with the blank lines around it."""
        self.body += ["", "", *lines, "", ""]

    @property
    def text(self) -> str:
        if self.environment:
            self.imports.add("import os")
        standard = _sorted(line for line in self.imports if line.startswith(_STANDARD))
        others = _sorted(self.imports - set(standard))
        lines = [f'"""{self.title}', "", *self._install(), '"""', "", *standard]
        lines += ["", *self.environment] if self.environment else []
        lines += ["", *others, ""] if others else [""]
        return "\n".join(_without_double_blanks(lines + self.body)).rstrip() + "\n"

    def _install(self) -> list[str]:
        wanted = self.packages - ({"numpy"} if len(self.packages) > 1 else set())  # the others bring it
        names = " ".join(f'"{name}"' if any(mark in name for mark in "=<>*") else name for name in sorted(wanted))
        return [f"Needs: pip install {names}"] if names else ["Needs nothing but Python."]


def literal(path: str | Path) -> str:
    """A path of the user as a Python expression, whatever folder the script is run in."""
    return f"Path({text_literal(str(Path(path).expanduser().absolute()))})"


def text_literal(text: str) -> str:
    """Text as a Python expression, in double quotes as formatters want it."""
    try:
        text.encode()
    except UnicodeEncodeError:  # a file name that is no valid text: only escapes can say it
        return repr(text)
    return json.dumps(text, ensure_ascii=False)


def listed(before: str, items: Iterable[str], after: str) -> list[str]:
    """`before` + items + `after`, brackets, on one line if that fits, else an item a line."""
    items, indent = list(items), " " * (len(before) - len(before.lstrip()))
    line = f"{before}{', '.join(items)}{after}"
    return [line] if len(line) <= WIDTH else [before, *(f"{indent}    {item}," for item in items), f"{indent}{after}"]


def called(before: str, arguments: str, after: str = ")") -> list[str]:
    """A call on one line if it fits, else its arguments on a line of their own."""
    line = f"{before}{arguments}{after}"
    return [line] if len(line) <= WIDTH else [before, f"    {arguments}", after]


def tuple_text(values: Iterable[int]) -> str:
    """A tuple of whole numbers as an expression."""
    return repr(tuple(int(value) for value in values))


def _sorted(imports: Iterable[str]) -> list[str]:
    """`import x` before `from x import`, each by name."""
    return sorted(imports, key=lambda line: (line.startswith("from "), line.lower()))


def _without_double_blanks(lines: list[str]) -> list[str]:
    """At most two blank lines in a row, as every Python formatter has it."""
    kept: list[str] = []
    for line in lines:
        if line or kept[-2:] != ["", ""]:
            kept.append(line)
    return kept
