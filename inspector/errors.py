"""Every error a user can read and act on, as one tree.

InspectorError
├── ModelFileError          a model file can't be read
│   ├── NotAModelError          it is no model of a kind this program knows
│   ├── DamagedFileError        it is one, but cut short or impossible
│   └── FileChangedError        it changed or vanished after it was opened
├── ValuesError             a tensor's values can't be given (no data, unknown type, damaged)
├── ExportError             a result can't be written
├── DataError               calibration or evaluation data can't be read or don't fit the model
├── JobError                long work failed
│   ├── MissingPackageError     what it needs is not installed; the message has the line that installs it
│   └── WorkerError             the process that did it stopped
├── UsageError              the request itself is wrong (exit code 2)
└── Cancelled               the user stopped it (exit code 130)

A message says what is wrong, where, and what to do, in one or two sentences. Names from files in it are printable.
"""

from inspector.printable import printable_lines


class InspectorError(Exception):
    """The root: `str(error)` is a sentence for the user, without control characters and of bounded length."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(printable_lines(sentence))


class ModelFileError(InspectorError):
    """A model file can't be read."""


class NotAModelError(ModelFileError):
    """The file is no model of a kind this program knows."""


class DamagedFileError(ModelFileError):
    """The file is a model, but cut short or impossible."""


class FileChangedError(ModelFileError):
    """The file changed or vanished after it was opened."""


class ValuesError(InspectorError):
    """A tensor's values can't be given."""


class ExportError(InspectorError):
    """A result can't be written."""


class DataError(InspectorError):
    """Calibration or evaluation data can't be read or don't fit the model."""


class JobError(InspectorError):
    """Long work failed. `log` is the tail of what the worker wrote, "" where there was none."""

    def __init__(self, sentence: str, log: str = "") -> None:
        super().__init__(sentence)
        self.log = log


class MissingPackageError(JobError):
    """What a job needs is not installed."""


class WorkerError(JobError):
    """The process that did the work stopped."""


class UsageError(InspectorError):
    """The request itself is wrong."""


class Cancelled(InspectorError):
    """The user stopped the work."""
