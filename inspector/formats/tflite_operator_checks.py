"""What can be wrong with the operators of a subgraph although they can be read."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from inspector.formats.ragged import Ragged
from inspector.formats.tflite_findings import OPERATOR, TENSOR, UNREADABLE, Findings, report_fields
from inspector.formats.tflite_operator_rules import EXPECTED, POSITIVE, SUBGRAPH_FIELDS
from inspector.formats.tflite_operators import OperatorCodes, OperatorTable
from inspector.formats.tflite_option_schema import OPTIONS
from inspector.formats.tflite_schema import OPERATOR_NAMES
from inspector.formats.tflite_tensors import TensorTable
from inspector.model import Level

Array = np.ndarray[Any, np.dtype[Any]]

_CODE_OF = {name: code for code, (name, _) in enumerate(OPTIONS, 1)}


class OperatorChecks:
    """Adds what is wrong with one subgraph's operators to `findings`."""

    def __init__(
        self, subgraph: int, operators: OperatorTable, codes: OperatorCodes, findings: Findings, file_size: int
    ) -> None:
        self._subgraph, self._operators, self._findings = subgraph, operators, findings
        builtin = np.array([*codes.builtin.tolist(), -1], np.int64)
        self._builtin = builtin[operators.code]
        self._names = [*codes.names, "unknown"]
        report_fields(operators.tables, OPERATOR, subgraph, findings)
        self._add(operators.custom_end > file_size, "custom_options", "Custom options outside the file")
        self._add(operators.code < 0, "operator_code", "Names a kind of operator that the model does not list")
        self._add(self._builtin >= len(OPERATOR_NAMES), "operator_unknown",
                  "Kind of operator that this program does not know", "A newer kind of file, or damage.",
                  Level.WARNING)  # fmt: skip

    def _add(self, wrong: Array, code: str, fact: str, detail: str = "", level: Level = Level.DAMAGE) -> None:
        rows = np.flatnonzero(wrong) if wrong.dtype == bool or not wrong.size else np.unique(wrong)
        names = _NamesOf(self._names, self._operators.code)
        self._findings.rows(OPERATOR, self._subgraph, rows, code, fact, detail, names, level)

    def tensors(self, tensors: TensorTable) -> None:
        """Indices in range, each tensor written once and before it is read."""
        count = len(tensors.names)
        operators = self._operators
        lists = (("input", operators.inputs, -1), ("output", operators.outputs, 0),
                 ("intermediate", operators.intermediates, -1))  # fmt: skip
        for title, rows, lowest in lists:  # -1 is an optional input that is left out
            wrong = (rows.values < lowest) | (rows.values >= count)
            fact = f"Names an {title} tensor that does not exist"
            self._add(_owners(rows)[wrong], "tensor_index", fact, f"The subgraph has {count:,} tensors.")
        self._order(tensors, count)

    def _order(self, tensors: TensorTable, count: int) -> None:
        made, readers = self._operators.outputs, self._operators.inputs
        inside = (made.values >= 0) & (made.values < count)
        written, writers = made.values[inside], _owners(made)[inside]
        times = np.bincount(written, minlength=count)
        self._findings.rows(TENSOR, self._subgraph, np.flatnonzero(times > 1), "tensor_writers",
                            "Written by more than one operator", "", tensors.names, Level.WARNING)  # fmt: skip
        self._add(writers[tensors.constant[written]], "constant_written", "Writes to a constant tensor",
                  level=Level.WARNING)  # fmt: skip
        first = np.full(count, -1, np.int64)
        first[written[::-1]] = writers[::-1]  # the first writer stays
        inside = (readers.values >= 0) & (readers.values < count)
        read, by = readers.values[inside], _owners(readers)[inside]
        late = (first[read] >= by) & ~tensors.is_variable[read]
        self._add(by[late & (first[read] == by)], "operator_cycle", "Reads its own output", "It can never run.")
        self._add(by[late & (first[read] > by)], "operator_cycle", "Reads what only a later operator writes",
                  "Operators run in their order in the file, so its input is never ready.")  # fmt: skip

    def options(self, subgraph_count: int) -> None:
        """The options belong to the operator, and say nothing impossible."""
        types = self._operators.options_type
        expected = _expected()
        for builtin in sorted(set(self._builtin.tolist()) & expected.keys()):
            name, needed = expected[builtin]
            rows = self._builtin == builtin
            wrong = rows & (types != 0) & (types != _CODE_OF[name])
            self._add(wrong, "operator_options", "Options that belong to another operator")
            if needed:
                missing = rows & ((types == 0) | (self._operators.options_place < 0))
                self._add(missing, "operator_options", f"Its {name} are missing", "It can't run without them.")
        for kind in self._operators.options.kinds.values():
            for field, damaged in kind.damaged:
                fact = "Options that can't be read" if field == "table" else f"Option {field} can't be read"
                self._add(kind.rows[damaged], "operator_options", fact, UNREADABLE)
        for name, fields in POSITIVE.items():
            for field, rows, values in self._values(name, fields):
                self._add(rows[values < 1], "operator_options", f"{field} below 1", "It can't run.")
        for name, fields in SUBGRAPH_FIELDS.items():
            for field, rows, values in self._values(name, fields):
                wrong = (values < 0) | (values >= subgraph_count)
                self._add(rows[wrong], "subgraph_index", f"{field} names a subgraph that does not exist")

    def _values(self, name: str, fields: str) -> list[tuple[str, Array, Array]]:
        """The named number fields of all operators with such options: field, operators, values."""
        kind = self._operators.options.kinds.get((1, _CODE_OF[name]))
        if kind is None:
            return []
        return [(field, kind.rows[kind.sound], kind.numbers[field][kind.sound].astype(np.int64))
                for field in fields.split()]  # fmt: skip

    def called(self) -> list[int]:
        """The subgraphs that these operators call."""
        listed = [self._values(name, fields) for name, fields in SUBGRAPH_FIELDS.items()]
        # a set, as np.unique would import numpy.ma
        return sorted({value for rows in listed for _, _, values in rows for value in values.tolist()})


class _NamesOf(Sequence[str]):
    """The names of operators by row, looked up only for the rows a finding lists."""

    def __init__(self, names: list[str], codes: Array) -> None:
        self._names, self._codes = names, codes

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, row: Any) -> Any:
        return self._names[int(self._codes[row])]


def _owners(rows: Ragged) -> Array:
    return np.repeat(np.arange(len(rows.starts) - 1), rows.lengths)


@cache
def _expected() -> dict[int, tuple[str, bool]]:
    """Builtin code -> the name of its options, and whether it can't run without them ("!" in the data)."""
    found = {}
    for line in EXPECTED.split("\n"):
        name, _, operators = line.strip().partition(":")
        for operator in operators.split():
            found[OPERATOR_NAMES.index(operator.removesuffix("!"))] = (name, operator.endswith("!"))
    return found
