"""Jobs that never start a worker, for tests of the Quantize dialog and of what becomes of its jobs."""

from pathlib import Path

from inspector.gui.jobs import CANCELLED, DONE, Job, JobQueue
from inspector.gui.session import Session
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import variant_name


class FakeQueue(JobQueue):
    """A queue whose jobs wait until `finish` ends them as a worker would, with files that are copies of a model."""

    def __init__(self) -> None:
        super().__init__()
        self.warmed: list[str] = []
        self.stopped = False

    def warm(self, engine: str = "keras3") -> None:
        self.warmed.append(engine)

    def stop(self) -> None:
        self.stopped = True

    def _next(self) -> None:
        """No worker is started."""

    def finish(self, job: Job, model: Path, failed: dict[str, str] | None = None, notes: str = "") -> None:
        assert isinstance(job.options, QuantizeOptions)
        failed = failed or {}
        rows = []
        for recipe in job.options.recipes:
            if recipe not in failed:
                path = Path(job.options.output_folder) / variant_name(Path(job.options.source).stem, recipe)
                path.write_bytes(model.read_bytes())
                size = path.stat().st_size
                rows.append(
                    {"recipe": recipe, "path": str(path), "size_bytes": size, "notes": [notes] if notes else []}
                )
        job.result = {"variants": rows, "failed": [{"recipe": k, "sentence": v} for k, v in failed.items()]}
        self.end(job, DONE)

    def end(self, job: Job, state: str, sentence: str = "") -> None:
        job.end(state, sentence)
        self.changed.emit(job)
        self.ended.emit(job)

    def cancel_all(self) -> None:
        for job in self.jobs:
            if not job.over:
                self.end(job, CANCELLED)


def with_fake_jobs(session: Session) -> FakeQueue:
    """Gives `session` jobs that do nothing."""
    queue = FakeQueue()
    session.__dict__["jobs"] = queue
    session.jobs_began.emit(queue)
    return queue
