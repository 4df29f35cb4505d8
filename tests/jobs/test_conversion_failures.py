"""What converters raise becomes a sentence that names the file, the cause and what to do."""

import pytest

from inspector.errors import Cancelled, JobError
from inspector.jobs.conversion_failures import conversion, sentence

FLEX = """Could not translate MLIR to FlatBuffer.<unknown>:0: error: loc(callsite(fused["Erf"] at fused["P"])):
'tf.Erf' op is neither a custom op nor a flex op
<unknown>:0: error: failed while converting: 'main':
Some ops are not supported by the native TFLite runtime, you can enable TF kernels fallback using TF Select.
TF Select ops: Erf, MatrixDeterminant
Details:
\ttf.Erf(tensor<1x4xf32>) -> (tensor<1x4xf32>) : {device = ""}"""
MESSAGES = [
    (FLEX, "m.h5 uses TensorFlow operators that TensorFlow Lite does not have: Erf, MatrixDeterminant. Replace them in "
           "the model."),
    ("<unknown>:0: error: loc(fused[\"a\"]): 'tf.TensorListReserve' op requires element_shape to be static during TF",
     "m.h5 has an LSTM or GRU layer, which needs a fixed batch size to be converted. Choose batch size 1."),
    ("Quantization to 16x8-bit not yet supported for op: 'SIN'.\n",
     "m.h5: 16-bit activations are not possible with SIN. Allow float fallback, or choose int8."),
    ("Max and min for dynamic tensors should be recorded during calibration: Failed for tensor in:0\nEmpty min/max",
     "m.h5: 16-bit activations are not possible, as in:0 has no range: whole-number inputs and branches that no sample "
     "takes have none. Choose int8."),
    ("gather index out of boundsNode number 3 (GATHER) failed to invoke.",
     "m.h5 can't be run on the calibration data: gather index out of bounds (GATHER). Look at the data and at the "
     "model's inputs."),
    ("Failed to initialize op resolver for calibration: There are unresolved custom ops: [MyOp]Didn't find op for",
     "m.h5 has the custom operator MyOp, which TensorFlow can't run, so it can't be calibrated. Choose LiteRT "
     "as the back end, or a recipe without calibration."),
    ("Didn't find op for builtin opcode 'DEQUANTIZE' version '2'. An older version of this builtin might be supported.",
     "m.h5 has the operator DEQUANTIZE in version 2, which TensorFlow's calibration does not know. "
     "Choose LiteRT as the back end, or a recipe without calibration."),
    ("<unknown>:0: error: loc(callsite(fused[\"A:\", \"B\"])): something is odd\n<unknown>:0: note: more",
     "m.h5 can't be converted: something is odd."),
]  # fmt: skip


@pytest.mark.parametrize(("message", "wanted"), MESSAGES)
def test_known_messages_become_sentences(message: str, wanted: str) -> None:
    assert sentence("m.h5", message) == wanted


def test_an_unknown_message_is_shortened() -> None:
    told = sentence("m.h5", "very " * 1000 + "long")
    assert told.startswith("m.h5 can't be converted: very very") and len(told) < 300


def test_what_libraries_raise_becomes_a_job_error() -> None:
    with pytest.raises(JobError, match=r"m\.h5 can't be converted: no such layer"), conversion("m.h5"):
        raise ValueError("no such layer")
    with pytest.raises(JobError, match=r"m\.h5 can't be converted: NotImplementedError"), conversion("m.h5"):
        raise NotImplementedError


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore")
def test_errors_that_only_tensorflow_knows_become_job_errors() -> None:
    import tensorflow as tf
    from tensorflow.lite.python.convert_phase import ConverterError

    with pytest.raises(JobError, match="TensorFlow Lite does not have: Erf"), conversion("m.h5"):
        raise ConverterError(FLEX)
    with pytest.raises(JobError, match="no such signature"), conversion("m.h5"):
        raise tf.errors.NotFoundError(None, None, "no such signature")
    with pytest.raises(tf.errors.ResourceExhaustedError), conversion("m.h5"):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")


@pytest.mark.parametrize(
    "error",
    [Cancelled("Cancelled."), JobError("As it is."), MemoryError(), KeyboardInterrupt(), OSError(28, "No space left"),
     RuntimeError("std::bad_alloc"), type("Other", (Exception,), {})("not theirs")],
)  # fmt: skip
def test_what_is_no_failure_of_the_conversion_goes_on_as_it_is(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, conversion("m.h5"):
        raise error
    assert caught.value is error
