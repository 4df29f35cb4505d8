"""The blocks of a generated Python script that make one variant each."""

from typing import Any

from inspector.jobs.litert_recipes import STATIC, litert_rules
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import Recipe
from inspector.jobs.script_model import TENSORFLOW
from inspector.jobs.script_parts import Script, called, listed, text_literal

_OPS = "tf.lite.OpsSet."
_RANGES = '''def activation_ranges(float_model):
    """The smallest and largest value of every activation over all samples."""
    interpreter = Interpreter(
        model_content=float_model,
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    subgraph = schema.ModelT.InitFromPackedBuf(float_model, 0).subgraphs[0]
    computed = {*subgraph.inputs, *(index for each in subgraph.operators for index in each.outputs)}
    found = {}
    for sample in calibration_data():
        for detail, array in zip(interpreter.get_input_details(), sample):
            interpreter.resize_tensor_input(detail["index"], array.shape)
        interpreter.allocate_tensors()
        for detail, array in zip(interpreter.get_input_details(), sample):
            interpreter.set_tensor(detail["index"], array)
        interpreter.invoke()
        for index in computed:
            values = interpreter.get_tensor(index)
            if values.dtype == np.float32:
                first = {"min": values.min()[None], "max": values.max()[None]}
                limits = found.setdefault(subgraph.tensors[index].name.decode(), first)
                limits["min"] = np.minimum(limits["min"], values.min())
                limits["max"] = np.maximum(limits["max"], values.max())
    return found'''
_LITERT = '''def litert(float_model, rules, ranges=None):
    """Quantized by LiteRT's quantizer."""
    quantizer = Quantizer(float_model)
    quantizer.load_quantization_recipe(rules)
    return bytes(quantizer.quantize(ranges).quantized_model)'''


def write_helpers(script: Script, stem: str, backends: dict[str, str], overwrite: bool) -> None:
    """Adds the functions that several blocks use."""
    mode, hint = ("wb", "replaces what is there") if overwrite else ("xb", '"wb" replaces what is there')
    script.function(
        "def write(recipe, content):",
        f'    path = FOLDER / f"{_braces(stem)}.{{recipe}}.tflite"',
        f'    with path.open("{mode}") as file:  # {hint}',
        "        file.write(content)",
        '    print(f"{path}: {len(content):,} bytes")',
    )
    if "litert" in backends.values():
        script.need("litert-quantizer==0.11.*", "from litert_quantizer.quantizer import Quantizer")
        script.function(*_LITERT.split("\n"))
    if any(backend == "litert" and recipe_id in STATIC for recipe_id, backend in backends.items()):
        script.need(
            "ai-edge-litert",
            "import numpy as np",
            "from ai_edge_litert import schema_py_generated as schema",
            "from ai_edge_litert.interpreter import Interpreter, OpResolverType",
        )
        script.function(*_RANGES.split("\n"))


def write_variant(script: Script, recipe: Recipe, backend: str, converter: str, options: QuantizeOptions) -> None:
    """Adds the block of one recipe; `converter` is the expression of a new one, "" where the source is a .tflite."""
    script.add("", f"# {recipe.title}" if recipe.id == recipe.title else f"# {recipe.id}: {recipe.title}")
    if backend == "litert":
        lines = _litert(script, recipe, converter, options)
    elif converter:
        lines = [f"converter = {converter}", *_settings(recipe, options), *_converted(script, recipe, options)]
    else:
        lines = _of_tflite(script, recipe, options)
    script.add(*lines)


def _converted(script: Script, recipe: Recipe, options: QuantizeOptions) -> list[str]:
    """The converter's work; where operators stay float the debugger's, which knows how."""
    left_out = _left_out(options, "[", "]")
    name = _name(recipe, options)
    if not left_out:
        return [f"write({name}, converter.convert())"]
    lines = ["debugger = tf.lite.experimental.QuantizationDebugger(", "    converter=converter,"]
    lines += ["    debug_dataset=calibration_data,", "    debug_options=tf.lite.experimental.QuantizationDebugOptions("]
    lines += [*(f"        {each}," for each in left_out), "    ),", ")"]
    if recipe.io == "FLOAT32":
        return [*lines, f"write({name}, debugger.get_nondebug_quantized_model())"]
    script.need(TENSORFLOW, "from tensorflow.lite.python import convert")
    return [*lines, *_quantized("debugger.calibrated_model", recipe, options), f"write({name}, content)"]


def _quantized(ranges: str, recipe: Recipe, options: QuantizeOptions) -> list[str]:
    """`content` of what is calibrated, by the function that TensorFlow's converter and debugger call."""
    io = f"tf.{_io(recipe, options).lower()}"
    arguments = [ranges, f"input_data_type={io}", f"output_data_type={io}", *_left_out(options, "{", "}")]
    return listed("content = convert.mlir_quantize(", arguments, ")")


