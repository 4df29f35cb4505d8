"""A comparison as JSON and CSV: a stable interface for scripts, the same from the window and the command line."""

from collections.abc import Iterable, Iterator
from math import isinf
from typing import Any

from inspector.analysis.comparison import ComparedTensor, Comparison, Pairing, Variant
from inspector.analysis.error_metrics import PairError
from inspector.export.csv_table import csv_text
from inspector.export.json_table import json_text
from inspector.model import Tensor

PAIR_KEYS = (
    "variant", "name", "group", "subgraph", "operator", "op_name", "type_before", "type_after", "bytes_before",
    "bytes_after", "shape", "paired_by", "exact", "rmse", "max_abs_error", "sqnr_db", "min_before", "max_before",
    "min_after", "max_after", "left_out", "index_before", "index_after", "name_after", "note",
)  # fmt: skip
"""The fields of a pair, and the columns of the CSV."""


def comparison_fields(comparison: Comparison) -> dict[str, Any]:
    """The keys of `compare --json`: headline, reference, variants, pairs, unmatched."""
    return {
        "headline": comparison.headline,
        "reference": comparison.variants[comparison.reference].label,
        "variants": [_variant(variant) for variant in comparison.variants],
        "pairs": list(pairs(comparison)),
        "unmatched": list(_unmatched(comparison)),
    }


def comparison_json(comparison: Comparison) -> str:
    """One object a line, in objects of lists."""
    fields = comparison_fields(comparison)
    parts = []
    for key, value in fields.items():
        lines = ",\n".join(f"  {json_text(row)}" for row in value) if isinstance(value, list) else ""
        parts.append(f'"{key}": [\n{lines}\n]' if lines else f'"{key}": {json_text(value)}')
    return "{" + ",\n".join(parts) + "}\n"


def comparison_csv(comparison: Comparison) -> Iterator[str]:
    """One line a pair; then the unmatched tensors, with one side empty."""
    rows = (*pairs(comparison), *_unmatched_rows(comparison))
    return csv_text(PAIR_KEYS, ([row[key] for key in PAIR_KEYS] for row in rows))


def pairs(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """PAIR_KEYS of every pair of a tensor of the reference with one of another variant, variant after variant."""
    for place, variant in enumerate(comparison.variants):
        for row in comparison.rows:
            before, after, pairing = row.tensors[comparison.reference], row.tensors[place], row.pairings[place]
            if pairing is not None:
                yield _pair(variant.label, row, (before, after), pairing, row.errors[place])


def _pair(
    label: str, row: ComparedTensor, tensors: tuple[Tensor | None, Tensor | None], pairing: Pairing | None,
    error: PairError | None,
) -> dict[str, Any]:  # fmt: skip
    before, after = tensors
    return {
        "variant": label,
        "name": row.name,
        "group": row.group,
        "subgraph": next(tensor.subgraph for tensor in tensors if tensor is not None),
        "operator": None if row.operator is None else row.operator[0],
        "op_name": None if row.operator is None else row.operator[1],
        "type_before": before and before.type.name,
        "type_after": after and after.type.name,
        "bytes_before": before and before.bytes,
        "bytes_after": after and after.bytes,
        "shape": list(row.shape),
        "paired_by": pairing and pairing.how,
        "exact": error and error.exact,
        "rmse": error and error.rmse,
        "max_abs_error": error and error.max_abs_error,
        "sqnr_db": None if error is None or isinf(error.sqnr_db) else error.sqnr_db,
        "min_before": error and error.low,
        "max_before": error and error.high,
        "min_after": error and error.other_low,
        "max_after": error and error.other_high,
        "left_out": error and error.left_out,
        "index_before": before and before.index,
        "index_after": after and after.index,
        "name_after": after and after.name,
        "note": (pairing and pairing.note) or row.note,
    }


def _unmatched(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """For every variant: what only the reference has, and what only the variant has."""
    for label, row, tensor, only_in in _lonely(comparison):
        yield {
            "variant": label,
            "only_in": only_in,
            "subgraph": tensor.subgraph,
            "name": tensor.name,
            "type": tensor.type.name,
            "shape": list(tensor.shape),
            "bytes": tensor.bytes,
            "kind": tensor.kind,
            "index": tensor.index,
            "note": row.note,
        }


def _unmatched_rows(comparison: Comparison) -> Iterable[dict[str, Any]]:
    for label, row, tensor, only_in in _lonely(comparison):
        sides = (tensor, None) if only_in == "reference" else (None, tensor)
        yield _pair(label, row, sides, None, None)


def _lonely(comparison: Comparison) -> Iterator[tuple[str, ComparedTensor, Tensor, str]]:
    """(label of the variant, row, tensor, "reference" or "variant": where it is)."""
    for place, variant in enumerate(comparison.variants):
        if place == comparison.reference:
            continue
        for row in comparison.rows:
            if row.pairings[place] is None:
                for side, only_in in ((comparison.reference, "reference"), (place, "variant")):
                    if (tensor := row.tensors[side]) is not None:
                        yield variant.label, row, tensor, only_in


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "label": variant.label,
        "path": str(variant.model.path),
        "recipe": variant.recipe,
        "size_bytes": variant.size_bytes,
        "saved_bytes": variant.saved_bytes,
        "ratio": variant.ratio,
        "source_ratio": variant.source_ratio,
        "gzip_bytes": variant.gzip_bytes,
        "tensors_by_type": {
            name: {"tensors": count.tensors, "constants": count.constants, "bytes": count.bytes}
            for name, count in variant.tensors_by_type.items()
        },
        "operators": variant.operators,
        "inputs": [_end(tensor) for tensor in variant.inputs],
        "outputs": [_end(tensor) for tensor in variant.outputs],
    }


def _end(tensor: Tensor) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "type": tensor.type.name,
        "shape": list(tensor.shape),
        "scale": tensor.scale,
        "zero_point": tensor.zero_point,
    }
