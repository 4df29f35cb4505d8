"""What models answered to a sample, and the sentence above it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout

from inspector.analysis.sample_answers import class_text, label_text, shown_rows
from inspector.gui.session import OpenModel
from inspector.gui.tables.output_table import Answer, Answers, OutputTable
from inspector.gui.theme import SECONDARY, current_palette
from inspector.gui.widgets import Card, IconButton, label
from inspector.jobs.packed_array import unpacked
from inspector.model.text import number_text, percent_text, printable
from inspector.plots.results_style import scheme_color

_MOST_ROWS = 100


class AnswersCard(Card):
    """The first output of each model, or another where there are several."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Outputs")
        self._result: dict[str, Any] | None = None
        self._models: Sequence[OpenModel] = ()
        self.table = OutputTable()
        self.which = QComboBox()
        self.which.setAccessibleName("Which output")
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.which.activated.connect(lambda _place: self._show())
        self.copy = IconButton("copy", "Copy the outputs (TSV)")
        self.copy.clicked.connect(self.table.copy)
        self.facts = label("", "dim", SECONDARY, wrap=True)
        head = QHBoxLayout()
        head.addWidget(label("Outputs", bold=True))
        head.addWidget(self.which, 1)
        head.addStretch(1)
        head.addWidget(self.copy)
        self.setMinimumWidth(280)
        self.body.setContentsMargins(12, 8, 8, 8)
        self.body.setSpacing(6)
        self.body.addLayout(head)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.facts)
        self.show_nothing()

    def show_nothing(self) -> None:
        self._result = None
        self.table.show_answers(None)
        self.facts.setText("")
        self.which.hide()
        self.copy.setEnabled(False)

    def show_result(self, result: dict[str, Any], models: Sequence[OpenModel]) -> None:
        self._result, self._models = result, models
        outputs: list[Any] = next((row["outputs"] for row in result["models"] if row["outputs"]), [])
        names = [printable(output["name"]) for output in outputs]
        if names != [self.which.itemText(place) for place in range(self.which.count())]:
            self.which.clear()
            self.which.addItems(names)
        self.which.setVisible(len(names) > 1)
        self.copy.setEnabled(True)
        self._show()

    def _show(self) -> None:
        if self._result is None:
            return
        result, place = self._result, max(self.which.currentIndex(), 0)
        columns = [self._answer(row, place) for row in result["models"]]
        shown = [each for each in columns if each is not None]
        rows, left_out = shown_rows([each.values for each in shown], _MOST_ROWS)
        first = place == 0
        classes = first and result["task"] != "regression"
        names = [class_text(each, result["names"]) if classes else str(each) for each in rows]
        known = first and result["label"] is not None and bool(result["task"]) and classes
        right = tuple(result["label"]["classes"]) if known else None
        self.table.show_answers(Answers(rows, names, shown, right))
        lines = [f"{left_out:,} more outputs, all of them smaller." if left_out else ""]
        lines += [f"{Path(row['model']).name}: {row['failed']}" for row in result["models"] if row["failed"]]
        self.facts.setText("\n".join(text for text in lines if text))
        self.facts.setVisible(bool(self.facts.text()))

    def _answer(self, row: Mapping[str, Any], place: int) -> Answer | None:
        output = row["outputs"][place] if place < len(row["outputs"]) else None
        values = unpacked(output["values"]) if output is not None else None
        if output is None or values is None or values.dtype.kind not in "fiub":
            return None
        opened = next((each for each in self._models if str(each.path) == row["model"]), None)
        badge = opened.scheme.badge if opened is not None else ""
        tip = f"{Path(row['model']).name}: {row['ms']:.3g} ms with {row['kernels']}, output {output['type']}"
        recipe = opened.recipe or opened.scheme.id if opened is not None else ""
        return Answer(
            badge or Path(row["model"]).name, values.ravel(), tuple(row["classes"]) if place == 0 else (),
            scheme_color(recipe, current_palette()), tip,
        )  # fmt: skip


def headline(result: Mapping[str, Any], badges: Mapping[str, str]) -> str:
    """`Right answer 6. float32 says 6 (99.9 %), FIQ int8 says 0 (39.1 %).`"""
    parts = []
    for row in result["models"]:
        name = badges.get(row["model"]) or Path(row["model"]).name
        if row["failed"]:
            parts.append(f"{name} can't be run")
        elif result["task"] == "regression" or not result["task"]:
            values = unpacked(row["outputs"][0]["values"]) if row["outputs"] else None
            if values is not None and values.size == 1:
                parts.append(f"{name} gives {number_text(float(values.ravel()[0]))}")
        else:
            parts.append(f"{name} says {_said(row, result)}")
    right = f"Right answer {label_text(result)}. " if result["label"] is not None else ""
    return right + (", ".join(parts) + "." if parts else "")


def _said(row: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    values = unpacked(row["outputs"][0]["values"])
    if values is None:
        return "nothing that is shown"
    flat, names = values.ravel(), result["names"]
    if result["task"] == "binary":
        return f"{'yes' if row['classes'] else 'no'} ({_share(float(flat[0]))})"
    if not row["classes"]:
        return "none"
    if len(row["classes"]) == 1:
        return f"{class_text(row['classes'][0], names)} ({_share(float(flat[row['classes'][0]]))})"
    return ", ".join(class_text(each, names) for each in row["classes"][:4])


def _share(value: float) -> str:
    return percent_text(value) if 0 <= value <= 1 else number_text(value)
