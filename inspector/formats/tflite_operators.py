"""The operators of a subgraph as columns: names, inputs and outputs, and their options when asked for."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.formats.flatbuffer_table import FlatBytes, Ragged, Tables
from inspector.formats.tflite_options import OptionColumns
from inspector.formats.tflite_schema import CUSTOM_CODE, CodeSlot, OperatorSlot, operator_name
from inspector.model import OperatorColumns

Array = np.ndarray[Any, np.dtype[Any]]

_IMPOSSIBLE = np.uint64(1 << 61)  # bytes; more is taken for this much


@dataclass(frozen=True, eq=False)
class OperatorCodes:
    """What the model's list of operator kinds holds; operators name them by index."""

    names: list[str]
    builtin: Array
    versions: Array

    def __len__(self) -> int:
        return len(self.names)


def read_codes(flat: FlatBytes, places: Array) -> tuple[OperatorCodes, Tables]:
    """The operator codes at `places`. The builtin's code is the larger of the old and the new field."""
    tables = Tables(flat, places)
    old = tables.scalar(CodeSlot.OLD_BUILTIN, "i1", 0, "deprecated_builtin_code").astype(np.int32)
    newer = tables.scalar(CodeSlot.BUILTIN, "<i4", 0, "builtin_code")
    builtin = np.where(tables.sound, np.maximum(old, newer), -1)
    custom = tables.texts(CodeSlot.CUSTOM, "custom_code")
    versions = tables.scalar(CodeSlot.VERSION, "<i4", 1, "version")
    names = [
        (custom[row] or "CUSTOM") if code == CUSTOM_CODE else operator_name(code)
        for row, code in enumerate(builtin.tolist())
    ]
    return OperatorCodes(names, builtin, versions), tables


@dataclass(frozen=True, eq=False)
class OperatorTable:
    """What the checks need as arrays, one entry an operator."""

    tables: Tables
    code: Array
    """Index into OperatorCodes; -1 where the file names one that does not exist."""
    inputs: Ragged
    outputs: Ragged
    intermediates: Ragged
    options_type: Array
    options_place: Array
    options: OptionColumns
    custom_size: Array
    custom_end: Array
    """Where custom options that stand behind the flatbuffer end; 0 for others."""


def read_operators(flat: FlatBytes, places: Array, codes: OperatorCodes) -> OperatorTable:
    """The operators whose tables are at `places`."""
    tables = Tables(flat, places)
    code = tables.scalar(OperatorSlot.CODE, "<u4", 0, "opcode_index").astype(np.int64)
    large = tables.scalar(OperatorSlot.LARGE_OPTIONS_SIZE, "<u8", 0, "large_custom_options_size")
    large = np.minimum(large, _IMPOSSIBLE).astype(np.int64)
    offset = tables.scalar(OperatorSlot.LARGE_OPTIONS_OFFSET, "<u8", 0, "large_custom_options_offset")
    offset = np.minimum(offset, _IMPOSSIBLE).astype(np.int64)
    _, small = tables.vector(OperatorSlot.CUSTOM_OPTIONS, 1, "custom_options")
    types = tables.scalar(OperatorSlot.OPTIONS_TYPE, "u1", 0, "builtin_options_type")
    places = tables.target(OperatorSlot.OPTIONS, "builtin_options")
    types_2 = tables.scalar(OperatorSlot.OPTIONS_2_TYPE, "u1", 0, "builtin_options_2_type")
    places_2 = tables.target(OperatorSlot.OPTIONS_2, "builtin_options_2")
    return OperatorTable(
        tables=tables,
        code=np.where((code < len(codes)) & tables.sound, code, -1),
        inputs=tables.ragged(OperatorSlot.INPUTS, "<i4", "inputs"),
        outputs=tables.ragged(OperatorSlot.OUTPUTS, "<i4", "outputs"),
        intermediates=tables.ragged(OperatorSlot.INTERMEDIATES, "<i4", "intermediates"),
        options_type=types,
        options_place=places,
        options=OptionColumns(flat, ((types, places), (types_2, places_2))),
        custom_size=small + large,
        custom_end=np.where(offset > 1, offset + large, 0),
    )


def operator_columns(table: OperatorTable, codes: OperatorCodes) -> OperatorColumns:
    """The columns the program shows; an operator without a known kind is called "unknown"."""
    names = np.array([*codes.names, "unknown"], object)  # -1 picks the last
    custom = np.array([*(codes.builtin == CUSTOM_CODE), False])
    versions = np.array([*codes.versions, 0])
    sizes = np.flatnonzero(table.custom_size)
    return OperatorColumns(
        op_names=names[table.code].tolist(),
        inputs=table.inputs.tuples(),
        outputs=table.outputs.tuples(),
        versions=versions[table.code].tolist(),
        intermediates={
            row: tuple(table.intermediates.row(row).tolist())
            for row in np.flatnonzero(table.intermediates.lengths).tolist()
        },
        custom_options_sizes=dict(zip(sizes.tolist(), table.custom_size[sizes].tolist(), strict=True)),
        is_custom=custom[table.code].tolist(),
        options=table.options,
    )
