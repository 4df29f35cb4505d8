"""The named entry points of a .tflite model."""

from itertools import pairwise
from typing import Any

import numpy as np

from inspector.formats.flatbuffer_table import FlatBytes, Tables
from inspector.formats.tflite_findings import Findings, report_fields
from inspector.formats.tflite_schema import INDEX_SLOT, NAME_SLOT, SignatureSlot
from inspector.model import Signature, Subgraph
from inspector.printable import name_text

Array = np.ndarray[Any, np.dtype[Any]]
Maps = list[dict[str, int]]


def read_signatures(
    flat: FlatBytes, places: Array, subgraphs: tuple[Subgraph, ...], findings: Findings
) -> tuple[Signature, ...]:
    """The SignatureDefs at `places`; one that names what does not exist is kept and reported."""
    tables = Tables(flat, places)
    keys = tables.texts(SignatureSlot.KEY, "signature_key")
    chosen = tables.scalar(SignatureSlot.SUBGRAPH, "<u4", 0, "subgraph_index").tolist()
    inputs = _tensor_maps(flat, tables, SignatureSlot.INPUTS, "inputs", findings)
    outputs = _tensor_maps(flat, tables, SignatureSlot.OUTPUTS, "outputs", findings)
    report_fields(tables, "signature", 0, findings, keys)
    found = []
    for row, (key, subgraph) in enumerate(zip(keys, chosen, strict=True)):
        signature = Signature(key, subgraph, inputs[row], outputs[row])
        found.append(signature)
        _check(signature, subgraphs, findings)
    return tuple(found)


def _tensor_maps(flat: FlatBytes, tables: Tables, slot: int, field: str, findings: Findings) -> Maps:
    rows = tables.children(slot, field)
    entries = Tables(flat, rows.values)
    names, tensors = entries.texts(NAME_SLOT, "name"), entries.scalar(INDEX_SLOT, "<u4", 0, "tensor_index").tolist()
    report_fields(entries, f"signature {field.removesuffix('s')}", 0, findings)
    return [dict(zip(names[a:b], tensors[a:b], strict=True)) for a, b in pairwise(rows.starts.tolist())]


def _check(signature: Signature, subgraphs: tuple[Subgraph, ...], findings: Findings) -> None:
    if signature.subgraph >= len(subgraphs):
        findings.add(
            "signature",
            f"Signature {name_text(signature.key)} names subgraph {signature.subgraph:,}, which does not exist",
        )
        return
    count = len(subgraphs[signature.subgraph].tensors)
    for name, tensor in (*signature.inputs.items(), *signature.outputs.items()):
        if tensor >= count:
            findings.add(
                "signature",
                f"Signature {name_text(signature.key)}: {name_text(name)} names tensor {tensor:,} of {count:,}",
            )
