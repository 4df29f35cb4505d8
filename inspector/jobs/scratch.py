"""Where a job's files grow until they are whole: a hidden folder beside their place, gone when the job is."""

import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inspector.errors import JobError

DELIVERY = threading.Lock()
"""Held while files move into place: a worker that is told to leave waits for it, so that all of them arrive or none."""

SCRATCH_PREFIX = ".tflite-inspector-"


def scratch_folder(output_folder: str | Path, job_id: str) -> Path:
    """Its path; worker and client both know it, so that the client can clear up after a worker that was killed."""
    return Path(output_folder) / f"{SCRATCH_PREFIX}{job_id}"


class Scratch:
    """One job's scratch folder. Made before the job starts, it knows which folders above it are the job's own doing."""

    def __init__(self, output_folder: str | Path, job_id: str) -> None:
        self.path = scratch_folder(output_folder, job_id)
        place = self.path.parent
        self._new = [folder for folder in (place, *place.parents) if not os.path.lexists(folder)]

    @classmethod
    def of(cls, options: dict[str, Any], job_id: str) -> "Scratch":
        """Beside the job's output; in the system's temporary folder for a job that writes no files."""
        return cls(options.get("output_folder") or tempfile.gettempdir(), job_id)

    def make(self) -> Path:
        """Raises JobError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            folder = self.path.parent
            raise JobError(
                f"{folder} can't be written to: {error.strerror or error}. Choose another folder."
            ) from error
        return self.path

    def remove(self) -> None:
        """Removes the folder and, where nothing was delivered, the empty folders that were made for it."""
        for _try in range(3):  # a worker that is leaving may still be writing
            shutil.rmtree(self.path, ignore_errors=True)
            if not self.path.exists():
                break
        for folder in self._new:
            with contextlib.suppress(OSError):
                folder.rmdir()


def deliver(moves: Sequence[tuple[Path, Path]], aside: Path) -> None:
    """Moves each (from, to), all of them or none; files that are replaced wait in `aside` until all have arrived.

    `aside` is a folder beside the targets, such as the scratch folder. Raises JobError and puts everything back.
    """
    done: list[tuple[Path, Path | None]] = []
    with DELIVERY:
        try:
            for place, (source, target) in enumerate(moves):
                old = aside / f"replaced-{place}" if os.path.lexists(target) else None
                if old is not None:
                    os.replace(target, old)
                done.append((target, old))
                os.replace(source, target)
        except OSError as error:
            for arrived, old in reversed(done):
                with contextlib.suppress(OSError):
                    arrived.unlink() if old is None else os.replace(old, arrived)
            raise JobError(f"{target} can't be written: {error.strerror or error}. Nothing was kept.") from error
