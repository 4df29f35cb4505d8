"""Opens the files of a command one after another: a refused one is a sentence, and the others are still shown."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from inspector.errors import Cancelled, InspectorError, UsageError
from inspector.formats import open_model
from inspector.model.finding import Level
from inspector.model.model import Model
from inspector.model.text import plural, printable
from inspector.printable import printable_lines

T = TypeVar("T")


class Files:
    """Remembers what went wrong, so that it knows the command's exit code."""

    def __init__(self, strict: bool, quiet_about_damage: bool = False) -> None:
        """`quiet_about_damage`: the command shows the findings itself."""
        self._strict = strict
        self._quiet = quiet_about_damage
        self.failed = False

    @property
    def exit_code(self) -> int:
        return 1 if self.failed else 0

    def open(self, path: str) -> Model:
        """The model of `path`; damage that leaves something to show is said on stderr. Raises ModelFileError."""
        model = open_model(path)
        damage = [finding for finding in model.findings if finding.level >= Level.DAMAGE]
        if damage:
            self.failed |= self._strict
            if not self._quiet:
                more = f" ({plural(len(damage), 'finding')}; `tflite-inspector show` lists them)"
                say(f"{printable(path)} is damaged: {damage[0].title}{more if len(damage) > 1 else ''}")
        return model

    def each(self, paths: Sequence[str], make: Callable[[Model], T]) -> Iterator[tuple[str, T | None, str]]:
        """For every path: (path, make(model), ""), or (path, None, sentence) where it can't be read."""
        for path in paths:
            try:
                yield path, make(self.open(path)), ""
            except (Cancelled, UsageError):
                raise
            except InspectorError as error:
                self.failed = True
                say(str(error))
                yield path, None, str(error)


def say(sentence: str) -> None:
    """A sentence on stderr; names from a file in it don't act on the terminal."""
    print(f"tflite-inspector: {printable_lines(sentence)}", file=sys.stderr)
