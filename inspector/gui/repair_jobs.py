"""Quantizes again with layers left float: a variant at once, then its errors, then its score; each fills its step."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from inspector.errors import InspectorError, UsageError
from inspector.gui.repairs import RECIPE, Repairs, Step
from inspector.gui.session import Session, absolute_path
from inspector.jobs.options import DebugOptions, JobOptions, QuantizeOptions
from inspector.jobs.recipes import variant_name
from inspector.jobs.repair_options import RangesOptions, ScoreOptions, SuggestOptions

if TYPE_CHECKING:
    from inspector.gui.jobs import Job, JobQueue

End = Callable[["Job"], object]


class RepairJobs:
    """`changed` is called with the history whenever a step has got something. Jobs stand in the Jobs list as others."""

    def __init__(self, session: Session, changed: Callable[[Repairs], object]) -> None:
        self._session, self._changed = session, changed
        self._ends: dict[str, End] = {}  # job id -> what is done when it has ended
        self._queue: JobQueue | None = None
        self._of_step: dict[int, list[Job]] = {}  # id of a step -> what is left to do once its variant is there

    def follow(self, queue: "JobQueue") -> None:
        """Listens to the window's jobs, once."""
        if self._queue is None:
            self._queue = queue
            queue.ended.connect(self._ended)

    def requantize(self, repairs: Repairs) -> Step:
        """Puts the jobs of a new step in line: what is ticked stays float. Raises UsageError, ModelFileError."""
        options = repairs.options
        if options is None:
            raise UsageError("A table from disk can't be quantized again: debug the model it is about.")
        step = repairs.begin(repairs.ticked)
        try:
            self._begin(repairs, options, step)
        except InspectorError:
            repairs.steps.remove(step)
            raise
        self._changed(repairs)
        return step

    def _begin(self, repairs: Repairs, options: DebugOptions, step: Step) -> None:
        words = f"step {step.number}: {step.left_text} float"
        folder, suffix = self._session.new_folder(), f"step{step.number}"
        step.path = absolute_path(folder / variant_name(repairs.source.stem, RECIPE, suffix))
        quantize = QuantizeOptions(
            source=options.source, recipes=(RECIPE,), output_folder=str(folder), data=options.data,
            batch=options.batch, allow_code=options.allow_code, suffix=suffix,
            float_tensors=step.float_tensors,
        )  # fmt: skip
        debug = replace(options, float_tensors=step.float_tensors, output="", output_folder="")
        step.waiting = "quantizing"
        self.submit(quantize, f"Requantize, {words}", repairs, lambda job: self._quantized(job, repairs, step))
        second = self.submit(debug, f"Debug, {words}", repairs, lambda job: self._debugged(job, repairs, step))
        self._of_step[id(step)] = [second]
        self.score(repairs, step)

    def score(self, repairs: Repairs, step: Step) -> None:
        """Puts a step's score in line, the float model's with the first; nothing where no samples are for it."""
        options = repairs.options
        if options is None or repairs.evaluation is None or step.path is None:
            return
        wanted = ScoreOptions(
            models=(str(step.path),), evaluation=repairs.evaluation, source=options.source, data=options.data,
            batch=options.batch, allow_code=options.allow_code,
        )  # fmt: skip
        job = self.submit(wanted, f"Score, step {step.number}", repairs, lambda job: self._scored(job, repairs, step))
        self._of_step.setdefault(id(step), []).append(job)

    def suggest(self, repairs: Repairs, distance: float, end: End) -> "Job":
        """Puts a search in line for what should stay float. Raises UsageError, ModelFileError."""
        options = repairs.options
        if options is None:
            raise UsageError("A table from disk can't be quantized again: debug the model it is about.")
        wanted = SuggestOptions(
            source=options.source, data=options.data, evaluation=repairs.evaluation, distance=distance,
            batch=options.batch, allow_code=options.allow_code,
        )  # fmt: skip
        return self.submit(wanted, f"Suggest, within {100 * distance:g} points", repairs, end, quiet=False)

    def ranges(self, repairs: Repairs, end: End) -> "Job":
        """Puts the activations' ranges in line, and what clipping weights costs. Raises UsageError, ModelFileError."""
        options = repairs.options
        if options is None:
            raise UsageError("Ranges are measured on the source, which a table from disk does not have.")
        wanted = RangesOptions(
            source=options.source, data=options.data, evaluation=repairs.evaluation, batch=options.batch,
            allow_code=options.allow_code,
        )  # fmt: skip
        return self.submit(wanted, "Activation ranges", repairs, end, quiet=False)

    def submit(self, options: JobOptions, title: str, repairs: Repairs, end: End, quiet: bool = True) -> "Job":
        """`end` is called with the job when it has ended, however it went. Raises ModelFileError."""
        queue = self._session.jobs
        self.follow(queue)
        job = queue.submit(options, title, repairs.source.name, quiet=quiet)
        self._ends[job.id] = end
        if job.over:  # it could not even be started
            self._ended(job)
        return job

    def _ended(self, job: "Job") -> None:
        if (end := self._ends.pop(job.id, None)) is not None:
            end(job)

    def _quantized(self, job: "Job", repairs: Repairs, step: Step) -> None:
        """VariantJobs lists the variant; here its size comes into the history."""
        made: list[dict[str, Any]] = job.result.get("variants", [])
        failed: list[dict[str, Any]] = job.result.get("failed", [])
        if made:
            step.size_bytes, step.waiting = int(made[0]["size_bytes"]), "measuring"
        else:
            self.fail(step, job, failed[0]["sentence"] if failed else "")
            for other in self._of_step.pop(id(step), []):
                self._session.jobs.cancel(other)
        self._changed(repairs)

    def _debugged(self, job: "Job", repairs: Repairs, step: Step) -> None:
        if job.state != "done":
            self.fail(step, job)
        elif not step.failed:
            from inspector.analysis.quantization_debug import debug_result

            step.result = repairs.place_result(debug_result(repairs.name, job.result))
            step.waiting = ""
            repairs.shown = step.number
        self._changed(repairs)

    def _scored(self, job: "Job", repairs: Repairs, step: Step) -> None:
        told = job.result
        if job.state == "done":
            repairs.score_kind = told["kind"]
            step.score = float(told["models"][0]["score"])
            if told.get("float") is not None:
                repairs.float_score = float(told["float"]["score"])
        elif job.state == "failed":
            step.score_failed = job.sentence
        self._changed(repairs)

    @staticmethod
    def fail(step: Step, job: "Job", sentence: str = "") -> None:
        """Says in the history why a step is not there."""
        step.waiting, step.path = "", step.path if step.size_bytes is not None else None
        step.failed = step.failed or sentence or job.sentence or "cancelled"
