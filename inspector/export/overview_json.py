"""What a model is, as the fields of `show --json`: a stable interface for scripts."""

from typing import Any

from inspector.analysis.overview import overview_of
from inspector.analysis.progress import Progress
from inspector.model.finding import Finding
from inspector.model.model import Model
from inspector.model.tensor import Tensor

OVERVIEW_KEYS = (
    "format", "path", "size_bytes", "scheme", "inputs", "outputs", "tensors_by_type", "operator_counts", "signatures",
    "metadata", "findings",
)  # fmt: skip


def overview_fields(model: Model, progress: Progress | None = None) -> dict[str, Any]:
    """OVERVIEW_KEYS -> plain values. Raises FileChangedError, and what `progress` raises."""
    overview = overview_of(model, progress)
    return {
        "format": model.format,
        "path": str(model.path),
        "size_bytes": model.size_bytes,
        "scheme": overview.scheme.id,
        "inputs": [_end(tensor) for tensor in model.inputs()],
        "outputs": [_end(tensor) for tensor in model.outputs()],
        "tensors_by_type": _tensors_by_type(model),
        "operator_counts": dict(overview.operator_counts),
        "signatures": [
            {
                "key": signature.key,
                "subgraph": signature.subgraph,
                "inputs": dict(signature.inputs),
                "outputs": dict(signature.outputs),
            }
            for signature in model.signatures
        ],
        "metadata": _metadata(model),
        "findings": [_finding(finding) for finding in overview.findings],
    }


def _end(tensor: Tensor) -> dict[str, Any]:
    """An input or output: what somebody who feeds the model has to know."""
    return {
        "index": tensor.index,
        "name": tensor.name,
        "type": tensor.type.name,
        "shape": list(tensor.shape),
        "shape_signature": None if tensor.shape_signature is None else list(tensor.shape_signature),
        "scale": tensor.scale,
        "zero_point": tensor.zero_point,
    }


def _tensors_by_type(model: Model) -> dict[str, dict[str, int]]:
    """Type -> tensors, constants among them, and the bytes stored for those; a shared buffer counts once."""
    found: dict[str, dict[str, int]] = {}
    seen: set[tuple[int, int]] = set()
    for subgraph in model.subgraphs:
        columns = subgraph.tensor_columns
        for index, (type_, kind, size, buffer) in enumerate(
            zip(columns.types, columns.kinds, columns.stored_bytes, columns.buffers, strict=True)
        ):
            if kind == "optimizer":
                continue
            row = found.setdefault(type_.name, {"tensors": 0, "constants": 0, "bytes": 0})
            row["tensors"] += 1
            if kind == "constant":
                row["constants"] += 1
                key = (subgraph.index, index) if buffer is None else (-1, buffer)
                row["bytes"] += 0 if key in seen else size or 0
                seen.add(key)
    return found


def _metadata(model: Model) -> dict[str, Any]:
    return {
        "description": model.description,
        "facts": dict(model.facts),
        "entries": [{"name": e.name, "size_bytes": e.size_bytes, "text": e.text} for e in model.metadata],
        "associated_files": [{"name": f.name, "size_bytes": f.size_bytes} for f in model.associated_files],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "level": finding.level.name.lower(),
        "code": finding.code,
        "title": finding.title,
        "detail": finding.detail,
        "tensors": [list(place) for place in finding.tensors],
        "operators": [list(place) for place in finding.operators],
    }
