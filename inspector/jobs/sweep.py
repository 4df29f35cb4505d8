"""The task "sweep": runs the pipelines of a plan side by side and keeps each result as soon as there is one."""

import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.analysis.pipelines import DONE, FAILED, FILES, PipelineResult
from inspector.analysis.progress import Progress
from inspector.errors import Cancelled, JobError
from inspector.jobs import pipeline_news as news
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.failures import sentence_of
from inspector.jobs.leaving import LEAVING
from inspector.jobs.pipeline_news import PipelineNews
from inspector.jobs.reporter import tell
from inspector.jobs.sweep_checks import check_data
from inspector.jobs.sweep_crew import Crew, Tell, local_crew
from inspector.jobs.sweep_estimate import Estimate, state_text
from inspector.jobs.sweep_keys import pipeline_keys
from inspector.jobs.sweep_options import PipelineOptions, SweepOptions
from inspector.jobs.sweep_plan import Pipeline, Plan, read_plan, results_folder
from inspector.jobs.sweep_store import Store
from inspector.model.text import plural

_TICK = 0.5
_NEWS_PAUSE = 0.2


def sweep(options: SweepOptions, progress: Progress, _scratch: Path) -> dict[str, Any]:
    """Returns {"folder", "done", "failed", "kept", "summary"}; `done` counts those that were kept, too. Tells a
    PipelineNews for each pipeline, and for each change of it.

    Raises PlanError with all that is wrong before anything runs, JobError where another sweep works in the folder.
    """
    progress(None, "Reading the plan")
    plan = read_plan(options.plan)
    pipelines = plan.pipelines()
    store = Store(options.folder or results_folder(options.plan))
    with store.locked(), _crew(options, store, pipelines) as crew:
        keyed = dict(zip(pipeline_keys(pipelines, crew.versions, progress), pipelines, strict=True))
        kept = {} if options.again else _kept(store, keyed, options.retry_failed)
        waiting = {key: each for key, each in keyed.items() if key not in kept}
        check_data(list(waiting.values()), progress)
        store.begin(Path(options.plan).expanduser().read_bytes(), plan.name, plan.metrics, plan.reference, list(keyed))
        return _Run(plan, store, crew, progress, kept, waiting)()


def _crew(options: SweepOptions, store: Store, pipelines: tuple[Pipeline, ...]) -> AbstractContextManager[Crew]:
    if not options.dask:
        return local_crew(options.workers, len(pipelines))
    from inspector.jobs.sweep_dask import dask_crew

    return dask_crew(options.dask, store.folder, pipelines)


def _kept(store: Store, keyed: Mapping[str, Pipeline], retry_failed: bool) -> dict[str, PipelineResult]:
    """What earlier runs finished; as the plan calls it now."""
    found = {}
    for key, each in keyed.items():
        result = store.get(key)
        if result is None or (retry_failed and result.state == FAILED) or not store.readable(result):
            continue
        named = replace(result, model=each.model, name=each.name, groups=dict(each.groups), data=each.evaluation.path)
        if named != result:
            store.put(named)
        found[key] = named
    return found


