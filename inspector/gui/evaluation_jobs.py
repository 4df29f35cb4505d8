"""What becomes of an Evaluate job when it ends: the window says so and offers its results."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.gui.message_bar import MessageBar
from inspector.gui.session import Session
from inspector.model.text import printable

if TYPE_CHECKING:
    from inspector.gui.jobs import Job, JobQueue


class EvaluationJobs:
    """Listens to the session's jobs from the first one on."""

    def __init__(self, session: Session, message_bar: MessageBar) -> None:
        self._session, self._message_bar = session, message_bar
        session.jobs_began.connect(self._jobs_began)

    def _jobs_began(self, jobs: "JobQueue") -> None:
        jobs.ended.connect(self._ended)

    def _ended(self, job: "Job") -> None:
        if job.options.JOB != "evaluate":
            return
        if job.state == "failed":
            self._session.failed.emit(f"{job.title} of {printable(job.model_name)} failed. {job.sentence}")
        if job.state == "done":
            sources = self._sources()
            data = printable(Path(str(job.result["data"])).name)
            text = f"{job.result['summary']} on {job.result['samples']:,} samples of {data}."
            self._message_bar.show_message(text, "Show results", lambda: self._show(job.result, sources))

    def _show(self, result: dict[str, Any], sources: dict[str, tuple[str, str]]) -> None:
        from inspector.analysis.pipelines import from_evaluation

        self._session.show_results(from_evaluation(result, sources))

    def _sources(self) -> dict[str, tuple[str, str]]:
        """What is known of the open models now: they may be closed when the results are looked at."""
        return {
            str(each.path): (str(each.source), each.recipe)
            for each in self._session.models if each.source is not None and each.recipe
        }  # fmt: skip
