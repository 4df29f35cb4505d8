"""What TensorFlow's converter, calibrator and quantizers raise, as a sentence for the user."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from inspector.errors import InspectorError, JobError

_MEMORY = re.compile(r"bad_alloc|ResourceExhausted|RESOURCE_EXHAUSTED|out of memory|OOM when")
_RAISED = (ValueError, TypeError, RuntimeError, AttributeError, LookupError, NotImplementedError, AssertionError)


@contextmanager
def conversion(what: str) -> Iterator[None]:
    """Whatever the libraries raise inside becomes a JobError about `what`; lack of memory goes on as it is."""
    try:
        yield
    except InspectorError:
        raise
    except Exception as error:
        if not isinstance(error, _RAISED) and not _of_tensorflow(error):
            raise
        if _MEMORY.search(f"{type(error).__name__} {str(error)[:4000]}"):
            raise
        raise JobError(sentence(what, error)) from error


def _of_tensorflow(error: Exception) -> bool:
    return any(kind.__module__.startswith("tensorflow.") for kind in type(error).__mro__)


def sentence(what: str, error: Exception) -> str:
    """One or two sentences: what can't be done, why, and what to do where that is known."""
    text = str(error)
    flat = " ".join(text.split())
    return f"{what} can't be converted: {flat[:300].rstrip('.')}."
