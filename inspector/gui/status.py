"""The status bar: what is selected or what the model holds on the left, its scheme and size on the right."""

from collections.abc import Iterable, Sequence
from itertools import chain

from PySide6.QtWidgets import QStatusBar

from inspector.analysis.macs import operator_macs
from inspector.gui.session import OpenModel, Selection
from inspector.gui.theme import SECONDARY, ui_font
from inspector.gui.widgets import ElidedLabel, label
from inspector.model import Model, Operator, Tensor
from inspector.model.text import percent_text, plural


class StatusBar(QStatusBar):
    """Left: `show_selection`. Right: `show_jobs`, `show_model`."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.left = ElidedLabel("No model open")
        self.left.setProperty("tone", "dim")
        self.jobs = label("")
        self.scheme = label("", "dim")
        self.size_label = label("", "dim")
        self.left.setContentsMargins(16, 0, 8, 0)
        self.jobs.setContentsMargins(8, 0, 8, 0)
        self.scheme.setContentsMargins(8, 0, 8, 0)
        self.size_label.setContentsMargins(8, 0, 16, 0)
        for part in (self.left, self.jobs, self.scheme, self.size_label):
            part.setFont(ui_font(SECONDARY))
        self.left.setAccessibleName("What is selected")
        self.jobs.setAccessibleName("Jobs under way")
        self.scheme.setAccessibleName("Scheme")
        self.size_label.setAccessibleName("Bytes of the file")
        self.addWidget(self.left, 1)
        self.addPermanentWidget(self.jobs)
        self.addPermanentWidget(self.scheme)
        self.addPermanentWidget(self.size_label)
        self._stored: tuple[OpenModel | None, int] = (None, 0)

    def show_jobs(self, text: str) -> None:
        """What long work is under way; "" when none is."""
        self.jobs.setText(text)

    def show_model(self, open_model: OpenModel | None) -> None:
        self.scheme.setText(open_model.scheme.badge if open_model else "")
        self.scheme.setToolTip(open_model.scheme.title if open_model else "")
        self.size_label.setText(f"{open_model.model.size_bytes:,} B" if open_model else "")
        self.show_selection(open_model, Selection())

    def show_selection(self, open_model: OpenModel | None, selection: Selection, otherwise: str = "") -> None:
        """`otherwise`: what is said while nothing is selected, instead of what the model holds."""
        if open_model is None:
            self.left.setText(otherwise or "No model open")
        elif selection.tensors:
            self.left.setText(tensors_text(selection.tensors, self._stored_bytes(open_model)))
        elif selection.operators:
            self.left.setText(operators_text(selection.operators))
        else:
            self.left.setText(otherwise or model_text(open_model.model))

    def _stored_bytes(self, open_model: OpenModel) -> int:
        if self._stored[0] is not open_model:
            self._stored = (open_model, all_stored_bytes(open_model.model))
        return self._stored[1]


def stored_bytes(tensors: Iterable[Tensor]) -> int:
    """What the file stores for `tensors`; a buffer that several share counts once."""
    return _sum_once((tensor.buffer, tensor.bytes) for tensor in tensors if tensor.has_data)


def all_stored_bytes(model: Model) -> int:
    """`stored_bytes` of all tensors, without an optimizer's; read from the columns, as there may be 120,000."""
    columns = (subgraph.tensor_columns for subgraph in model.subgraphs)
    rows = chain.from_iterable(zip(c.kinds, c.buffers, c.stored_bytes, strict=True) for c in columns)
    return _sum_once((buffer, size) for kind, buffer, size in rows if kind == "constant")


def _sum_once(sizes: Iterable[tuple[int | None, int | None]]) -> int:
    """The sum of (buffer, bytes), each buffer once; formats without buffers have None there."""
    seen: dict[int, int] = {}
    total = 0
    for buffer, size in sizes:
        if buffer is None:
            total += size or 0
        else:
            seen[buffer] = size or 0
    return total + sum(seen.values())


def model_text(model: Model) -> str:
    """`78 tensors, 33 operators, 1 subgraph`; layers for Keras."""
    kinds = [subgraph.tensor_columns.kinds for subgraph in model.subgraphs]
    tensors = sum(len(listed) - listed.count("optimizer") for listed in kinds)
    operators = sum(len(subgraph.operators) for subgraph in model.subgraphs)
    if model.is_keras:
        return f"{plural(operators, 'layer')}, {plural(tensors, 'tensor')}"
    return f"{plural(tensors, 'tensor')}, {plural(operators, 'operator')}, {plural(len(model.subgraphs), 'subgraph')}"


def tensors_text(tensors: Sequence[Tensor], total: int) -> str:
    """`3 tensors selected: 32,768 B, 45.3 % of all stored tensors`; for computed ones their sum alone."""
    count = plural(len(tensors), "tensor")
    elements = f", {plural(tensors[0].elements, 'element')}" if len(tensors) == 1 else ""
    stored = stored_bytes(tensors)
    if stored:
        share = f", {percent_text(stored / total)} of all stored tensors" if total else ""
        return f"{count} selected: {stored:,} B{elements}{share}"
    computed = [tensor.bytes for tensor in tensors]
    if None in computed:
        return f"{count} selected, computed; size not known"
    return f"{count} selected: {sum(size or 0 for size in computed):,} B{elements}, computed, not stored"


def operators_text(operators: Sequence[Operator]) -> str:
    """`2 operators selected: 12,800 multiply-accumulates`, and how many have no formula."""
    keras = operators[0].parameters is not None
    count = plural(len(operators), "layer" if keras else "operator")
    if keras:
        return f"{count} selected: {plural(sum(layer.parameters or 0 for layer in operators), 'parameter')}"
    counts = [operator_macs(operator) for operator in operators]
    missing = counts.count(None)
    known = f"{sum(count or 0 for count in counts):,} multiply-accumulates"
    return f"{count} selected: {known}" + (f", {missing:,} not counted" if missing else "")
