"""What the window remembers while it runs: open models, the one looked at, the selection. The only mutable state."""

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.analysis.measurements import Measurements
from inspector.analysis.scheme import Scheme, scheme_of
from inspector.errors import InspectorError
from inspector.formats import open_model
from inspector.gui.background import Progress, Task, run_in_background
from inspector.gui.origin import origin_of
from inspector.gui.result_files import is_plan, is_results
from inspector.gui.result_files import read as read_results
from inspector.model import Model, Operator, Tensor

if TYPE_CHECKING:
    from inspector.analysis.pipelines import ResultSet
    from inspector.gui.debuggings import Debuggings
    from inspector.gui.jobs import JobQueue
    from inspector.gui.try_client import TryClient


@dataclass(eq=False)
class OpenModel:
    """A model in the Models list, with what was measured of it so far.

    `source` is the file a variant was made from, as its provenance file has it, None where that is not known; `recipe`
    the id of what made it, else "". A variant that is not `saved` lives in a folder that goes with the window.
    """

    model: Model
    measurements: Measurements
    source: Path | None = None
    recipe: str = ""
    saved: bool = True

    @property
    def path(self) -> Path:
        return self.model.path

    @cached_property
    def scheme(self) -> Scheme:
        """How the model is quantized; worked out when first asked for."""
        return scheme_of(self.model)


@dataclass(frozen=True)
class Selection:
    """What is selected in the current model: tensors, operators, or nothing."""

    tensors: tuple[Tensor, ...] = ()
    operators: tuple[Operator, ...] = ()


