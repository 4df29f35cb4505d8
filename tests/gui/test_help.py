"""Help beside the work: F1 opens the section of the panel in sight, the glossary says each word with its formula."""

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import inspector
from inspector.analysis.debug_columns import DEBUG_COLUMNS
from inspector.analysis.statistics_columns import STATISTICS_COLUMNS
from inspector.gui.dialogs.about import diagnostics
from inspector.gui.dialogs.help import GLOSSARY_TITLE, HelpWindow, panel_sections
from inspector.gui.main_window import MainWindow
from inspector.gui.tabs import TABS
from inspector.gui.theme import theme_signals
from inspector.model.columns import LAYER_COLUMNS, OPERATOR_COLUMNS, TENSOR_COLUMNS
from inspector.model.glossary import GLOSSARY

README = Path(__file__).resolve().parents[2] / "README.md"


def test_every_tab_has_a_section() -> None:
    assert set(panel_sections()) == {tab.title for tab in TABS} | {"Jobs"}


def test_f1_opens_the_section_of_the_panel_in_sight(sample_window: MainWindow, qtbot: QtBot) -> None:
    help_window = None
    for tab in TABS:
        sample_window.tabs.show_tab(tab.id)
        sample_window.actions_by_id["help"].trigger()
        help_window = sample_window.edits.help
        assert help_window.isVisible() and help_window.list.currentItem().text() == tab.title
        first = panel_sections()[tab.title].split()[0].strip("*")
        assert tab.title in help_window.text.toPlainText() and first in help_window.text.toPlainText()
    assert help_window is sample_window.edits.help, "one window, not one each time"


def test_the_glossary_says_every_word_and_formula(sample_window: MainWindow) -> None:
    sample_window.actions_by_id["glossary"].trigger()
    help_window = sample_window.edits.help
    assert help_window.list.currentItem().text() == GLOSSARY_TITLE
    said = re.sub(r"\s+", " ", help_window.text.toPlainText())
    for term in GLOSSARY:
        assert term.word in said and term.meaning in said and term.formula in said


def test_readme_has_the_same_glossary() -> None:
    text = README.read_text(encoding="utf-8")
    for term in GLOSSARY:
        meaning = f"{term.meaning}: {term.formula}" if term.formula else term.meaning
        assert f"| {term.word} | {meaning.replace('|', chr(92) + '|')} |" in text, term.word


def test_every_column_of_numbers_says_what_it_means() -> None:
    columns = (*TENSOR_COLUMNS, *OPERATOR_COLUMNS, *LAYER_COLUMNS, *STATISTICS_COLUMNS, *DEBUG_COLUMNS)
    assert [column.key for column in columns if column.shown and not column.tip] == []


def test_diagnostics_name_versions_and_no_files(sample_window: MainWindow) -> None:
    text = diagnostics()
    assert inspector.__version__ in text and "numpy" in text and "Jobs run in this Python" in text
    assert "digits_cnn" not in text and str(Path.home()) not in text
    QApplication.clipboard().setText(text)
    assert QApplication.clipboard().text() == text


def test_another_theme_is_nothing_to_help_that_is_gone_or_shows_nothing_yet(qtbot: QtBot) -> None:
    gone, fresh = HelpWindow(), HelpWindow()
    qtbot.addWidget(fresh)
    gone.show_section(GLOSSARY_TITLE)
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme_signals().changed.emit()
    assert fresh.text.toPlainText() == ""
