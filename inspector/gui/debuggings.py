"""What was debugged in this window: a history of repairs for each model; jobs and tables from disk become steps."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from inspector.analysis.quantization_debug import DebugResult, debug_layers, debug_result
from inspector.datasets.choice import DataChoice
from inspector.errors import ModelFileError
from inspector.formats import open_model
from inspector.formats.layer_csv import kind_of_csv, read_layer_csv
from inspector.gui.background import Progress, run_in_background
from inspector.gui.compared import family
from inspector.gui.repair_jobs import RepairJobs
from inspector.gui.repairs import RECIPE, Repairs, Step
from inspector.gui.session import OpenModel, Session, absolute_path
from inspector.jobs.options import CompareActivationsOptions, DebugOptions
from inspector.model import Model
from inspector.model.text import printable

if TYPE_CHECKING:
    from inspector.gui.jobs import Job


class Debuggings(QObject):
    """`all`: one history a model, the last one last. The first job of a history makes it; `repairs` makes its steps."""

    changed = Signal(object)  # Repairs: new, or with other steps

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.all: list[Repairs] = []
        self.repair = RepairJobs(session, self.changed.emit)
        self._first: dict[str, DataChoice | None] = {}  # ids of jobs that begin a history -> what it is scored on
        self._listening = False
        session.model_reloaded.connect(self._moved)

    def debug(
        self, options: DebugOptions | CompareActivationsOptions, title: str, name: str, engine: str,
        evaluation: DataChoice | None = None,
    ) -> "Job":  # fmt: skip
        """Puts a job in line whose result begins a history; its steps are scored on `evaluation`. Raises
        ModelFileError."""
        queue = self._session.jobs
        if not self._listening:
            queue.ended.connect(self._job_ended)
            self._listening = True
        job = queue.submit(options, title, name, engine)
        self._first[job.id] = evaluation
        return job

    def of(self, opened: OpenModel | None, models: Sequence[OpenModel]) -> Repairs | None:
        """The last history of a model: of it, of what it was made from, or of a variant of the same source."""
        if opened is None:
            return None
        near = {opened.path, *({opened.source} if opened.source is not None else ())}
        wide = near | {model.path for model in family(opened, models)}
        for paths in (near, wide):
            for repairs in reversed(self.all):
                if repairs.paths() & paths:
                    return repairs
        return None

    def add(self, repairs: Repairs) -> None:
        """In place of an older one of the same source."""
        old = next((each for each in self.all if each.source == repairs.source and each.name == repairs.name), None)
        if old is not None:
            self.all.remove(old)
        self.all.append(repairs)
        self.changed.emit(repairs)

    def open_csv(self, path: Path, opened: OpenModel | None) -> None:
        """Reads a layer table in a thread; it is shown with `opened`, whose operators its rows are looked for in."""
        model = opened.model if opened is not None and not opened.model.is_keras else None
        place = opened.path if opened is not None else path

        def work(_progress: Progress) -> DebugResult:
            return read_tables(path, model)

        def done(result: DebugResult) -> None:
            size = model.size_bytes if model is not None else None
            self.add(Repairs(result.name, place, steps=[Step(0, result=result, size_bytes=size)]))

        run_in_background(work, done, self._session.failed.emit)

    def _moved(self, old: OpenModel, new: OpenModel) -> None:
        """A step's model that was saved elsewhere is found there from now on."""
        for step in (step for repairs in self.all for step in repairs.steps):
            if step.path == old.path:
                step.path = new.path

    # jobs

    def _job_ended(self, job: "Job") -> None:
        if job.id not in self._first:
            return
        if job.state == "failed":
            self._session.failed.emit(f"{job.title} of {printable(job.model_name)} failed. {job.sentence}")
        if job.state == "done":
            self._take_first(job)

    def _take_first(self, job: "Job") -> None:
        options, told = job.options, job.result
        pair = isinstance(options, CompareActivationsOptions)
        assert isinstance(options, DebugOptions | CompareActivationsOptions)
        file = options.candidate if isinstance(options, CompareActivationsOptions) else told.get("model", "")
        source = absolute_path(options.candidate if pair else options.source)  # type: ignore[union-attr]
        name = f"{source.stem} beside {Path(told.get('reference', '')).stem}" if pair else source.stem

        def done(result: DebugResult) -> None:
            size = told.get("size_bytes") or (result.model.size_bytes if result.model is not None else None)
            step = Step(0, result=result, path=absolute_path(file) if file else None, size_bytes=size)
            known = options if isinstance(options, DebugOptions) else None
            repairs = Repairs(name, source, known, [step], evaluation=self._first.get(job.id))
            self.add(repairs)
            if step.path is not None and known is not None:
                self._session.add_variant(step.path, source, RECIPE)
                self.repair.score(repairs, step)
            if self.of(self._session.current, self._session.models) is repairs:
                self._session.action_asked.emit("debug")

        self._read(file, name, told, done)

    def _read(self, file: str, name: str, told: dict[str, Any], done: Callable[[DebugResult], object]) -> None:
        """The rows at the operators of the model that was made."""

        def work(_progress: Progress) -> DebugResult:
            try:
                model: Model | None = open_model(file) if file else None
            except ModelFileError:
                model = None
            return all_or_none(debug_result(name, told, model))

        run_in_background(work, done, self._session.failed.emit)


def read_tables(path: Path, model: Model | None) -> DebugResult:
    """A layer table and the one of the other error beside it (layers.csv, layers.cumulative.csv), if there is one.
    Raises DataError, ModelFileError."""
    kind = kind_of_csv(path)
    result = DebugResult(path.name, model=model).with_layers(kind, debug_layers(read_layer_csv(path), kind, model))
    beside = path.with_name(f"{path.stem}.cumulative{path.suffix}")
    if kind == "local" and beside.is_file():
        layers = debug_layers(read_layer_csv(beside), "cumulative", model)
        result = result.with_layers("cumulative", layers)
    return all_or_none(result)


def all_or_none(result: DebugResult) -> DebugResult:
    """Where some rows have no operator in the model none is placed by it, so that no row is missing in the chart."""
    for kind in result.kinds:
        layers = result.layers(kind)
        if any(layer.operator is None for layer in layers):
            result = result.with_layers(kind, tuple(replace(layer, operator=None) for layer in layers))
    return result
