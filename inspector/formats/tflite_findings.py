"""Collects what is wrong with a .tflite file, one finding a kind, naming the rows it is about."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from inspector.formats.flatbuffer_table import Tables
from inspector.model import Finding, Level
from inspector.printable import printable

Array = np.ndarray[Any, np.dtype[Any]]

_NAMED = 3  # rows a title names; the finding itself lists them all, up to _LISTED
_LISTED = 1000

TENSOR, OPERATOR = "tensor", "operator"

UNREADABLE = "It lies outside the file or is impossibly long; it is shown empty."


class Findings:
    """Rows are gathered by code and fact over all subgraphs, so that 500 bad tensors make one line."""

    def __init__(self) -> None:
        self._groups: dict[tuple[Level, str, str, str], list[tuple[str, str, int, int]]] = {}
        self._counts: dict[tuple[Level, str, str, str], int] = {}

    def add(self, code: str, fact: str, detail: str = "", level: Level = Level.DAMAGE) -> None:
        """Something about the file as a whole."""
        self._groups.setdefault((level, code, fact, detail), [])

    def rows(
        self,
        kind: str,
        subgraph: int,
        rows: Array | Sequence[int],
        code: str,
        fact: str,
        detail: str = "",
        names: Sequence[str] = (),
        level: Level = Level.DAMAGE,
    ) -> None:
        """Tensors or operators of a subgraph; `names` (by row) stand in the title."""
        indices = np.asarray(rows).tolist()
        if not indices:
            return
        key = (level, code, fact, detail)
        listed = self._groups.setdefault(key, [])
        self._counts[key] = self._counts.get(key, 0) + len(indices)
        for index in indices[: _LISTED - len(listed)]:
            listed.append((kind, names[index] if 0 <= index < len(names) else "", subgraph, index))

    def finish(self) -> tuple[Finding, ...]:
        """All findings, the worst first."""
        made = [self._finding(key, listed) for key, listed in self._groups.items()]
        return tuple(sorted(made, key=lambda finding: -finding.level))

    def _finding(self, key: tuple[Level, str, str, str], listed: list[tuple[str, str, int, int]]) -> Finding:
        level, code, fact, detail = key
        title = fact
        if listed:
            title += ": " + ", ".join(_label(*row) for row in listed[:_NAMED])
            if (more := self._counts[key] - _NAMED) > 0:
                title += f" and {more:,} more"
        pairs = {kind: tuple((s, i) for k, _, s, i in listed if k == kind) for kind in (TENSOR, OPERATOR)}
        return Finding(level, code, title + ".", detail, pairs[TENSOR], pairs[OPERATOR])


def _label(kind: str, name: str, subgraph: int, index: int) -> str:
    short = printable(name if len(name) <= 60 else "…" + name[-59:])
    where = f" of subgraph {subgraph}" if subgraph else ""
    number = f"T#{index}" if kind == TENSOR else f"{kind} {index}"
    return f"{number} {short}{where}" if short else f"{number}{where}"


def report_fields(tables: Tables, kind: str, subgraph: int, findings: Findings, names: Sequence[str] = ()) -> None:
    """One finding for each field that can't be read."""
    code = kind.replace(" ", "_")
    for field, rows in tables.damaged:
        if field == "table":
            fact = f"No readable {kind} at its place in the file"
            findings.rows(kind, subgraph, rows, f"{code}_table", fact, "It is shown empty.")
        else:
            fact, detail = f"Field {field} can't be read", UNREADABLE
            findings.rows(kind, subgraph, rows, f"{code}_field", fact, detail, names)
