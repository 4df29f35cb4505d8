"""What becomes of a Quantize job when it ends: its variants open under their source, and the window says so."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from inspector.gui.message_bar import MessageBar
from inspector.gui.session import OpenModel, Session, absolute_path
from inspector.gui.unsaved import UnsavedFolder
from inspector.model.text import plural, printable

if TYPE_CHECKING:
    from inspector.gui.jobs import Job, JobQueue
    from inspector.jobs.options import QuantizeOptions


class VariantJobs:
    """Listens to the session's jobs from the first one on."""

    def __init__(self, session: Session, message_bar: MessageBar, unsaved: UnsavedFolder) -> None:
        self._session, self._message_bar, self._unsaved = session, message_bar, unsaved
        session.jobs_began.connect(self._jobs_began)
        session.model_opened.connect(self._opened)

    def _opened(self, opened: OpenModel) -> None:
        """A variant that goes with the window stays one, however it was opened."""
        if self._unsaved.holds(opened.path):
            opened.saved = False

    def _jobs_began(self, jobs: "JobQueue") -> None:
        jobs.ended.connect(self._ended)

    def _ended(self, job: "Job") -> None:
        if job.options.JOB != "quantize":
            return
        if job.state == "failed":
            self._session.failed.emit(f"{job.title} of {printable(job.model_name)} failed. {job.sentence}")
        if job.state != "done":
            return
        made, failed = job.result.get("variants", []), job.result.get("failed", [])
        for row in made:
            self._open(job, absolute_path(row["path"]), row["recipe"])
        if job.quiet:
            return
        which = plural(len(made), "variant") if len(made) != 1 else printable(Path(made[0]["path"]).name)
        unsaved = ", not saved" if made and self._unsaved.holds(made[0]["path"]) else ""
        source = printable(job.model_name)
        verb = "are" if len(made) != 1 else "is"
        lines = [f"{which} of {source} {verb} in the Models list{unsaved}."]
        lines += [f"{row['recipe']} was not made. {row['sentence']}" for row in failed]
        empty = [row["recipe"] for row in made if any(note.startswith("0 of ") for note in row.get("notes", ()))]
        if empty:  # the Jobs list has all notes; that nothing was done is worth a second place
            lines.append(f"{', '.join(empty)}: nothing was quantized or left out. Jobs says why.")
        self._message_bar.show_message("\n".join(lines), "Compare", self._compare, warning=bool(failed))

    def _open(self, job: "Job", path: Path, recipe: str) -> None:
        source = cast("QuantizeOptions", job.options).source
        self._session.add_variant(path, Path(source), recipe, not self._unsaved.holds(path))

    def _compare(self) -> None:
        self._session.action_asked.emit("compare")
