"""What `tensors` shows people: groups by type with subtotals, or the Analyzer's lines."""

from collections.abc import Iterable

from inspector.cli.page import Line, Page, name_last, text_table
from inspector.export.analyzer_text import analyzer_sections
from inspector.export.tensor_table import ZeroFractions
from inspector.model.columns import TENSOR_COLUMNS, zero_fraction_column
from inspector.model.model import Model
from inspector.model.tensor import Tensor
from inspector.model.tensor_types import TensorType
from inspector.model.text import bytes_text, percent_text, plural


def tensor_page(model: Model, zero_fractions: ZeroFractions, optimizer: bool) -> Page:
    """The tensors in groups by type; the optimizer's state only when asked for."""
    columns = [*TENSOR_COLUMNS]
    columns.insert(-1, zero_fraction_column(zero_fractions))
    shown = name_last([column for column in columns if column.key != "type"])  # the heading says it
    groups = tensors_by_type(model.tensors(optimizer))
    stored = sum(stored_bytes(tensors) for tensors in groups.values())
    page = Page()
    page.table(text_table(shown, [(_heading(type_, tensors, stored), tensors) for type_, tensors in groups.items()]))
    page.line()
    total = plural(sum(map(len, groups.values())), "tensor")
    page.line(f"{total} in all, {stored:,} bytes stored in a file of {model.size_bytes:,} bytes", "title")
    return page


def tensors_by_type(tensors: Iterable[Tensor]) -> dict[TensorType, list[Tensor]]:
    """Groups in the order of TensorType.order."""
    groups: dict[TensorType, list[Tensor]] = {}
    for tensor in tensors:
        groups.setdefault(tensor.type, []).append(tensor)
    return dict(sorted(groups.items(), key=lambda group: group[0].order))


def stored_bytes(tensors: Iterable[Tensor]) -> int:
    """What the file stores for these tensors; a buffer that several share counts once."""
    sizes = {
        (-1, tensor.buffer) if tensor.buffer is not None else (tensor.subgraph, tensor.index): tensor.bytes or 0
        for tensor in tensors
        if tensor.has_data
    }
    return sum(sizes.values())


def _heading(type_: TensorType, tensors: list[Tensor], stored: int) -> Line:
    size = stored_bytes(tensors)
    share = f", {percent_text(size / stored)} of what is stored" if size else ""
    exact = f" ({size:,} bytes)" if size >= 10_000 else ""
    return Line(f"{plural(len(tensors), 'tensor')}, {bytes_text(size)}{exact}{share}", "title", type_.name)


def analyzer_page(model: Model, optimizer: bool) -> Page:
    """The Analyzer's lines under one heading a type."""
    page = Page()
    for number, (type_, lines) in enumerate(analyzer_sections(model, optimizer)):
        if number:
            page.line()
        page.line(f"{type_.name} tensors:", "title")
        for line in lines:
            page.line(line)
    return page
