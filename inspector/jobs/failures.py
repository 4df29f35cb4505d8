"""Why a job failed, as a sentence: from an exception in the worker, or from how the worker's process ended."""

import errno
import re
import signal

from inspector.errors import Cancelled, InspectorError, JobError, UsageError

NO_MEMORY = "There was not enough memory for this job. Take fewer samples, close other programs, or raise its limit."
_OUT_OF_TIME = "The job took longer than its time limit and was stopped. Nothing was kept; give it more time."
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
OUT_OF_TIME_CODE = 124
"""The exit code of a worker that stops itself because the job's time is over."""
_MEMORY = re.compile(
    r"bad_alloc|MemoryError|ResourceExhausted|RESOURCE_EXHAUSTED|Cannot allocate memory|out of memory|OOM when|"
    r"Unable to allocate|failed to map segment|pthread_create|can't start new thread|"
    r"Mmap of .* failed with error '12'"
)
_DUMP = "Fatal Python error: "  # what follows is where Python was, a hundred lines of it: the cause stands before
_NEAR = 6000
_LAST_WORDS = re.compile(
    r"^(?:F\d{4} |\s*what\(\)|.*Check failed|terminate called|[\w.]*Error: |"
    r"Fatal Python error: (?!Segmentation fault|Aborted|Bus error|Floating|Illegal))"  # these only repeat the signal
)
_STAMP = re.compile(r"^F\d{4} \S+\s+\d+ (?:\S+\] )?")
_IMPORT = re.compile(r"^(?:ImportError|ModuleNotFoundError): ")
_NATIVE = {
    "SIGSEGV": "as a rule the model holds something that TensorFlow does not expect",
    "SIGBUS": "a file it read was cut short, or the disk is full",
    "SIGILL": "TensorFlow was built for a newer processor than this one",
    "SIGFPE": "a division by zero in native code, as a rule from a shape of 0",
    "SIGABRT": "TensorFlow gave up",
}


def sentence_of(error: BaseException) -> tuple[str, str]:
    """(sentence, kind of Failed) for what a task raised."""
    if isinstance(error, Cancelled):
        return "Cancelled.", "cancelled"
    if isinstance(error, UsageError):
        return str(error), "usage"
    if isinstance(error, InspectorError):
        lacks_memory = isinstance(error, JobError) and (_MEMORY.search(str(error)) or _has_cause(error, MemoryError))
        return NO_MEMORY if lacks_memory else str(error), "error"
    text = f"{type(error).__name__}: {_first_line(str(error))}".rstrip(": ")
    if isinstance(error, MemoryError) or _MEMORY.search(f"{type(error).__name__} {str(error)[:4000]}"):
        return NO_MEMORY, "error"
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return "The disk is full. Nothing was kept; free space, then run it again.", "error"
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"A file can't be read or written: {error.strerror or error}{where}.", "error"
    if isinstance(error, ImportError):
        return f"A package that the job needs can't be loaded: {_first_line(str(error))}.", "error"
    return f"{text.rstrip('.')}. Its log says where.", "error"


def _has_cause(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether `error` was raised because of one of `kind`, over whatever was between."""
    cause = error.__cause__
    return cause is not None and (isinstance(cause, kind) or _has_cause(cause, kind))


def sentence_of_end(code: int, log: str) -> str:
    """Why a worker's process ended without being asked to. `code` is negative for a signal, as subprocess has it."""
    name = _signal_name(code)
    if name == "SIGKILL":
        return (
            "The worker was killed (SIGKILL), as the system does when memory runs out. Nothing was kept; close other "
            "programs or take fewer samples, then run it again."
        )
    if name == "SIGALRM" or code == OUT_OF_TIME_CODE:
        return _OUT_OF_TIME
    before, dump, after = log.rpartition(_DUMP)
    near = (before if dump else after)[-_NEAR:]
    if _MEMORY.search(near):
        return NO_MEMORY
    words = _last_words(near) or _last_words(dump + after[:200])
    if name in _NATIVE:
        return f"The worker crashed ({name}): {_NATIVE[name]}{words and ': ' + words}. Nothing was kept."
    if name:
        return f"The worker was stopped from outside ({name}). Nothing was kept; run it again."
    if _IMPORT.match(words):
        return f"The worker can't start: {words}. Install TFLite Inspector again."
    ending = "left" if code == 0 else f"stopped with exit code {code}"
    return f"The worker {ending} before the job was done{words and ': ' + words}. Nothing was kept."


def _signal_name(code: int) -> str:
    if code in (0xC0000005, -1073741819):  # Windows' access violation
        return "SIGSEGV"
    try:
        return signal.Signals(-code).name if code < 0 else ""
    except ValueError:
        return ""


def _last_words(log: str) -> str:
    """The last line of `log` that says what was wrong, shortened; "" if none does."""
    for line in reversed(log.splitlines()):
        if _LAST_WORDS.match(line):
            return _first_line(_STAMP.sub("", line)).rstrip(".")
    return ""


def _first_line(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= 200 else first[:199] + "…"
