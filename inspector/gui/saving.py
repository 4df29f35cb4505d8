"""Saving models elsewhere; what is asked before something that was not saved is lost, and before the window goes."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.gui.asking import ask
from inspector.gui.background import Progress, run_in_background
from inspector.gui.session import OpenModel, Session
from inspector.gui.settings import Settings
from inspector.gui.unsaved import Copy, replaced, write_copies
from inspector.model.text import listed, plural, printable
from inspector.resources import resource_path

if TYPE_CHECKING:
    from inspector.gui.jobs import JobQueue

_MOST_NAMES = 8
_SAME_KIND = {".tflite": (".tflite", ".lite", ".tfl"), ".h5": (".h5", ".hdf5"), ".hdf5": (".h5", ".hdf5")}
Then = Callable[[Sequence[OpenModel]], object]
"""What happens once models are saved; it gets those that stand in the list in their place."""


class Saving:
    """Acts on the current model where no other is given."""

    def __init__(self, window: QWidget, session: Session, settings: Settings) -> None:
        self._window, self._session, self._settings = window, session, settings
        self._jobs: JobQueue | None = None
        self._given_up: set[str] = set()  # ids of the jobs that may be stopped
        session.jobs_began.connect(self._jobs_began)

    def _jobs_began(self, jobs: "JobQueue") -> None:
        self._jobs = jobs

    def save_as(self, opened: OpenModel | None = None, then: Then | None = None) -> None:
        """Asks where to, copies the file there in the background and lists it in place of the old one."""
        wanted = opened or self._session.current
        if wanted is None:
            return
        folder = self._settings.folder("save") or str(_usual_folder(wanted))
        suffix = wanted.path.suffix
        kinds = f"Models (*{suffix});;All files (*)"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save As", str(Path(folder) / wanted.path.name), kinds)
        if not chosen:
            return
        right = Path(chosen).suffix.lower() in _SAME_KIND.get(suffix.lower(), (suffix.lower(),))
        target = Path(chosen) if right else Path(chosen + suffix)
        if target == wanted.path:
            self._session.failed.emit(f"{target.name} is that file already. Choose another name or folder.")
            return
        asked_already = target == Path(chosen)  # the dialog asks before it gives the name of a file that exists
        self._save([wanted], [target], asked_already, then)

    def save_all(self, models: Sequence[OpenModel], then: Then | None = None) -> None:
        """Asks for one folder and saves all of them there under their own names."""
        if len(models) == 1:
            self.save_as(models[0], then)
            return
        folder = self._settings.folder("save") or str(_usual_folder(models[0]))
        chosen = QFileDialog.getExistingDirectory(self._window, f"Save {plural(len(models), 'variant')} to", folder)
        if chosen:
            self._save(models, _targets(models, Path(chosen)), False, then)

    def _save(self, models: Sequence[OpenModel], targets: Sequence[Path], asked: bool, then: Then | None) -> None:
        copies = [Copy(opened.path, target) for opened, target in zip(models, targets, strict=True)]
        there = [] if asked else replaced(copies)
        if there and not self.may_replace(there):
            return

        def work(progress: Progress) -> list[Path]:
            return write_copies(copies, asked or bool(there), progress)

        def done(paths: list[Path]) -> None:
            self._settings.put("folders/save", str(paths[0].parent.absolute()))
            listed = [pair for pair in zip(models, paths, strict=True) if pair[0] in self._session.models]
            found = [self._session.saved_as(opened, path) for opened, path in listed]
            if then is not None:
                then([opened for opened in found if opened is not None])

        run_in_background(work, done, self._session.failed.emit)

    def may_replace(self, there: Sequence[Path]) -> bool:
        """Asks before files are replaced."""
        names = _names(there)
        text = f"{names} {'is' if len(there) == 1 else 'are'} in {there[0].parent} already."
        return ask(self._window, "Replace files", text, [f"Replace {plural(len(there), 'file')}"]) is not None

    def may_lose(self, models: Sequence[OpenModel], then: Then, stay: Callable[[], object] | None = None) -> bool:
        """Whether `models` may be closed: asks where some are not saved. When they are saved first the answer is no,
        and `then` is called once they are. `stay` is called for Cancel."""
        unsaved = [opened for opened in models if not opened.saved]
        if not unsaved:
            return True
        one = len(unsaved) == 1
        names = _names([opened.path for opened in unsaved])
        text = f"{names} is not saved." if one else f"{plural(len(unsaved), 'variant')} are not saved: {names}."
        answers = ["Save..." if one else "Save all...", "Discard" if one else "Discard all"]
        answer = ask(self._window, "Variants that are not saved", text, answers)
        if answer == 0:
            self.save_all(unsaved, then)
        elif answer is None and stay is not None:
            stay()
        return answer == 1

    def may_quit(self, close: Callable[[], object]) -> bool:
        """Asks about jobs that run and variants that are not saved; `close` is called once they are saved."""
        if self._jobs is not None and not self._may_stop(self._jobs):
            return False
        return self.may_lose(self._session.unsaved, lambda _saved: close(), self._stay)

    def _may_stop(self, jobs: "JobQueue") -> bool:
        busy = [job for job in jobs.jobs if not job.over]
        if {job.id for job in busy} <= self._given_up:  # nothing runs, or it was asked before variants were saved
            return True
        names = " and ".join(f"{job.title} ({job.model_name})" for job in busy[:2])
        more = f" and {len(busy) - 2:,} more" if len(busy) > 2 else ""
        text = f"{plural(len(busy), 'job')} {'has' if len(busy) == 1 else 'have'} not ended: {names}{more}."
        details = "Nothing of a job that is stopped is kept."
        if any(job.beside for job in busy):
            details += " Of a sweep, what is done is."
        agreed = ask(self._window, "Quit", text, ["Stop and quit"], details) is not None
        self._given_up = {job.id for job in busy} if agreed else set()
        return agreed

    def _stay(self) -> None:
        self._given_up = set()


def _names(paths: Sequence[Path]) -> str:
    names = [printable(path.name) for path in paths]
    if len(names) > _MOST_NAMES:
        names = [*names[:_MOST_NAMES], f"{len(names) - _MOST_NAMES:,} more"]
    return listed(names)


def _usual_folder(opened: OpenModel) -> Path:
    """Beside the source; where nothing may be written there, or it is the sample's, at home."""
    folder = (opened.source or opened.path).parent
    return Path.home() if folder == resource_path("samples") or not os.access(folder, os.W_OK) else folder


def _targets(models: Sequence[OpenModel], folder: Path) -> list[Path]:
    """A place for each; two of one name get a number."""
    found: list[Path] = []
    for opened in models:
        target, count = folder / opened.path.name, 1
        while target in found:
            count += 1
            target = folder / f"{opened.path.stem}-{count}{opened.path.suffix}"
        found.append(target)
    return found