class _Run:
    """The pipelines that are left, a few at a time."""

    def __init__(
        self, plan: Plan, store: Store, crew: Crew, progress: Progress, kept: Mapping[str, PipelineResult],
        waiting: Mapping[str, Pipeline],
    ) -> None:  # fmt: skip
        self._plan, self._store, self._crew, self._progress = plan, store, crew, progress
        self._kept, self._waiting = kept, dict(waiting)
        self._running: dict[Future[dict[str, Any]], tuple[str, Pipeline, float]] = {}
        self._estimate = Estimate()
        self._done = sum(each.done for each in kept.values())
        self._failed = len(kept) - self._done
        self._count = len(kept) + len(waiting)

    def __call__(self) -> dict[str, Any]:
        for result in self._kept.values():
            self._tell(self._news_of(result, news.KEPT if result.done else news.FAILED))
        for key, each in self._waiting.items():
            self._tell(_news(key, each))
        self._say()
        while self._waiting or self._running:
            self._begin()
            done, _others = wait(self._running, _TICK, FIRST_COMPLETED)
            for future in done:
                self._finish(future)
            self._say()
        kept = sum(each.done for each in self._kept.values())
        return {
            "folder": str(self._store.folder), "done": self._done, "failed": self._failed, "kept": kept,
            "summary": _summary(self._done, self._failed, kept),
        }  # fmt: skip

    def _begin(self) -> None:
        while self._waiting and len(self._running) < max(1, self._crew.slots()):
            key = self._next()
            each = self._waiting.pop(key)
            self._tell(replace(_news(key, each), state=news.RUNNING, step="Starting"))
            started = time.monotonic()
            future = self._crew.submit(self._options(key, each), self._teller(key, each, started))
            self._running[future] = (key, each, started)

    def _next(self) -> str:
        """The first whose calibration nobody is at right now: what one pipeline calibrates, the next finds in the
        cache."""
        busy = {(each.model, each.calibration) for _key, each, _started in self._running.values() if each.calibration}
        free = (key for key, each in self._waiting.items() if (each.model, each.calibration) not in busy)
        return next(free, next(iter(self._waiting)))

    def _finish(self, future: "Future[dict[str, Any]]") -> None:
        key, pipeline, started = self._running.pop(future)
        seconds = time.monotonic() - started
        result = self._result(key, pipeline, _outcome(future), seconds)
        self._store.put(result)
        self._done += result.done
        self._failed += not result.done
        if result.done:
            self._estimate.add(pipeline.recipe, seconds)
        self._tell(self._news_of(result, news.DONE if result.done else news.FAILED))

    def _options(self, key: str, pipeline: Pipeline) -> PipelineOptions:
        given = dict(pipeline.options)
        limits = {name: given.pop(name) for name in ("memory_limit_mb", "time_limit_s") if name in given}
        return PipelineOptions(
            key=key, source=pipeline.model, recipe=pipeline.recipe, output_folder=str(self._store.files),
            evaluation=EvaluateOptions(models=(), data=pipeline.evaluation, **given),
            calibration=pipeline.calibration, debug=pipeline.debug, **limits,
        )  # fmt: skip

    def _result(self, key: str, pipeline: Pipeline, told: Mapping[str, Any], seconds: float) -> PipelineResult:
        scoring = EvaluateOptions(models=(), data=pipeline.evaluation, **pipeline.options)
        made = PipelineResult(
            key=key, model=pipeline.model, name=pipeline.name, recipe=pipeline.recipe, groups=dict(pipeline.groups),
            seed=pipeline.seed, state=FAILED, source_bytes=_size(Path(pipeline.model)), data=pipeline.evaluation.path,
            scoring={name: getattr(scoring, name) for name in ("average", "threshold", "resamples", "seed")},
            seconds=round(seconds, 3), versions=dict(self._crew.versions),
        )  # fmt: skip
        if "failed" in told:
            self._store.put_log(key, told["log"])
            return replace(made, sentence=told["failed"])
        result = told["result"]
        row = {**result["row"], "model": f"files/{key}/{result['variant']}"}
        if row.get("latency_ms") and self._crew.local:  # others worked on the same machine meanwhile
            row["latency_ms"] = {**row["latency_ms"], "side_by_side": self._crew.slots()}
        files: dict[str, Any] = {name: f"files/{key}/{result[name]}" if result[name] else "" for name in FILES}
        return replace(made, state=DONE, row=row, notes=tuple(result["notes"]), **files)

    def _teller(self, key: str, pipeline: Pipeline, started: float) -> Tell:
        base = replace(_news(key, pipeline), state=news.RUNNING)
        last: tuple[float, str] = (0.0, "")

        def told(fraction: float | None, message: str) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last[0] < _NEWS_PAUSE and last[1] == message:
                return
            last = (now, message)
            self._tell(replace(base, step=message, fraction=fraction, seconds=round(now - started, 1)))

        return told

    def _news_of(self, result: PipelineResult, state: str) -> PipelineNews:
        scores = ((name, result.score(name)) for name in (*self._plan.metrics, "accuracy", "rmse"))
        metric, score = next(((name, score) for name, score in scores if score is not None), ("", None))
        return PipelineNews(
            key=result.key, model=result.model, recipe=result.recipe, seed=result.seed, state=state,
            seconds=result.seconds, metric=metric, score=score, sentence=result.sentence,
        )  # fmt: skip

    def _tell(self, each: PipelineNews) -> None:
        tell(self._progress, each.to_dict())

    def _say(self) -> None:
        now = time.monotonic()
        running = [(each.recipe, now - started) for _key, each, started in self._running.values()]
        left = self._estimate.left([each.recipe for each in self._waiting.values()], running, self._crew.slots())
        finished = self._done + self._failed
        self._progress(finished / self._count, state_text(self._done, self._count, self._failed, left))


def _outcome(future: "Future[dict[str, Any]]") -> Mapping[str, Any]:
    """What `run_pipeline` returned, or its like for what went wrong on the way.

    Raises Cancelled for a pipeline that was stopped, JobError for a cluster that was lost."""
    if future.cancelled():
        raise JobError("The Dask cluster gave up its work. What is done is kept: run the sweep again for the rest.")
    error = future.exception()
    told = future.result() if error is None else {"failed": sentence_of(error)[0], "log": repr(error)}
    if not told or ("failed" in told and LEAVING.is_set()):  # its worker ended because this process does
        raise Cancelled("The sweep was stopped.")
    return told


def _news(key: str, pipeline: Pipeline) -> PipelineNews:
    return PipelineNews(key=key, model=pipeline.model, recipe=pipeline.recipe, seed=pipeline.seed)


def _size(path: Path) -> int:
    try:
        files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
        return sum(each.stat().st_size for each in files)
    except OSError:
        return 0


def _summary(done: int, failed: int, kept: int) -> str:
    parts = [f"{plural(done, 'pipeline')} done"]
    if kept:
        parts[0] += f" ({kept:,} of them before)"
    return ", ".join([*parts, *([f"{failed:,} failed"] if failed else [])]) + "."
