"""Which Python does the jobs: this one, or one of the user's that has TensorFlow, for a program frozen without it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from inspector.errors import MissingPackageError

VARIABLE = "TFLITE_INSPECTOR_PYTHON"
"""Names the Python that does the jobs; without it this one does, or, where this one can't, the first that can."""
OLDEST = (3, 11)
REQUIRED = {
    "numpy": "numpy>=1.26",
    "h5py": "h5py>=3.10",
    "ai_edge_litert": "ai-edge-litert>=2.1,<3",
    "PIL": "Pillow>=10",
    "tensorflow": "tensorflow==2.21.*",
    "tf_keras": "tf-keras==2.21.*",
    "tensorflow_model_optimization": "tensorflow-model-optimization>=0.8",
    "sklearn": "scikit-learn>=1.4",
    "litert_quantizer": "litert-quantizer==0.11.*",
}
"""Modules that jobs import -> how pip knows them. Without the first three no job starts."""
_BASE = ("numpy", "h5py", "ai_edge_litert")
_FOREIGN = ("PYTHONHOME", "PYTHONPATH", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "_PYI_APPLICATION_HOME_DIR")
_LIBRARIES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_LOOK, _IMPORT = 20.0, 120.0  # seconds
_ASK = """
import importlib, importlib.util, json, sys
names, really = json.loads(sys.argv[1])
def state(name):
    try:
        if not really:
            return None if importlib.util.find_spec(name) else "is missing"
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        return "is missing" if error.name == name else f"can't be imported: {error}"
    except (ImportError, AttributeError, LookupError, NameError, OSError, RuntimeError, SyntaxError, SystemExit,
            TypeError, ValueError) as error:
        return f"can't be imported: {type(error).__name__}: {error}"
wrong = {name: state(name) for name in names}
print("\\n" + json.dumps({"version": sys.version_info[:2], "wrong": {k: v for k, v in wrong.items() if v}}))
"""


@dataclass(frozen=True, slots=True)
class JobPython:
    """A Python that is not this one. `wrong`: what of REQUIRED it can't give, with the reason in words."""

    path: str
    version: tuple[int, int]
    wrong: dict[str, str]

    @property
    def problem(self) -> str:
        """A sentence if no job can run in it, else "". What it has to install is all that jobs could ask for."""
        if self.version < OLDEST:
            return f"{self.path} is Python {self.version[0]}.{self.version[1]}; jobs need 3.11 or newer."
        said = "; ".join(f"{each} {self.wrong[each]}" for each in _BASE if each in self.wrong)
        return f"{self.path} can't do jobs: {said}. Run: {self.install_line(list(self.wrong))}" if said else ""

    def install_line(self, modules: list[str]) -> str:
        """The line that installs these modules into it."""
        return f"{self.path} -m pip install " + " ".join(f'"{REQUIRED[each]}"' for each in modules)


def source_root() -> Path:
    """The folder that has `inspector/` as source files."""
    frozen = getattr(sys, "_MEIPASS", None)
    return Path(frozen) / "source" if frozen else Path(__file__).resolve().parents[2]


def has_module(name: str) -> bool:
    """Whether the Python that does the jobs has a module; it is looked for, not imported."""
    try:
        other = job_python()
    except MissingPackageError:
        return False
    return find_spec(name) is not None if other is None else name not in other.wrong


def job_python() -> JobPython | None:
    """None where this process's own Python does the jobs. Raises MissingPackageError where none can be found."""
    named = os.environ.get(VARIABLE, "")
    return _told(*_found(named, "", "")) if named else usual_python()


def usual_python() -> JobPython | None:
    """The same while nobody names one."""
    if not (getattr(sys, "frozen", False) and find_spec("tensorflow") is None):
        return None
    return _told(*_found("", os.environ.get("VIRTUAL_ENV", ""), os.environ.get("PATH", "")))


def look_again() -> None:
    """What was found, or not, is forgotten: somebody installed something."""
    _found.cache_clear()


def _told(python: JobPython | None, sentence: str) -> JobPython:
    if python is None:
        raise MissingPackageError(sentence)
    return python


@cache
def _found(named: str, environment: str, path: str) -> tuple[JobPython | None, str]:
    """The one that is named, else the first with TensorFlow, else the first that can run a job at all; or None and
    why, which is remembered too: forms ask a hundred times."""
    usable: JobPython | None = None
    sentence = ""
    for candidate in [named] if named else dict.fromkeys(_candidates(environment, path)):
        try:
            python = probe(candidate)
        except MissingPackageError as error:
            sentence = str(error)
            continue
        if not python.problem and "tensorflow" not in python.wrong:
            return python, ""
        usable = usable or (python if not python.problem else None)
        sentence = sentence or python.problem
    if usable is not None or named:
        return usable, sentence
    return None, (
        "Jobs need a Python with TensorFlow, and none was found in VIRTUAL_ENV or PATH. Make one: python3 -m venv "
        f"tflite && {JobPython('tflite/bin/python', OLDEST, {}).install_line(list(REQUIRED))}, then choose it in "
        f"Model > Python for Jobs, or set {VARIABLE}."
    )


def _candidates(environment: str, path: str) -> Iterator[str]:
    if environment:
        folder = "Scripts" if sys.platform == "win32" else "bin"
        yield str(Path(environment) / folder / ("python.exe" if sys.platform == "win32" else "python"))
    for name in ("python3", "python3.13", "python3.12", "python3.11", "python"):
        if found := shutil.which(name, path=path):
            yield found


def probe(path: str, imports: bool = False) -> JobPython:
    """Asks a Python what it has; with `imports` by importing it all, which takes some ten seconds and is certain.

    Raises MissingPackageError for what is no Python or doesn't answer.
    """
    question = json.dumps([list(REQUIRED), imports])
    try:
        answer = subprocess.run(
            [path, "-c", _ASK, question], env=plain_environment(), capture_output=True, text=True, errors="replace",
            timeout=_IMPORT if imports else _LOOK, stdin=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        found = json.loads(answer.stdout.splitlines()[-1])
        return JobPython(path, tuple(found["version"]), dict(found["wrong"]))
    except subprocess.TimeoutExpired as error:
        raise MissingPackageError(
            f"{path} did not answer within {error.timeout:g} s. Choose another Python."
        ) from error
    except subprocess.CalledProcessError as error:  # such as a library that ends the process when it is imported
        last = (error.stderr.strip().splitlines() or [f"exit code {error.returncode}"])[-1]
        raise MissingPackageError(f"{path} can't do jobs: {last}. Choose another Python.") from error
    except (OSError, ValueError, IndexError, KeyError, TypeError) as error:
        raise MissingPackageError(f"{path} is no Python that can be used. Choose another one.") from error


def plain_environment() -> dict[str, str]:
    """This process's environment without what only a frozen program's own libraries need."""
    made = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    if getattr(sys, "frozen", False):
        for name in _LIBRARIES:
            before = made.pop(f"{name}_ORIG", None)  # what PyInstaller put aside
            made.pop(name, None)
            if before:
                made[name] = before
    return made


def bootstrap() -> str:
    """A line of Python that runs this program from its source, for a Python that has not installed it."""
    root = str(source_root())
    place = "sys.path.insert(0, r)" if getattr(sys, "frozen", False) else "sys.path.append(r)"
    return f"import sys; r = {root!r}; {place}; from inspector.__main__ import main; sys.exit(main())"
