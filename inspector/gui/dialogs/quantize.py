"""Model > Quantize: recipes as rows to read left, from what and whereto right; a job makes the variants."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inspector.errors import InspectorError
from inspector.gui.dialogs.data_form import DataForm
from inspector.gui.dialogs.form_parts import BottomBar, fill_dialog, form_column, resize_on_screen
from inspector.gui.dialogs.install_bar import InstallBar
from inspector.gui.dialogs.options_form import OptionsForm
from inspector.gui.dialogs.output_form import OutputForm, usual_place
from inspector.gui.dialogs.quantize_memory import QuantizeMemory
from inspector.gui.dialogs.recipe_table import RecipeTable
from inspector.gui.dialogs.source_form import SourceForm
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.theme import SECONDARY
from inspector.gui.unsaved import UnsavedFolder
from inspector.gui.widgets import label, line, link
from inspector.jobs.availability import backend_for, install_line, installed
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import BY_ID, CLASSIC_FIVE, RECIPES
from inspector.model.text import plural, printable

_READY = "Each variant is read back and run once before it is delivered."


class QuantizeDialog(QDialog):
    """Stands beside the window without blocking it. `submitted(Job)` comes when the job is in line."""

    submitted = Signal(object)

    def __init__(
        self, session: Session, settings: Settings, unsaved: UnsavedFolder, source: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._unsaved = session, unsaved
        self._memory = QuantizeMemory(settings)
        self._waiting_for_data = False  # Make was pressed while the data were being looked at
        self.table, self.install = RecipeTable(), InstallBar()
        self.data, self.output, self.options_form = DataForm(), OutputForm(), OptionsForm()
        self.source = SourceForm(session, source)
        self._shown: Path | None = None
        self._make_footer()
        self._arrange()
        self.table.choose(self._memory.recipes)
        self.table.looked_at.connect(lambda _recipe: self._show_sentence())
        self.table.changed.connect(self._recipes_changed)
        self.source.chosen.connect(self._source_chosen)
        self.source.changed.connect(self._source_changed)
        for form in (self.data, self.output, self.options_form):
            form.changed.connect(self._changed)
        self.data.checked.connect(self._data_checked)
        self.options_form.backend.activated.connect(lambda _place: self._source_changed())
        self._source_chosen(source)
        self._show_sentence()
        self.table.setFocus()

    # what is asked for

    @property
    def options(self) -> QuantizeOptions:
        """The job as chosen. `output_folder` is the folder typed, also where variants are kept unsaved."""
        chosen = self.table.chosen
        needs_data = any(BY_ID[each].calibrated for each in chosen)
        return QuantizeOptions(
            source=str(self.source.path),
            recipes=chosen,
            output_folder=str(self.output.folder or self.source.path.parent),
            data=self.data.choice if needs_data else None,
            batch=self.source.batch.current,
            allow_code=self.source.allow_code,
            **self.options_form.values,
        )

    @property
    def problem(self) -> str:
        """Why the job can't start yet, "" if it can."""
        if self.source.problem:
            return self.source.problem
        if not self.table.chosen:
            return "Tick at least one recipe."
        if any(BY_ID[each].calibrated for each in self.table.chosen) and self.data.problem:
            return self.data.problem
        return self.output.problem

    def run(self) -> None:
        """Puts the job in line and closes, after asking where variants would be replaced."""
        if self.problem:
            return
        options = self.options
        if options.data is not None and self.data.check is None:
            self._waiting_for_data = True
            self._say("Checking the data; then the job starts.")
            return
        settled = self.output.settled(options, self._unsaved, "Quantize")
        if settled is None:
            return
        options = settled
        count = len(options.recipes)
        title = f"Quantize {count} variants" if count > 1 else f"Quantize, {options.recipes[0]}"
        facts = self.source.facts
        try:
            job = self._session.jobs.submit(
                options, title, self.source.path.name, facts.engine if facts is not None else ""
            )
        except InspectorError as error:
            self._say(str(error))
            return
        self._memory.keep(self.source.path, options, self.output.folder, self.output.keep_unsaved)
        self.submitted.emit(job)
        self.accept()

    # following what is chosen

    def _source_chosen(self, path: Path) -> None:
        self.setWindowTitle(f"Quantize {printable(path.name)}")
        folder, unsaved = self._memory.place(path) or usual_place(path)
        self.output.choose(folder, unsaved)
        self._source_changed()
        self._recipes_changed()

    def _source_changed(self) -> None:
        """The first time something is known of a source, its worker is warmed and its data are looked up."""
        facts = self.source.facts
        from_tflite = facts is not None and facts.from_tflite
        backend = str(self.options_form.values["backend"])
        missing = {each.id: _why_not(each.id, from_tflite, backend) for each in RECIPES
                   if backend_for(each, from_tflite, backend) is None}  # fmt: skip
        self.table.set_missing(missing)
        lines = [install_line(BY_ID[each], from_tflite) for each in missing]
        self.install.show_lines([text for text in lines if text])
        if facts is not None and facts.path != self._shown and not facts.problem:
            self._shown = facts.path
            if facts.engine and installed("tensorflow"):
                self._session.jobs.warm(facts.engine)
            self.data.choose(self._memory.data(facts.path, facts.data))
            self.data.set_model(facts.model)
        self._changed()

    def _recipes_changed(self) -> None:
        chosen = self.table.chosen
        self.data.set_needed(sum(BY_ID[each].calibrated for each in chosen), len(chosen))
        self.options_form.set_recipes(chosen)
        self.source.set_recipes(chosen)
        self.output.set_variants(self.source.path.stem, chosen)
        self._changed()

    def _data_checked(self) -> None:
        """Starts what was asked for while the data were being looked at, if they can be used."""
        if self._waiting_for_data:
            self._waiting_for_data = False
            self.run()

    def _changed(self) -> None:
        count = len(self.table.chosen)
        self.count.setText(f"{count} of {len(RECIPES)} chosen")
        self.make.setText(f"Make {plural(count, 'variant')}" if count else "Make variants")
        problem = self.problem
        self.make.setEnabled(not problem)
        for button in self.copies:
            button.setEnabled(not problem)
        self._say(problem or _READY)

    def _show_sentence(self) -> None:
        recipe = self.table.current
        self.sentence.setText(f"{recipe.title}: {recipe.sentence}")

    def _say(self, sentence: str) -> None:
        self.footer.setText(sentence)

    # arranging

    def _make_footer(self) -> None:
        self.copies = (
            link("Copy as command", partial(self._copy, _command, "command"), "The same on the command line"),
            link("Copy as Python script", partial(self._copy, _script, "script"), "The same in plain TensorFlow"),
        )
        self.bottom = BottomBar(self, "Make variants", "quantize", self.run, self.copies)
        self.footer, self.cancel, self.make = self.bottom.sentence, self.bottom.cancel, self.bottom.run

    def _copy(self, text_of: Callable[[QuantizeOptions], str], name: str) -> None:
        try:
            text = text_of(self.options)
        except InspectorError as error:
            self._say(str(error))
            return
        QGuiApplication.clipboard().setText(text)
        self._say(f"The {name} is in the clipboard.")

    def _arrange(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(self._left())
        middle.addWidget(line(vertical=True))
        self.form_area = form_column((self.source, self.data, self.output, self.options_form), 12, lines=True)
        middle.addWidget(self.form_area)
        fill_dialog(self, middle, self.bottom)
        form_width = self.form_area.sizeHint().width()
        resize_on_screen(self, QSize(self.table.wanted_width + form_width + 1, self.table.wanted_height + 190))

    def _left(self) -> QVBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(20, 6, 12, 6)
        head.setSpacing(8)
        self.count = label("", "dim", SECONDARY)
        head.addWidget(label("Recipes", bold=True))
        head.addWidget(self.count)
        head.addStretch(1)
        for text, ids in (("Classic five", CLASSIC_FIVE), ("All", tuple(BY_ID)), ("None", ())):
            head.addWidget(link(text, partial(self.table.choose, ids)))
        self.sentence = label("", "dim", SECONDARY, wrap=True)
        self.sentence.setContentsMargins(20, 8, 20, 8)
        self.sentence.setMinimumHeight(2 * self.sentence.fontMetrics().lineSpacing() + 16)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line())
        column.addWidget(self.table, 1)
        column.addWidget(line())
        column.addWidget(self.install)
        column.addWidget(self.sentence)
        return column


def _why_not(recipe_id: str, from_tflite: bool, backend: str) -> str:
    if text := install_line(BY_ID[recipe_id], from_tflite):
        return f"Not installed: {text}"
    return f"Not made of this source by {backend}; choose another back end."


def _command(options: QuantizeOptions) -> str:
    from inspector.jobs.command_text import command_text

    return command_text(options)


def _script(options: QuantizeOptions) -> str:
    from inspector.jobs.python_script import python_script

    return python_script(options)
