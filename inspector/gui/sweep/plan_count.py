"""What a plan comes to, counted in the background while it is edited: files, pipelines, what is there already."""

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.errors import Cancelled, InspectorError
from inspector.gui.background import Progress
from inspector.gui.tables.latest_task import LatestTask
from inspector.jobs.recipes import recipe
from inspector.jobs.sweep_plan import Pipeline, Plan, PlanError
from inspector.model.text import plural

_REST_MS = 200  # after the last change
Checked = dict[Hashable, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """`files` by a model's path as written. `problems`: sentences about the plan; `data`: about data, by the place of
    the model and "calibration" or "evaluation". `kept` and `failed` of the `pipelines` are in the results' folder."""

    files: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    data: dict[tuple[int, str], str] = field(default_factory=dict)
    pipelines: int = 0
    kept: int = 0
    failed: int = 0


class PlanCount(QObject):
    """`ask` for a plan; `changed` comes when it was counted. `current` says whether nothing was changed since."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.counted = Counted()
        self.current = False
        self._wanted: tuple[Plan, Path | None] | None = None
        self._task = LatestTask(self)
        self._checked: Checked = {}
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._run)

    def ask(self, plan: Plan, results: Path | None) -> None:
        """`results`: the folder in which pipelines may be there already."""
        self._wanted, self.current = (plan, results), False
        self._task.cancel()
        self._rest.start()

    def files_of(self, path: str) -> tuple[Path, ...] | None:
        """None until it was looked up."""
        return self.counted.files.get(path)

    def problem_of(self, place: int, kind: str) -> str:
        return self.counted.data.get((place, kind), "")

    def _run(self) -> None:
        assert self._wanted is not None
        plan, results = self._wanted

        def work(progress: Progress) -> Counted:
            return count_plan(plan, results, self._checked, progress)

        self._task.run(work, self._done, self._failed)

    def _done(self, counted: Counted) -> None:
        self.counted, self.current = counted, True
        self.changed.emit()

    def _failed(self, sentence: str) -> None:
        self._done(Counted(problems=(sentence,)))


def count_plan(plan: Plan, results: Path | None, checked: Checked, progress: Progress) -> Counted:
    """`checked` remembers which data were found to be what; entries are added."""
    progress(None, "Counting")
    files = {model.path: tuple(plan.paths_of(model)) for model in plan.models}
    pipelines: tuple[Pipeline, ...] = ()
    problems: tuple[str, ...] = ()
    try:
        pipelines = plan.pipelines()
    except PlanError as error:
        problems = error.sentences
    data = _data_problems(plan, pipelines, checked, progress)
    kept, failed = (0, 0) if results is None or problems else _there(pipelines, results, progress)
    return Counted(files, problems, data, len(pipelines), kept, failed)


def _there(pipelines: Sequence[Pipeline], results: Path, progress: Progress) -> tuple[int, int]:
    """How many are done, and how many failed, as far as keys can be worked out."""
    if not results.is_dir():
        return 0, 0
    from inspector.jobs.sweep_keys import pipeline_keys, sweep_versions
    from inspector.jobs.sweep_store import Store

    try:
        keys = pipeline_keys(pipelines, sweep_versions(), progress)
    except PlanError:  # a file that can't be read: its data's check says so
        return 0, 0
    store = Store(results)
    found = [each for each in map(store.get, keys) if each is not None]
    done = sum(each.done for each in found)
    return done, len(found) - done


def _data_problems(
    plan: Plan, pipelines: Sequence[Pipeline], checked: Checked, progress: Progress
) -> dict[tuple[int, str], str]:
    """As the job looks at them before it begins."""
    places = {str(path): place for place, model in enumerate(plan.models) for path in plan.paths_of(model)}
    found: dict[tuple[int, str], str] = {}
    for each in pipelines:
        for kind, data in (("calibration", each.calibration), ("evaluation", each.evaluation)):
            if data is None:
                continue
            key = (kind, each.model, data, _changed(each.model, data.path), json.dumps(each.options, sort_keys=True))
            if key not in checked:
                progress(None, f"Looking at the {kind} data of {each.name}")
                checked[key] = _problem(each, kind)
            if checked[key]:
                found.setdefault((places[each.model], kind), f"{each.name}: {checked[key]}")
    return found


def _problem(pipeline: Pipeline, kind: str) -> str:
    from inspector.jobs.sweep_checks import check_pipeline

    try:
        check_pipeline(pipeline, kind)
    except Cancelled:
        raise
    except InspectorError as error:
        return str(error)
    except MemoryError:
        return "The samples take more memory than there is. Choose fewer."
    return ""


def _changed(*paths: str) -> tuple[float, ...]:
    """When the files changed last; 0 for one that is gone, or is none."""
    found = []
    for path in paths:
        try:
            found.append(Path(path).stat().st_mtime)
        except OSError:
            found.append(0.0)
    return tuple(found)


def count_text(plan: Plan, counted: Counted) -> str:
    """`7 models x 5 recipes x 1 seed = 35 pipelines; 12 are already there.`"""
    models = sum(len(each) for each in counted.files.values())
    calibrated = sum(recipe(each).calibrated for each in plan.recipes)
    seeds, plain = len(plan.seeds), len(plan.recipes) - calibrated
    if seeds > 1 and plain and calibrated:  # a seed draws calibration samples: other recipes have no use for it
        recipes = f"({plural(plain, 'recipe')} + {calibrated:,} calibrated × {seeds:,} seeds)"
    elif seeds > 1 and not calibrated:
        recipes = plural(len(plan.recipes), "recipe")
    else:
        recipes = f"{plural(len(plan.recipes), 'recipe')} × {plural(seeds, 'seed')}"
    text = f"{plural(models, 'model')} × {recipes} = {plural(counted.pipelines, 'pipeline')}"
    if counted.kept:
        text += f"; {counted.kept:,} {'is' if counted.kept == 1 else 'are'} already there"
    if counted.failed:
        text += f", {counted.failed:,} failed"
    return text + "."
