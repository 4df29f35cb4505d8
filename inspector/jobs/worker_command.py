"""How a worker is started: from a checkout, a wheel or a frozen build."""

import os
import sys
import sysconfig
from pathlib import Path

from inspector.jobs.job_python import VARIABLE, bootstrap, job_python, plain_environment

KERAS3, KERAS2 = "keras3", "keras2"
ENGINES = (KERAS3, KERAS2)
"""Keras 3 and tf_keras: one process can serve only one of them, as `tf.keras` is one of them for all of it."""


def worker_command(engine: str = KERAS3) -> list[str]:
    """Program and arguments of a worker for "keras3" or "keras2". Raises MissingPackageError where no Python can."""
    words = ["worker", "--engine", engine]
    if (other := job_python()) is not None:
        return [other.path, "-P", "-c", bootstrap(), *words]
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-P", "-m", "inspector", *words]  # -P: a random.py in the user's folder is not ours


def worker_environment(engine: str = KERAS3) -> dict[str, str]:
    """The environment of this process with what the worker's libraries read when they are imported."""
    own = job_python() is None
    made = dict(os.environ) if own else plain_environment()
    made.pop(VARIABLE, None)  # the worker is that Python
    made["TF_USE_LEGACY_KERAS"] = "1" if engine == KERAS2 else "0"
    made["KERAS_BACKEND"] = "tensorflow"
    made["PYTHONUNBUFFERED"] = "1"
    made["PYTHONIOENCODING"] = "utf-8:backslashreplace"
    made.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # errors only: the log is read by people
    made.setdefault("CUDA_VISIBLE_DEVICES", "-1")  # a GPU wins nothing here, and reserves address space by the TB
    package = Path(__file__).resolve().parents[2]
    installed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    if own and not getattr(sys, "frozen", False) and str(package) not in installed:
        known = [str(package), *filter(None, [made.get("PYTHONPATH")])]
        made["PYTHONPATH"] = os.pathsep.join(known)
    return made
