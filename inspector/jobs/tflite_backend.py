"""TensorFlow's converter, each costly step done once; the only file that calls TensorFlow's private functions.

`TFLiteConverter.convert()` exports the model, converts the graph, feeds every calibration sample and quantizes, for
each variant anew. Here a model is exported once, its float form is calibrated once, and every integer variant is made
of that: the same bytes as separate calls give, several times faster (tests/jobs/test_tflite_backend.py compares them).
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from inspector.model.layer_table import SIGNAL

Array = np.ndarray[Any, np.dtype[Any]]

Feed = Callable[[], Iterator[Sequence[Array]]]
"""Gives the samples anew each time: arrays in the order of the model's inputs."""


def converter_errors() -> tuple[type[Exception], ...]:
    """What TensorFlow raises beside Python's own errors; nothing where it is not loaded."""
    if "tensorflow" not in sys.modules:
        return ()
    import tensorflow as tf
    from tensorflow.lite.python.convert_phase import ConverterError

    return tf.errors.OpError, ConverterError


class Converter:
    """A TFLiteConverter whose model is exported once. `raw` is its last float model as the quantizer wants it."""

    def __init__(self, converter: Any) -> None:
        self._converter = converter
        self.raw = b""
        optimize = converter._optimize_tflite_model

        def keep_raw(model: bytes, *arguments: Any, **options: Any) -> Any:
            self.raw = bytes(model)
            return optimize(model, *arguments, **options)

        converter._optimize_tflite_model = keep_raw

    @classmethod
    def of_keras(cls, model: Any, folder: Path) -> "Converter":
        """`folder` is where the exported model stays as long as the converter is used."""
        import tensorflow as tf

        converter = tf.lite.TFLiteConverter.from_keras_model(model)
        export = converter._convert_keras_to_saved_model
        exported = cache(lambda: export(str(folder)))
        converter._convert_keras_to_saved_model = lambda _temporary: exported()
        return cls(converter)

    @classmethod
    def of_saved_model(cls, folder: Path, signature: str) -> "Converter":
        import tensorflow as tf

        return cls(tf.lite.TFLiteConverter.from_saved_model(str(folder), signature_keys=[signature]))

    def convert(
        self, quantize: bool = False, float16: bool = False, sparse: bool = False, io: str = "FLOAT32"
    ) -> bytes:
        """float32, dynamic range (`quantize`) or float16 (both), each also with zeros left out.

        A model that was trained with quantization becomes full integer by `quantize`; `io` is for it alone."""
        import tensorflow as tf

        optimizations = [tf.lite.Optimize.DEFAULT] if quantize else []
        optimizations += [tf.lite.Optimize.EXPERIMENTAL_SPARSITY] if sparse else []
        self._converter.optimizations = optimizations
        self._converter.inference_input_type = tf.dtypes.as_dtype(io.lower())
        self._converter.inference_output_type = tf.dtypes.as_dtype(io.lower())
        self._converter.target_spec = tf.lite.TargetSpec(supported_types=[tf.float16] if float16 else None)
        return bytes(self._converter.convert())


class Calibrated:
    """A float model with the ranges of its activations, measured once for all integer variants."""

    def __init__(self, float_model: bytes, feed: Feed, metadata_of: bytes | None = None) -> None:
        """`metadata_of` is the model whose conversion metadata the variants get; None: `float_model` itself."""
        from tensorflow.lite.python.optimize import calibrator

        self._metadata_of = metadata_of or float_model
        self._calibrator = calibrator.Calibrator(calibrator.add_intermediate_tensors(float_model))
        self._ranges = self._calibrator.calibrate(feed)

    @property
    def ranges(self) -> bytes:
        """The float model with the ranges in it: all that `quantized` and `debug_model` need."""
        return bytes(self._ranges)

    def int8(self, io: str) -> bytes:
        """Integer inside; inputs and outputs "FLOAT32", "INT8" or "UINT8"."""
        import tensorflow as tf
        from tensorflow.lite.python import convert

        io_type = tf.dtypes.as_dtype(io.lower())
        made = convert.mlir_quantize(self._ranges, input_data_type=io_type, output_data_type=io_type)
        return _finished(made, self._metadata_of, "PTQ_FULL_INTEGER")

    def int16x8(self, io: str, allow_float: bool) -> bytes:
        """Weights INT8, activations INT16; inputs and outputs "FLOAT32" or "INT16"."""
        import tensorflow as tf
        from tensorflow.lite.python.util import modify_model_io_type

        io_type = tf.dtypes.as_dtype(io.lower())
        made = self._calibrator.calibrate_and_quantize(  # calibrated already: there is nothing left to feed
            lambda: iter(()), io_type, io_type, allow_float, tf.int16, bias_type=tf.int64
        )
        return _finished(modify_model_io_type(made, io_type, io_type), self._metadata_of, "PTQ_INT16")


