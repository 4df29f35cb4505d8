"""A sweep's results on disk: a file for each finished pipeline, named by the key of what went into it.

FOLDER/plan.toml is a copy of the plan, FOLDER/sweep.json lists the keys of its pipelines in their order,
FOLDER/pipelines/KEY.json is one result, FOLDER/files/KEY/ holds its variant, outputs, labels and layer table. Results
of earlier plans stay: they are found again when their pipelines are.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

from inspector.analysis.pipelines import FILES, UNQUANTIZED, PipelineResult, ResultSet, from_dict, to_dict
from inspector.errors import DataError, ExportError, JobError, UsageError
from inspector.export.atomic_file import write_file
from inspector.jobs.provenance import is_unchanged, read_provenance
from inspector.jobs.scratch import SCRATCH_PREFIX
from inspector.model.text import printable

_INDEX, _PLAN, _LOCK = "sweep.json", "plan.toml", ".lock"
_LARGEST = 256 << 20


class Store:
    """One results folder. What is written appears whole or not at all."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder).expanduser().absolute()

    @property
    def files(self) -> Path:
        """Where each pipeline has a folder."""
        return self.folder / "files"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Makes the folder; nobody else may write into it meanwhile. What killed sweeps left is removed.

        Raises JobError where another sweep works in it or it can't be written.
        """
        self._check_own()
        try:
            for each in (self.files, self.folder / "pipelines"):
                each.mkdir(parents=True, exist_ok=True)
            file = (self.folder / _LOCK).open("a+", encoding="utf-8")
        except OSError as error:
            raise JobError(
                f"{self.folder} can't be written to: {error.strerror or error}. Choose another folder for the results."
            ) from error
        with file:
            _lock(file, self.folder)
            self._remove_drafts()
            try:
                yield
            finally:
                if not (self.folder / _INDEX).exists():  # nothing was begun: the plan was wrong
                    self._remove_empty()

    def begin(self, plan_text: bytes, name: str, metrics: Sequence[str], reference: str, keys: Sequence[str]) -> None:
        """Says which pipelines belong to the results. Raises ExportError."""
        index = {"name": name, "metrics": list(metrics), "reference": reference, "keys": list(keys)}
        write_file(self.folder / _PLAN, plan_text, overwrite=True)
        write_file(self.folder / _INDEX, _json(index), overwrite=True)

    def get(self, key: str) -> PipelineResult | None:
        """None where there is no such result, or it is damaged, or one of its files is gone or lies elsewhere."""
        try:
            path = self._path(key)
            if path.stat().st_size > _LARGEST:
                return None
            told = json.loads(path.read_bytes())
            found = from_dict(told if isinstance(told, dict) else {})
        except (OSError, ValueError, RecursionError, TypeError, DataError):
            return None
        named = [getattr(found, each) for each in FILES if getattr(found, each)]
        whole = found.key == key and all(map(self._holds, named))
        return found if whole else None

    def _holds(self, name: str) -> bool:
        """Whether it is a file in this folder: results that came from elsewhere name no others."""
        try:
            place = (self.folder / name).resolve()
            return place.is_relative_to(self.folder.resolve()) and place.is_file()
        except (OSError, ValueError, RuntimeError):
            return False

    def readable(self, result: PipelineResult) -> bool:
        """Whether its stored arrays are whole and its variant is the file that was made."""
        try:
            for name in filter(None, (result.outputs, result.decided, result.labels)):
                if len(np.load(self.folder / name, mmap_mode="r", allow_pickle=False)) != result.row.get("samples"):
                    return False
            made = read_provenance(self.folder / result.variant) if result.variant else None
            return not result.variant or (made is not None and is_unchanged(self.folder / result.variant, made))
        except (OSError, ValueError, EOFError, TypeError):
            return False

    def put(self, result: PipelineResult) -> None:
        """Raises ExportError."""
        write_file(self._path(result.key), _json(to_dict(result)), overwrite=True)

    def put_log(self, key: str, log: str) -> None:
        """What the worker of a failed pipeline wrote; a log that can't be kept is no reason to stop."""
        with suppress(ExportError):
            write_file(self.folder / "pipelines" / f"{key}.log", log.encode(errors="replace"), overwrite=True)

    def _path(self, key: str) -> Path:
        return self.folder / "pipelines" / f"{key}.json"

    def _check_own(self) -> None:
        """Raises JobError for a folder with other things in it: a sweep tidies up where it works."""
        mine = (_LOCK, _PLAN, _INDEX, "files", "pipelines", f".{_PLAN}.", f".{_INDEX}.", ".running-")
        try:
            names = {each.name for each in self.folder.iterdir()}
        except OSError:  # there is none yet; or it can't be used, which is said when it is made
            return
        if _INDEX not in names and not all(name.startswith(mine) for name in names):
            raise JobError(
                f"{printable(str(self.folder))} holds other files and no results of a sweep. Name a new folder."
            )

    def _remove_empty(self) -> None:
        with suppress(OSError):
            if not any([*self.files.iterdir(), *(self.folder / "pipelines").iterdir()]):
                (self.folder / _LOCK).unlink()
                for each in (self.files, self.folder / "pipelines", self.folder):
                    each.rmdir()

    def _remove_drafts(self) -> None:
        """What killed sweeps left half made; nothing that another program may have made."""
        for each in self.files.glob(f"{SCRATCH_PREFIX}*"):
            shutil.rmtree(each, ignore_errors=True)
        drafts = (*self.folder.glob(f".{_INDEX}.*.tmp"), *(self.folder / "pipelines").glob(".*.json.*.tmp"))
        for each in drafts:
            with suppress(OSError):
                each.unlink()


def read_results(folder: str | Path) -> ResultSet:
    """What a results folder holds, in the order of its plan; what is not finished or damaged is left out.

    Raises UsageError for a folder that is none.
    """
    store = Store(folder)
    try:
        index = json.loads((store.folder / _INDEX).read_bytes())
        keys = [str(each) for each in index["keys"]]
        name, metrics = str(index["name"]), tuple(map(str, index["metrics"]))
        reference = str(index.get("reference", UNQUANTIZED))
    except OSError as error:
        raise UsageError(
            f"{printable(str(folder))} holds no results of a sweep. Choose a folder that `sweep` wrote, PLAN.results."
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{printable(str(store.folder / _INDEX))} is damaged. Run the sweep again.") from error
    found = tuple(each for key in keys if (each := store.get(key)) is not None)
    return ResultSet(name, found, metrics, store.folder, reference)


def _json(values: Any) -> bytes:
    return json.dumps(values, indent=1, ensure_ascii=False).encode() + b"\n"


def _lock(file: IO[str], folder: Path) -> None:
    """For this process alone; the system takes the lock away when the process ends, however it does."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _busy(folder) from error
    except PermissionError as error:  # Windows says it so
        raise _busy(folder) from error
    except OSError:  # a file system without locks
        return


def _busy(folder: Path) -> JobError:
    return JobError(
        f"Another sweep is working in {printable(str(folder))}. Wait until it is done, or choose another folder."
    )
