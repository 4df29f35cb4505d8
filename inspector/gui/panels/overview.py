"""The Overview tab: a verdict, six figures, where the bytes are, what goes in and out, what to look at."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from inspector.analysis.overview import Overview, overview_of
from inspector.analysis.sizes import compressed_file_bytes
from inspector.gui.background import Progress, Task, run_in_background
from inspector.gui.chips import Chip
from inspector.gui.flow_layout import FlowLayout
from inspector.gui.panels.models import show_in_folder
from inspector.gui.panels.overview_layout import FigureRow, SideBySide, page
from inspector.gui.panels.overview_parts import BytesBar, CountBar, FindingRow, FixedTable
from inspector.gui.session import OpenModel, Session
from inspector.gui.settings import short_path
from inspector.gui.theme import PAGE_TITLE, SECONDARY, VERDICT, ui_font
from inspector.gui.widgets import BOLD, Button, Card, ElidedLabel, Figure, label, link
from inspector.model import Finding, Level, Model, Tensor
from inspector.model.columns import tensor_label
from inspector.model.text import bytes_text, number_text, percent_text, plural, shape_text

_COMPRESSED_AT_ONCE = 256 << 20
_MOST_KINDS = 7


class OverviewPanel(QScrollArea):
    """Filled by a thread; `session` hears of the rows a finding is about."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._open: OpenModel | None = None
        self._tasks: list[Task] = []
        self.destroyed.connect(partial(_stop, self._tasks))  # a result must not reach a panel that is gone
        self._file_figure: Figure | None = None
        self.setWidgetResizable(True)
        self.setAccessibleName("Overview")
        self.setWidget(page([]))

    def set_model(self, open_model: OpenModel | None) -> None:
        """Shows another model; work for the one before is dropped."""
        _stop(self._tasks)
        self._open = open_model
        if open_model is None:
            self.setWidget(page([]))
            return
        model = open_model.model
        self.setWidget(page([self._head(open_model), label("Reading the values...", "dim")]))

        def measure(progress: Progress) -> Overview:
            return overview_of(model, progress)

        self._tasks.append(run_in_background(measure, self._show, self._failed))

    def _failed(self, sentence: str) -> None:
        if self._open is not None:
            self.setWidget(page([self._head(self._open), label(sentence, "bad", wrap=True)]))

    def _show(self, overview: Overview) -> None:
        opened = self._open
        if opened is None:
            return
        model = opened.model
        parts = [
            self._head(opened, overview.head),
            _verdict(overview),
            self._figures(overview),
            SideBySide((_bytes_card(overview), 5), (self._operators_card(overview, model), 2)),
            SideBySide((_ends_card(model), 1), (self._findings_card(overview), 1)),
        ]
        self.setWidget(page(parts))
        self._fit()
        if model.size_bytes <= _COMPRESSED_AT_ONCE:
            self._tasks.append(
                run_in_background(lambda progress: compressed_file_bytes(model, progress), self._show_compressed)
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.viewport().width() - 48
        for cards in self.findChildren(SideBySide):
            cards.fit(room)
        for figures in self.findChildren(FigureRow):
            figures.fit(room)

    def _show_compressed(self, size: int) -> None:
        if self._open is not None and self._file_figure is not None:
            whole = self._open.model.size_bytes
            tip = f"{whole:,} bytes; as one gzip file {size:,} bytes"
            self._file_figure.set(bytes_text(whole), f"{whole:,} B · {bytes_text(size)} compressed", tip)
            self._fit()

    def _head(self, opened: OpenModel, facts: Sequence[str] = ()) -> QWidget:
        title = ElidedLabel(opened.path.name)
        title.setFont(ui_font(PAGE_TITLE, BOLD))
        where = ElidedLabel(" · ".join([short_path(opened.path.parent), *facts]), Qt.TextElideMode.ElideRight)
        where.setFont(ui_font(SECONDARY))
        where.setProperty("tone", "dim")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(where)
        folder = Button("Show in folder", "folder")
        folder.setToolTip("Open the file's folder")
        folder.clicked.connect(lambda: show_in_folder(opened.path))
        export = Button("Export C Array...", "code")
        export.setToolTip("Write the model as a C array for a microcontroller (Ctrl+E)")
        export.clicked.connect(lambda: self._session.action_asked.emit("export-c"))
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(words, 1)
        row.setSpacing(8)
        row.addWidget(folder)
        row.addWidget(export)
        return head

    def _figures(self, overview: Overview) -> QWidget:
        card = Card()
        figures = []
        for found in overview.figures:
            figure = Figure(found.title)
            figure.set(found.value, found.line, found.exact)
            figures.append(figure)
        self._file_figure = figures[0]
        card.body.addWidget(FigureRow(figures))
        return card

    def _operators_card(self, overview: Overview, model: Model) -> QWidget:
        title = "Layers" if model.is_keras else "Operators"
        card = Card(title)
        counts = overview.operator_counts
        show = partial(self._session.show_rows, (), ())
        card.header.addWidget(link("Show all", show, f"Go to the table of all {title.lower()}"))
        table = FixedTable((title[:-1], "Count"), ("op_name", "text"), 0, title)
        for name, count in counts[:_MOST_KINDS]:
            table.add_row((name, CountBar(count, counts[0][1])))
        card.body.addWidget(table)
        if len(counts) > _MOST_KINDS:
            rest = (
                f"{plural(len(counts) - _MOST_KINDS, 'more kind')}, {sum(n for _, n in counts[_MOST_KINDS:]):,} in all"
            )
            card.body.addWidget(label(rest, "dim", SECONDARY))
        card.body.addStretch(1)
        return card

    def _findings_card(self, overview: Overview) -> QWidget:
        levels = [finding.level for finding in overview.findings]
        look = sum(level >= Level.WARNING for level in levels)
        notes = levels.count(Level.NOTE)
        side = " · ".join(
            text for count, text in ((look, f"{look} to look at"), (notes, plural(notes, "note"))) if count
        )
        card = Card("Findings", side)
        for finding in overview.findings:
            card.body.addWidget(FindingRow(finding, partial(self._select, finding)))
        card.body.addStretch(1)
        return card

    def _select(self, finding: Finding) -> None:
        """Selects the rows a finding is about; the window brings their tab into sight."""
        opened = self._open
        if opened is None:
            return
        graphs = opened.model.subgraphs
        tensors = [graphs[s].tensors[i] for s, i in finding.tensors if s < len(graphs) and i < len(graphs[s].tensors)]
        operators = [
            graphs[s].operators[i] for s, i in finding.operators if s < len(graphs) and i < len(graphs[s].operators)
        ]
        self._session.show_rows(tensors, [] if tensors else operators)


def _stop(tasks: list[Task], *_destroyed: object) -> None:
    for task in tasks:
        task.cancel()
    tasks.clear()


def _verdict(overview: Overview) -> QWidget:
    card, scheme = Card(), overview.scheme
    card.setProperty("card", "info")
    title: QLayout = FlowLayout(spacing=8)
    verdict = label(scheme.title, points=VERDICT, bold=True)
    verdict.setMaximumWidth(verdict.sizeHint().width())
    title.addWidget(verdict)
    for chip in scheme.chips:
        title.addWidget(Chip(chip.text, chip.type_name))
    title.addWidget(QWidget())  # keeps to the right, so that the chips need not
    card.body.addLayout(title)
    card.body.addWidget(label(scheme.sentence, wrap=True))
    if scheme.microcontroller:
        card.body.addWidget(label(scheme.microcontroller, "dim", wrap=True))
    card.body.setSpacing(4)
    return card


def _bytes_card(overview: Overview) -> QWidget:
    sizes = overview.sizes
    card = Card("Bytes by type", f"of {sizes.file:,} B in the file")
    bar = BytesBar()
    bar.set_parts(sizes.by_type)
    card.body.addWidget(bar)
    table = FixedTable(("Type", "Tensors", "Bytes", "Share of file", "What they are"),
                       ("text", "number", "number", "number", "words"), 4, "Bytes by type")  # fmt: skip
    for part in sizes.by_type:
        count = "" if part.tensors is None else f"{part.tensors:,}"
        cells = (Chip(part.name, part.name), count, f"{part.bytes:,} B", percent_text(part.share), part.what)
        table.add_row(cells)
    card.body.addWidget(table)
    totals = f"Data {sizes.data:,} B · non-data {sizes.non_data:,} B · zero-value buffers {sizes.zero_value:,} B"
    if sizes.duplicate_bytes:
        totals += f" · {sizes.duplicate_bytes:,} B to win by sharing equal buffers"
    footer = label(totals, "dim", SECONDARY, wrap=True)
    footer.setToolTip("As in the footer of TensorFlow's Analyzer: all buffers, the rest of the file, buffers of zeros")
    card.body.addWidget(footer)
    card.body.addStretch(1)
    return card


def _ends_card(model: Model) -> QWidget:
    ends = [("Input", t) for t in model.inputs()] + [("Output", t) for t in model.outputs()]
    quantized = any(tensor.scale is not None for _, tensor in ends)
    card = Card("Inputs and outputs", "" if quantized else "not quantized: feed and read real values")
    titles = ("", "T#", "Name", "Shape", "Type", "scale", "zero_point")
    table = FixedTable(titles, ("dim", "mono", "elided", "mono", "text", "number", "number"), 2, card.title.text())
    for title, tensor in ends:
        table.add_row((title, tensor_label(tensor), tensor.name, shape_text(tensor.shape_signature or tensor.shape),
                       Chip(tensor.type.name, tensor.type.name), *_scale_cells(tensor)))  # fmt: skip
    card.body.addWidget(table)
    card.body.addSpacing(8)
    card.body.addWidget(label("Metadata", bold=True))
    facts = FixedTable(("", ""), ("dim", "elided"), 1, "Metadata")
    for key, value in _metadata(model):
        facts.add_row((key, value))
    card.body.addWidget(facts)
    card.body.addStretch(1)
    return card


def _scale_cells(tensor: Tensor) -> tuple[str, str]:
    scale, zero_point = tensor.scale, tensor.zero_point
    if scale is None:
        return "none", "none"
    if isinstance(scale, list):
        return plural(len(scale), "channel"), ""
    return number_text(scale), "none" if zero_point is None else str(zero_point)


def _metadata(model: Model) -> list[tuple[str, str]]:
    rows = [(f"Signature {s.key}", f"({', '.join(s.inputs)}) -> ({', '.join(s.outputs)})") for s in model.signatures]
    if not rows and not model.is_keras:
        rows = [("Signatures", "none")]
    rows += [(key[:1].upper() + key[1:], value) for key, value in model.facts.items()]
    rows += [(entry.name, bytes_text(entry.size_bytes)) for entry in model.metadata]
    rows += [(entry.name, f"associated file, {bytes_text(entry.size_bytes)}") for entry in model.associated_files]
    return rows