def quantized(
    ranges: bytes, metadata_of: bytes, operators: Sequence[str] = (), tensors: Sequence[str] = (), io: str = "FLOAT32"
) -> bytes:
    """Of `Calibrated.ranges`, without calibrating again: integer inside, but for the operators of the types `operators`
    and those whose output is one of `tensors` (names in the float model), which stay float."""
    import tensorflow as tf
    from tensorflow.lite.python import convert

    io_type = tf.dtypes.as_dtype(io.lower())
    made = convert.mlir_quantize(
        ranges, input_data_type=io_type, output_data_type=io_type, **_left_float(operators, tensors)
    )
    return _finished(made, metadata_of, "PTQ_FULL_INTEGER")


def debug_model(ranges: bytes, whole_model: bool, operators: Sequence[str] = (), tensors: Sequence[str] = ()) -> bytes:
    """As `quantized`, with a float copy of each quantized operator beside it and a NumericVerify behind the two.

    The copies read the integer outputs before them (dequantized); with `whole_model` each other's, from the input on.
    """
    from tensorflow.lite.python import convert

    return bytes(
        convert.mlir_quantize(
            ranges,
            enable_numeric_verify=True,
            enable_whole_model_verify=whole_model,
            **_left_float(operators, tensors),
        )
    )


def _left_float(operators: Sequence[str], tensors: Sequence[str]) -> dict[str, Any]:
    return {"denylisted_ops": set(operators) or None, "denylisted_nodes": set(tensors) or None}


def debugger_csv(debug_model: bytes, feed: Feed, observe: Callable[[int, Array, Array, float, int], float]) -> str:
    """What TensorFlow's QuantizationDebugger writes of a `debug_model`, with one metric of ours: `observe(layer, float
    values, integers, scale, zero_point)` is called for each sample and each layer in turn. "" where nothing in the
    model is quantized: there is no NumericVerify in it."""
    import io
    import warnings

    import tensorflow as tf

    layers = 0
    calls = 0

    def each_layer(values: Array, integers: Array, scale: float, zero_point: int) -> float:
        nonlocal calls
        calls += 1
        return observe((calls - 1) % layers, values, integers, float(scale), int(zero_point))

    options = tf.lite.experimental.QuantizationDebugOptions(layer_direct_compare_metrics={SIGNAL: each_layer})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of TensorFlow's own interpreter, which the debugger needs
        try:
            debugger = tf.lite.experimental.QuantizationDebugger(
                quant_debug_model_content=debug_model, debug_dataset=feed, debug_options=options
            )
        except ValueError as error:
            if "debug mode" in str(error):
                return ""
            raise
        layers = len(debugger._get_numeric_verify_tensor_details())
        debugger.run()
    text = io.StringIO(newline="")
    debugger.layer_statistics_dump(text)
    return text.getvalue()


def sparsified(model: bytes) -> bytes:
    """Zeros are left out of the constants that have enough of them."""
    from tensorflow.lite.python import convert

    return _finished(convert.mlir_sparsify(model), model)


def _finished(model: bytes, metadata_of: bytes, mode: str = "") -> bytes:
    """As the converter ends its work: equal buffers stored once, and metadata that say what was done."""
    from tensorflow.lite.python import convert, util
    from tensorflow.lite.tools import flatbuffer_utils

    model = convert.deduplicate_readonly_buffers(model)
    metadata = _conversion_metadata(metadata_of)
    if metadata is None:
        return bytes(model)
    content = flatbuffer_utils.convert_bytearray_to_object(model)
    known = metadata.options.modelOptimizationModes  # a list, an array or None
    modes = [] if known is None else list(known)
    if mode:
        from tensorflow.lite.python import conversion_metadata_schema_py_generated as schema

        modes.append(getattr(schema.ModelOptimizationMode, mode))
    metadata.options.modelOptimizationModes = modes + list(util.get_sparsity_modes(content))
    metadata.environment.modelHash = util.get_model_hash(content)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(util.populate_conversion_metadata(content, metadata)))


def _conversion_metadata(model: bytes) -> Any:
    """What the converter wrote into a model about its making, None if another tool made it.

    As TensorFlow's `util.get_conversion_metadata`, which first makes an object of every tensor.
    """
    from tensorflow.lite.python import conversion_metadata_schema_py_generated as metadata
    from tensorflow.lite.python import schema_py_generated as schema

    root = schema.Model.GetRootAs(model, 0)
    for entry in map(root.Metadata, range(root.MetadataLength())):
        buffer = root.Buffers(entry.Buffer())
        if entry.Name() == b"CONVERSION_METADATA" and buffer is not None and buffer.DataLength():
            content = buffer.DataAsNumpy().tobytes()
            return metadata.ConversionMetadataT.InitFromObj(metadata.ConversionMetadata.GetRootAs(content, 0))
    return None
