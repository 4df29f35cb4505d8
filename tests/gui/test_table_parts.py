"""Tables of a few columns: names from files of others stand in tips and in what is copied as they are, no more."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from inspector.gui.session import Session
from inspector.gui.sweep.run_page import RunView
from inspector.gui.sweep.run_rows import MODEL, STATE, TITLES, RunRows
from inspector.gui.sweep.sweep_run import SweepRun
from inspector.gui.tables.output_table import Answer, Answers, OutputTable
from inspector.jobs.pipeline_news import FAILED, PipelineNews

EVIL = "<img src='http://x'>"
TIP = Qt.ItemDataRole.ToolTipRole


def shown_as_it_is(tip: object) -> bool:
    return "&lt;img" in str(tip) and "<img" not in str(tip)


def test_pipelines_of_hostile_names_are_plain_in_tips_and_copies(qtbot: QtBot) -> None:
    run = SweepRun(Session())
    run.news["k"] = PipelineNews(f"k{EVIL}", f"/m/=1+A1{EVIL}", "int8", state=FAILED, sentence=f"a\tb {EVIL}")
    view = RunView(RunRows(run))
    qtbot.addWidget(view)
    rows = view.model()
    assert shown_as_it_is(rows.index(0, MODEL).data(TIP)) and shown_as_it_is(rows.index(0, STATE).data(TIP))
    assert rows.headerData(MODEL, Qt.Orientation.Horizontal) == "Model" and rows.columnCount() == len(TITLES)
    run.news["k"] = PipelineNews("k", "/m/=1+A1", "int8", state=FAILED, sentence="a\tb")
    view.copy()
    head, line = QGuiApplication.clipboard().text().splitlines()
    assert head.split("\t") == list(TITLES)
    assert len(line.split("\t")) == len(TITLES) and line.split("\t")[MODEL] == "'=1+A1"


def test_outputs_of_hostile_names_are_plain_in_tips_and_copies(qtbot: QtBot) -> None:
    table = OutputTable()
    qtbot.addWidget(table)
    answer = Answer(f"net{EVIL}", np.array([-0.5, 0.25]), (1,), "#000000", tip=EVIL)
    table.show_answers(Answers((0, 1), (f"=cat{EVIL}", "dog\tcat"), (answer,), right=(0,)))
    rows = table.model()
    tips = [rows.index(0, 0).data(TIP), rows.index(0, 1).data(TIP), rows.headerData(1, Qt.Orientation.Horizontal, TIP)]
    assert all(map(shown_as_it_is, tips))
    assert [line.split("\t") for line in table.copied_text().splitlines()] == [
        ["Output", f"net{EVIL}"], [f"'=cat{EVIL}", "-0.5"], ["dog\\x09cat", "0.25"],
    ]  # fmt: skip
