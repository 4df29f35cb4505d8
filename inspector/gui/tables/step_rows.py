"""The history of repairs as a table: what each step left float, its bytes, its worst layer, its score."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QColor, QPainter

from inspector.analysis.quantization_debug import SUSPICIOUS
from inspector.gui.repairs import Repairs, Step, places_text
from inspector.gui.tables.cell_text import TextPainter
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.row_source import RowSource, Tone
from inspector.gui.theme import current_palette, ui_font
from inspector.model.columns import Column
from inspector.model.text import bytes_text, percent_text, plural

NEXT = "not run"
_SCORES = {
    "accuracy": "The share of right answers on the evaluation samples.",
    "agreement": "The share of the float model's answers on the evaluation samples, which have no labels.",
    "fit": "R² to the float model's outputs on the evaluation samples.",
}


def step_rows(repairs: Repairs, kind: str) -> RowSource[Step]:
    """A row a step, and one for what is ticked, where that is none of the steps yet."""
    steps: list[Step] = list(repairs.steps)
    ticked = tuple(sorted(repairs.ticked))
    if repairs.can_repair and ticked and all(step.left != ticked for step in steps):
        steps.append(Step(len(steps), ticked, waiting=NEXT))
    columns: Sequence[Column[Step]] = (
        Column("step", "#", lambda step: step.number, style="number", tip="The step."),
        Column("left", "Left float", lambda step: places_text(step.left)),
        Column("bytes", "Bytes", lambda step: step.size_bytes, lambda step: _bytes(step), style="bytes"),
        Column("worst", "Worst", lambda step: _worst(step, kind), lambda step: _worst_text(step, kind),
               style="number", tip="The largest rmse/scale, and the operator that has it."),
        Column("score", "Score", lambda step: step.score, _score_text, style="number",
               tip=_SCORES.get(repairs.score_kind, "On the evaluation samples.")),
    )  # fmt: skip
    return RowSource(steps, columns, identity=lambda step: step.number,
                     tips={"left": _left_tip, "score": _score_tip,
                           "step": lambda step: step.failed})  # fmt: skip


def _bytes(step: Step) -> str:
    return "" if step.size_bytes is None else bytes_text(step.size_bytes)


def _worst(step: Step, kind: str) -> float | None:
    layer = step.worst(kind)
    return None if layer is None else layer.rmse_over_scale


def _worst_text(step: Step, kind: str) -> str:
    layer = step.worst(kind)
    if layer is None or layer.rmse_over_scale is None:
        return ""
    place = f" #{layer.operator}" if layer.operator is not None else ""
    return f"{layer.rmse_over_scale:,.2f}{place}"


def _score_text(step: Step) -> str:
    if step.failed:
        return "failed"
    if step.score is not None:
        return percent_text(step.score)
    return step.waiting or ("failed" if step.score_failed else "")


def _score_tip(step: Step) -> str:
    return step.failed or step.waiting or step.score_failed or _score_text(step)


def _left_tip(step: Step) -> str:
    if not step.left:
        return "Nothing is left float."
    shown = ", ".join(f"#{place}" for place in step.left[:40])
    return f"{plural(len(step.left), 'layer')}: {shown}{', ...' if len(step.left) > 40 else ''}"


class StepDelegate(RecordDelegate):
    """`shown` is the step that is looked at; steps that are not run are faint, suspicious numbers red."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown = 0
        italic = ui_font()
        italic.setItalic(True)
        self.italic = TextPainter(italic)

    def cell_width(self, _column: Column[Any], text: str) -> int:
        return self.body_bold.width(text)

    def _text(self, painter: QPainter, rect: QRect, column: Column[Any], record: Step, tone: Tone) -> None:
        writer = self.body_bold if record.number == self.shown else self.body
        color = self.colors.dim if record.waiting or not record.left else self.colors.texts[tone]
        writer.draw(painter, rect, column.display(record), color)

    def _number(self, painter: QPainter, rect: QRect, column: Column[Any], record: Step, tone: Tone) -> None:
        text = column.display(record)
        color = self.colors.dim if record.waiting == NEXT else self.colors.texts[tone]
        writer = self.body_bold if record.number == self.shown else self.body
        if column.key == "worst" and (column.value(record) or 0.0) > SUSPICIOUS:
            color = QColor(current_palette().bad)
        if column.key == "score" and record.score is None:
            writer, color = self.italic, self.colors.dim
        if text:
            self.draw_number(painter, rect, text, color, writer, column)
