"""Labels that are words become class numbers: in the order of the given names, else sorted; which is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from inspector.datasets.sources import Array
from inspector.errors import DataError
from inspector.model.text import plural, printable

_MOST_CLASSES = 10_000
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class TextClasses:
    """`names` in the order in which they count; `given`: by the user or the model, not found in the labels."""

    names: tuple[str, ...]
    given: bool
    title: str

    def numbers(self, texts: Sequence[str], rows: Sequence[int]) -> Array:
        """(n,) int64. `rows` are what messages call the samples, from 0. Raises DataError for a word of no class."""
        places = {name: number for number, name in enumerate(self.names)}
        loose = {name.casefold(): number for number, name in enumerate(self.names)} if self.given else {}
        found = np.empty(len(texts), np.int64)
        for at, text in enumerate(texts):
            number = places.get(text, loose.get(text.casefold()))
            if number is None:
                raise DataError(self._unknown(text, rows[at]))
            found[at] = number
        return found

    @property
    def note(self) -> str:
        """Which number each name became."""
        shown = [f"{number} {printable(name)}" for number, name in enumerate(self.names[:_SHOWN])]
        more = f" and {len(self.names) - _SHOWN:,} more" if len(self.names) > _SHOWN else ""
        order = "in the order of the given names" if self.given else "sorted"
        return f"The labels in {self.title} are words, {order}: {', '.join(shown)}{more}."

    def _unknown(self, text: str, row: int) -> str:
        if not text:
            return f"Row {row + 1:,} of {self.title} has no label."
        names = ", ".join(map(printable, self.names[:_SHOWN])) + (", ..." if len(self.names) > _SHOWN else "")
        return (
            f'Row {row + 1:,} of {self.title} has the label "{printable(text[:60])}", which is none of the '
            f"{plural(len(self.names), 'class', 'classes')}: {names}."
        )


def text_classes(every: Iterable[str], names: Sequence[str], title: str) -> TextClasses:
    """`every` label of the data, not only those of the samples that were drawn: else the numbers would change with
    them. Raises DataError for more words than there are classes."""
    if names:
        return TextClasses(tuple(names), True, title)
    found: set[str] = set()
    for text in every:
        found.add(text)
        if len(found) > _MOST_CLASSES:
            raise DataError(f"{title} holds more than {_MOST_CLASSES:,} different words: these are no labels.")
    return TextClasses(tuple(sorted(found - {""})), False, title)