class Session(QObject):
    """Selecting anywhere selects everywhere: panels call `select` and listen to `selection_changed`."""

    model_opened = Signal(object)  # OpenModel
    model_closed = Signal(object)  # OpenModel
    model_reloaded = Signal(object, object)  # old, new OpenModel
    current_changed = Signal(object)  # OpenModel or None
    selection_changed = Signal(object)  # Selection
    rows_asked = Signal(str)  # "tensors" or "operators": the selection should be seen in its table
    action_asked = Signal(str)  # the id of an action that a panel offers too
    asked = Signal()  # files are asked for: what was said of earlier ones is over
    failed = Signal(str)  # a sentence for the user
    reading = Signal(str)  # the name of the file that is being read, "" when all are
    jobs_began = Signal(object)  # JobQueue: asked for the first time
    plan_opened = Signal(object)  # Path of a sweep's plan that should be edited
    results_opened = Signal(object)  # ResultSet to look at; None: they were closed

    def __init__(self) -> None:
        super().__init__()
        self.models: list[OpenModel] = []
        self.current: OpenModel | None = None
        self.selection = Selection()
        self.results: ResultSet | None = None
        self._queue: list[_Wanted] = []
        self._task: Task | None = None
        self.new_folder: Callable[[], Path] = lambda: Path(tempfile.mkdtemp(prefix="tflite-inspector-"))
        """Makes an empty folder for variants that are not saved; the window's goes with it."""

    @cached_property
    def jobs(self) -> "JobQueue":
        """The window's long work; made when first asked for, so that it costs nothing at the start."""
        from inspector.gui.jobs import JobQueue

        made = self.__dict__["jobs"] = JobQueue(self)
        self.jobs_began.emit(made)
        return made

    @cached_property
    def debuggings(self) -> "Debuggings":
        """What was debugged in this window."""
        from inspector.gui.debuggings import Debuggings

        return Debuggings(self)

    @cached_property
    def tries(self) -> "TryClient":
        """Runs single samples, beside the jobs; its worker starts with the first one."""
        from inspector.gui.try_client import TryClient

        return TryClient(self)

    def renew_workers(self) -> None:
        """The next job runs in a new process: what does the jobs was changed."""
        if "jobs" in self.__dict__:
            self.jobs.renew()
        if "tries" in self.__dict__:
            self.tries.stop()

    def stop_jobs(self) -> None:
        """Ends all long work; the window is going."""
        if "jobs" in self.__dict__:
            self.jobs.stop()
        if "tries" in self.__dict__:
            self.tries.stop()

    def show_results(self, results: "ResultSet | None") -> None:
        """Brings results into sight in the Results tab, a model open or not; None closes them."""
        self.results = results
        self.results_opened.emit(results)

    def open_later(self, paths: Iterable[str | Path]) -> None:
        """As `open` for each path in turn, read in a thread: a slow disk doesn't stop the window."""
        self._queue.extend(_Wanted(path) for path in self._but_for_plans(paths))
        if self._task is None and self._queue:
            self.asked.emit()
            self._read_next()

    def _but_for_plans(self, paths: Iterable[str | Path]) -> list[Path]:
        """A plan is nothing to look at but to edit: who does that is told."""
        found = [absolute_path(path) for path in paths]
        for path in filter(is_plan, found):
            self.plan_opened.emit(path)
        return [path for path in found if not is_plan(path)]

    def add_variant(self, path: str | Path, source: Path | None, recipe: str, saved: bool = True) -> None:
        """Reads a variant that a job made, in a thread, and lists it without showing it; one that is open is read
        again."""
        self._queue.append(_Wanted(absolute_path(path), source and absolute_path(source), recipe, saved, shown=False))
        if self._task is None:
            self._read_next()

    def _read_next(self) -> None:
        while self._queue:
            wanted = self._queue.pop(0)
            if wanted.shown and (known := self._find(wanted.path)) is not None:
                self.set_current(known)
                continue

            def work(_progress: Progress, wanted: _Wanted = wanted) -> "tuple[OpenModel | ResultSet, bool]":
                return wanted.read(), wanted.shown

            self.reading.emit(wanted.path.name)
            self._task = run_in_background(work, self._read_done, self._read_failed)
            return
        self._task = None
        self.reading.emit("")

    def _read_done(self, answer: "tuple[OpenModel | ResultSet, bool]") -> None:
        loaded, shown = answer
        if not isinstance(loaded, OpenModel):
            self.show_results(loaded)
        elif (known := self._find(loaded.path)) is not None:
            self.replace(known, loaded)
        else:
            self.add(loaded, shown or self.current is None)
        self._read_next()

    def _read_failed(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self._read_next()

    def _find(self, path: Path) -> OpenModel | None:
        return next((known for known in self.models if known.path == path), None)

    def add(self, loaded: OpenModel, shown: bool = True) -> None:
        """Puts a model that was read into the list and shows it."""
        self.models.append(loaded)
        self.model_opened.emit(loaded)
        if shown:
            self.set_current(loaded)

    def open(self, path: str | Path) -> OpenModel | None:
        """Opens a file and shows it; one that is open already is only shown. Emits `failed` if it can't be read.
        A folder of results, or a plan, is shown as results and gives None."""
        return self.open_all([path])[0]

    def open_all(self, paths: Iterable[str | Path]) -> list[OpenModel | None]:
        """As `open`, of several files: one sentence for each that can't be read."""
        self.asked.emit()
        return [self._open(path) for path in paths]

    def _open(self, path: str | Path) -> OpenModel | None:
        resolved = absolute_path(path)
        if is_plan(resolved):
            self.plan_opened.emit(resolved)
            return None
        if (known := self._find(resolved)) is not None:
            self.set_current(known)
            return known
        loaded = self._load(resolved)
        if isinstance(loaded, OpenModel):
            self.add(loaded)
            return loaded
        if loaded is not None:
            self.show_results(loaded)
        return None

    def reload(self, old: OpenModel) -> OpenModel | None:
        """Reads the file again; when that fails the old model stays."""
        self.asked.emit()
        new = self._load(old.path)
        if not isinstance(new, OpenModel):
            return None
        new.source, new.recipe, new.saved = old.source, old.recipe, old.saved
        self.replace(old, new)
        return new

    def saved_as(self, old: OpenModel, path: Path) -> OpenModel | None:
        """`old` was written to `path`: the list has that file in its place from now on. An older model that was open
        from there is closed."""
        new = self._load(absolute_path(path))
        if not isinstance(new, OpenModel):
            return None
        new.source, new.recipe = old.source or new.source, old.recipe or new.recipe
        other = self._find(new.path)
        if other is not None and other is not old:
            self.close(other)
        self.replace(old, new)
        return new

    def replace(self, old: OpenModel, new: OpenModel) -> None:
        """Puts a model that was read anew in the place of one that is open."""
        self.models[self.models.index(old)] = new
        self.model_reloaded.emit(old, new)
        if self.current is old:
            self.current = None
            self.set_current(new)

    @property
    def unsaved(self) -> list[OpenModel]:
        """Variants that go with the window."""
        return [opened for opened in self.models if not opened.saved]

    def close(self, closing: OpenModel) -> None:
        place = self.models.index(closing)
        self.models.remove(closing)
        self.model_closed.emit(closing)
        if self.current is closing:
            self.set_current(self.models[min(place, len(self.models) - 1)] if self.models else None)

    def set_current(self, chosen: OpenModel | None) -> None:
        if chosen is self.current:
            return
        self.current = chosen
        self.selection = Selection()
        self.current_changed.emit(chosen)
        self.selection_changed.emit(self.selection)

    def select(self, tensors: Sequence[Tensor] = (), operators: Sequence[Operator] = ()) -> None:
        selection = Selection(tuple(tensors), tuple(operators))
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit(selection)

    def show_rows(self, tensors: Sequence[Tensor], operators: Sequence[Operator] = ()) -> None:
        """Selects rows and asks for their table to come into sight."""
        self.rows_asked.emit("tensors" if tensors else "operators")
        self.select(tensors, operators)

    def _load(self, path: Path) -> "OpenModel | ResultSet | None":
        try:
            return _Wanted(path).read()
        except InspectorError as error:
            self.failed.emit(str(error))
            return None


def absolute_path(path: str | Path) -> Path:
    """The path from the root, without "..": the same file always has the same one."""
    return Path(os.path.abspath(Path(path).expanduser()))


@dataclass(frozen=True)
class _Wanted:
    """A file to read, and what is known of it. `shown`: it is looked at once it is there."""

    path: Path
    source: Path | None = None
    recipe: str = ""
    saved: bool = True
    shown: bool = True

    def read(self) -> "OpenModel | ResultSet":
        if is_results(self.path):
            return read_results(self.path)
        opened = _read(self.path)
        opened.source, opened.recipe = self.source or opened.source, self.recipe or opened.recipe
        opened.saved = self.saved
        return opened


def _read(path: Path) -> OpenModel:
    model = open_model(path)
    origin = origin_of(path)
    return OpenModel(model, Measurements(model), origin.source, origin.recipe)


__all__ = ["OpenModel", "Selection", "Session"]
