"""How a generated Python script gets its model: loaded by the Keras that fits it, or read as the bytes it is."""

from inspector.errors import UsageError
from inspector.jobs.engine import engine_of
from inspector.jobs.float16_widening import stored_as_float16
from inspector.jobs.keras_loading import check_code, wrapper_kinds
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.script_parts import Script, literal
from inspector.jobs.sources import SAVED_MODEL, TFLITE, Source
from inspector.jobs.worker_command import KERAS2
from inspector.model import Model

TENSORFLOW = "tensorflow==2.21.*"
_FIXED_KERAS = '''def with_batch_of_one(model):
    """The same layers behind inputs of batch size 1, as microcontrollers need it."""
    names = getattr(model, "input_names", None) or [each.name for each in model.inputs]
    inputs = [
        keras.layers.Input(batch_shape=(1, *each.shape[1:]), dtype=each.dtype, name=name.partition(":")[0])
        for each, name in zip(model.inputs, names)
    ]
    if isinstance(model, keras.Sequential):
        layers = [each for each in model.layers if not isinstance(each, keras.layers.InputLayer)]
        return keras.Sequential([*inputs, *layers], name=model.name)
    return keras.Model(inputs, model(inputs if len(inputs) > 1 else inputs[0]), name=model.name)'''
_SIGNATURE = """loaded = tf.saved_model.load(str(SOURCE))
key = "serving_default" if "serving_default" in loaded.signatures else list(loaded.signatures)[0]
signature = loaded.signatures[key]
INPUTS = {
    name: (tuple(size or 1 for size in spec.shape), spec.dtype.as_numpy_dtype)
    for name, spec in signature.structured_input_signature[1].items()
}"""
_FIXED_SIGNATURE = """# The batch size is fixed to 1, as microcontrollers need it.
specs = {
    name: tf.TensorSpec([spec.shape[0] or 1, *spec.shape[1:]], spec.dtype, name) if spec.shape.rank else spec
    for name, spec in signature.structured_input_signature[1].items()
}
fixed = tf.Module()
fixed.source = loaded
function = tf.function(lambda **values: signature(**values)).get_concrete_function(**specs)
folder, key = tempfile.mkdtemp(), "serving_default"
tf.saved_model.save(fixed, folder, signatures={key: function})"""
_SCOPES = {
    "prune": "tfmot.sparsity.keras.prune_scope()",
    "cluster": "tfmot.clustering.keras.cluster_scope()",
    "quantize": "tfmot.quantization.keras.quantize_scope()",
}
_STRIPS = {"prune": "tfmot.sparsity.keras.strip_pruning", "cluster": "tfmot.clustering.keras.strip_clustering"}


def write_model(script: Script, source: Source, options: QuantizeOptions) -> str:
    """Adds what makes `model` (or `FLOAT`, the bytes of a .tflite); returns the expression of a new converter, "" for
    a .tflite. Raises UsageError where no plain script can do it, JobError for code in the file without consent."""
    script.need("", "from pathlib import Path")
    script.add(f"SOURCE = {literal(options.source)}", f"FOLDER = {literal(options.output_folder)}")
    if source.kind == TFLITE:
        if source.model is not None and stored_as_float16(source.model):
            raise UsageError(
                f"{source.path.name} has FLOAT16 weights, which are widened before they are quantized: "
                "TensorFlow can't do that, so there is no script. Use the command."
            )
        script.add("FLOAT = SOURCE.read_bytes()")
        return ""
    script.need(TENSORFLOW, "import tensorflow as tf")
    if source.kind == SAVED_MODEL:
        return _saved_model(script, options.batch == "fixed")
    assert source.model is not None
    check_code(source.model, options.allow_code)
    _keras(script, source.model, engine_of(source.path), options)
    return "tf.lite.TFLiteConverter.from_keras_model(model)"


def _saved_model(script: Script, fixed: bool) -> str:
    script.add("", *_SIGNATURE.split("\n"))
    if not fixed:
        return "tf.lite.TFLiteConverter.from_saved_model(str(SOURCE), signature_keys=[key])"
    script.need("", "import tempfile")
    script.add(*_FIXED_SIGNATURE.split("\n"))
    return "tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[key])"


def _keras(script: Script, model: Model, engine: str, options: QuantizeOptions) -> None:
    if engine == KERAS2:
        script.environment.append('os.environ["TF_USE_LEGACY_KERAS"] = "1"  # before TensorFlow is imported')
        script.need("tf-keras==2.21.*", "import tf_keras as keras")
    else:
        script.need("", "import keras")
    if options.batch == "fixed":
        script.function(*_FIXED_KERAS.split("\n"))
    path = _with_usual_suffix(script, model)
    safe = ", safe_mode=False  # runs the code in the file" if options.allow_code else ""
    load = f"model = keras.models.load_model({path}, compile=False{safe}"
    lines = [f"{load})" if not safe else load.replace("  #", ")  #")]
    kinds = sorted(wrapper_kinds(model))
    if kinds:
        script.need("tensorflow-model-optimization", "import tensorflow_model_optimization as tfmot")
        lines = [f"with {', '.join(_SCOPES[kind] for kind in kinds)}:", f"    {lines[0]}"]
        lines += [f"model = {_STRIPS[kind]}(model)" for kind in kinds if kind in _STRIPS]
    if options.batch == "fixed":
        lines.append("model = with_batch_of_one(model)")
    script.add(*lines)


def _with_usual_suffix(script: Script, model: Model) -> str:
    """Keras goes by the suffix alone: a file with another one is copied under a usual name."""
    suffix = {"keras_h5": ".h5", "keras_zip": ".keras"}[model.format]
    if model.path.suffix.lower() in (suffix, ".hdf5" if suffix == ".h5" else suffix):
        return "SOURCE"
    script.need("", "import shutil", "import tempfile")
    script.add(f'named = shutil.copy(SOURCE, Path(tempfile.mkdtemp()) / "model{suffix}")  # Keras goes by the suffix')
    return "named"
