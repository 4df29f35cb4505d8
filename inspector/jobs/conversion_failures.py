"""What TensorFlow's converter, calibrator and quantizers raise, as a sentence for the user."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from inspector.errors import InspectorError, JobError
from inspector.jobs.failures import DISK_FULL
from inspector.jobs.tflite_backend import converter_errors
from inspector.model.text import bytes_text

_MEMORY = re.compile(r"bad_alloc|ResourceExhausted|RESOURCE_EXHAUSTED|out of memory|OOM when|Unable to allocate")
_STEP = 1 << 20
_RAISED = (ValueError, TypeError, RuntimeError, AttributeError, LookupError, NotImplementedError, AssertionError)

# what the message has in it -> what to say; {0} is the file, {1}, {2} are the pattern's groups
_KNOWN = (
    (r"tf\.\w+\(tensor<\S*xf16>",
     "{0} computes with FLOAT16 (mixed precision), which can't be converted. Load it, set the dtype policy of its "
     "layers to float32, and save it again."),
    (r"(?:TF Select|Custom) ops: ([\w, ]+)",
     "{0} uses TensorFlow operators that TensorFlow Lite does not have: {1}. Replace them in the model."),
    (r"TensorListReserve' op requires element_shape to be static",
     "{0} has an LSTM or GRU layer, which needs a fixed batch size to be converted. Choose batch size 1."),
    (r"not yet supported for op: '(\w+)'",
     "{0}: 16-bit activations are not possible with {1}. Allow float fallback, or choose int8."),
    (r"Max and min for dynamic tensors should be recorded[^:]*: Failed for tensor (\S+)",
     "{0}: 16-bit activations are not possible, as {1} has no range: whole-number inputs and branches that no sample "
     "takes have none. Choose int8."),
    (r"unresolved custom ops: \[([^\]]+)\]",
     "{0} has the custom operator {1}, which TensorFlow can't run, so it can't be calibrated. "
     "Choose LiteRT as the back end, or a recipe without calibration."),
    (r"Didn't find op for builtin opcode '(\w+)' version '(\d+)'",
     "{0} has the operator {1} in version {2}, which TensorFlow's calibration does not know. "
     "Choose LiteRT as the back end, or a recipe without calibration."),
    (r"^(.*?)\s*Node number \d+ \((\w+)\) failed to (?:invoke|prepare)",
     "{0} can't be run on the calibration data: {1} ({2}). Look at the data and at the model's inputs."),
    (r"Cannot set tensor: (.*)", "The calibration data don't fit {0}: {1}"),
)  # fmt: skip


@contextmanager
def conversion(what: str, writes: int = 0) -> Iterator[None]:
    """Whatever the libraries raise inside becomes a JobError about `what`; lack of memory goes on as it is.

    `writes`: about how many bytes they put into the temporary folder meanwhile. Where it is full, TensorFlow only says
    that something is None, so that is looked at.
    """
    try:
        yield
    except InspectorError:
        raise
    except _raised() as error:
        if _MEMORY.search(f"{type(error).__name__} {str(error)[:4000]}"):
            raise
        if writes:
            _check_room(what, writes)
        raise JobError(sentence(what, str(error) or type(error).__name__)) from error


def _raised() -> tuple[type[Exception], ...]:
    return (*_RAISED, *converter_errors())


def _check_room(what: str, size: int) -> None:
    """Raises JobError if `size` bytes don't fit into the temporary folder."""
    try:
        with tempfile.TemporaryFile() as file:
            for _ in range(0, size, _STEP):
                file.write(bytes(_STEP))
    except OSError as error:
        if error.errno in DISK_FULL:
            raise JobError(
                f"The disk is full: TensorFlow writes about {bytes_text(size)} into {tempfile.gettempdir()} while it "
                f"converts {what}. Nothing was kept; free space, then run it again."
            ) from error


def sentence(what: str, text: str) -> str:
    """One or two sentences: what can't be done, why, and what to do where that is known."""
    for pattern, form in _KNOWN:
        if found := re.search(pattern, text, re.MULTILINE):
            return form.format(what, *(_shortened(each) for each in found.groups()))
    return f"{what} can't be converted: {_shortened(_essence(text))}."


def _essence(text: str) -> str:
    """The first line that says something, without the compiler's places."""
    plain = re.sub(r"<unknown>:0: |loc\((?:[^()]|\([^()]*\))*\):? ?|error: ", "", text)
    return next((line.strip() for line in plain.splitlines() if line.strip()), text)


def _shortened(text: str) -> str:
    flat = " ".join(text.split()).rstrip(". ")
    return flat if len(flat) <= 240 else flat[:239] + "…"