def _left_out(options: QuantizeOptions, before: str, after: str) -> list[str]:
    """The arguments that name operators which stay float, none where all are quantized."""
    given = (("denylisted_ops", options.float_operators), ("denylisted_nodes", options.float_tensors))
    return [f"{name}={before}{', '.join(map(text_literal, names))}{after}" for name, names in given if names]


def _name(recipe: Recipe, options: QuantizeOptions) -> str:
    """What stands between the source's name and .tflite, as an expression."""
    return text_literal(".".join(each for each in (recipe.id, options.suffix) if each))


def _settings(recipe: Recipe, options: QuantizeOptions) -> list[str]:
    """What a converter is told for a recipe: nothing for float32."""
    wanted = ["DEFAULT"] if recipe.weights != "FLOAT32" else []
    wanted += ["EXPERIMENTAL_SPARSITY"] if "sparse" in recipe.id else []
    lines = (
        [f"converter.optimizations = [{', '.join(f'tf.lite.Optimize.{each}' for each in wanted)}]"] if wanted else []
    )
    if recipe.weights == "FLOAT16":
        lines.append("converter.target_spec.supported_types = [tf.float16]")
    if recipe.calibrated:
        lines.append("converter.representative_dataset = calibration_data")
        int16 = recipe.activations == "INT16"
        ops = ["EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8" if int16 else "TFLITE_BUILTINS_INT8"]
        ops += ["TFLITE_BUILTINS"] if options.float_fallback else []
        lines += listed("converter.target_spec.supported_ops = [", (_OPS + each for each in ops), "]")
        io = _io(recipe, options)
        if io != "FLOAT32":
            lines.append(f"converter.inference_input_type = tf.{io.lower()}")
            lines.append(f"converter.inference_output_type = tf.{io.lower()}")
    return lines


def _io(recipe: Recipe, options: QuantizeOptions) -> str:
    return "INT16" if recipe.activations == "INT16" and options.integer_io else recipe.io


def _litert(script: Script, recipe: Recipe, converter: str, options: QuantizeOptions) -> list[str]:
    rules = litert_rules(recipe.id, options.integer_io)
    lines = ["rules = [", *(line for rule in rules for line in _rule(rule)), "]"]
    source = "FLOAT"
    if converter:
        source = f"{converter}.convert()"
    ranges = ", activation_ranges(FLOAT)" if recipe.calibrated else ""
    made = f"litert({source}, rules{ranges})"
    if recipe.id == "sparse_dynamic_range":
        script.need(TENSORFLOW, "from tensorflow.lite.python import convert")
        made = f"convert.mlir_sparsify({made})"
    return [*lines, f"write({_name(recipe, options)}, {made})"]


def _rule(rule: dict[str, Any]) -> list[str]:
    """A rule over several lines, its innermost objects on one each where they fit."""
    lines = ["    {", *(f'        "{key}": {_value(value)},' for key, value in rule.items() if key != "op_config")]
    lines.append('        "op_config": {')
    for key, value in rule["op_config"].items():
        if isinstance(value, dict):
            items = (f'"{inner}": {_value(entry)}' for inner, entry in value.items())
            lines += listed(f'            "{key}": {{', items, "},")
        else:
            lines.append(f'            "{key}": {_value(value)},')
    return [*lines, "        },", "    },"]


def _value(value: object) -> str:
    return repr(value).replace("'", '"')


def _of_tflite(script: Script, recipe: Recipe, options: QuantizeOptions) -> list[str]:
    """TensorFlow has no public functions for a bare .tflite: these are the ones its converter calls itself."""
    if recipe.id == "float32":
        return [f"write({_name(recipe, options)}, FLOAT)"]
    script.need(TENSORFLOW, "from tensorflow.lite.python import convert")
    if recipe.id == "sparse":
        return [f"write({_name(recipe, options)}, convert.mlir_sparsify(FLOAT))"]
    script.need(
        TENSORFLOW, "import tensorflow as tf", "from tensorflow.lite.python.optimize import calibrator",
    )  # fmt: skip
    io = f"tf.{_io(recipe, options).lower()}"
    lines = ["calibration = calibrator.Calibrator(calibrator.add_intermediate_tensors(FLOAT))"]
    if recipe.activations == "INT16":
        script.need(TENSORFLOW, "from tensorflow.lite.python.util import modify_model_io_type")
        values = f"calibration_data, {io}, {io}, {options.float_fallback}, tf.int16, bias_type=tf.int64"
        lines += called("content = calibration.calibrate_and_quantize(", values)
        lines.append(f"content = modify_model_io_type(content, {io}, {io})")
    else:
        lines.append("ranges = calibration.calibrate(calibration_data)")
        lines += _quantized("ranges", recipe, options)
    return [*lines, f"write({_name(recipe, options)}, content)"]


def _braces(text: str) -> str:
    """Text as it stands inside an f-string's quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("{", "{{").replace("}", "}}")
