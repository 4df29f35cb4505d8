"""Why a model can't be debugged, said before any work: there is no float model in it to compare with."""

from inspector.analysis.scheme import scheme_of
from inspector.errors import JobError
from inspector.formats import open_model
from inspector.jobs.keras_loading import wrapper_kinds
from inspector.jobs.sources import Source, open_source
from inspector.model import Model

_PAIR = (
    "To compare it with its float model, activation by activation, debug the two as a pair (debug FLOAT --pair {0})."
)


def open_debug_source(path: str) -> Source:
    """As `open_source`; raises JobError also for models whose layers the debugger can't measure."""
    from pathlib import Path

    place = Path(path).expanduser()
    if place.is_file():
        _refuse(open_model(place))
    return open_source(place)


def _refuse(model: Model) -> None:
    name = model.path.name
    if model.is_keras:
        if "quantize" in wrapper_kinds(model):
            raise JobError(
                f"{name} was trained with quantization (QAT): the ranges are part of its layers, so there is nothing "
                "to calibrate and no float model to compare with. Convert it, and debug the float model and the "
                f"converted one as a pair ({_command(name)})."
            )
        return
    op_names = {operator.op_name for operator in model.operators()}
    if "FAKE_QUANT" in op_names or _rounds_its_floats(model):
        marks = "FAKE_QUANT operators" if "FAKE_QUANT" in op_names else "QUANTIZE and DEQUANTIZE around float operators"
        raise JobError(
            f"{name} has {marks}: it comes from training with quantization (QAT) and carries its ranges, so there is "
            f"nothing to calibrate. {_PAIR.format(name)}"
        )
    if "NumericVerify" in op_names:
        raise JobError(f"{name} is a debug model already (NumericVerify). Debug the float model it was made of.")
    quantized = [tensor for tensor in model.tensors() if tensor.quantization is not None and tensor.scale is not None]
    if not quantized:
        return
    title = scheme_of(model).title
    if not any(tensor.kind == "activation" for tensor in quantized):
        raise JobError(
            f"{name} is quantized already ({title}): its weights are integers but its activations are float, so no "
            f"layer has a quantized output whose error could be measured. Debug the float model it was made of. "
            f"{_PAIR.format(name)}"
        )
    raise JobError(
        f"{name} is quantized already ({title}): the debugger quantizes a float model itself. Debug the float model "
        f"it was made of. {_PAIR.format(name)}"
    )


def _rounds_its_floats(model: Model) -> bool:
    """A QAT model that was converted without optimizations: activations are rounded to integers and widened again."""
    for subgraph in model.subgraphs:
        for operator in subgraph.operators:
            maker = subgraph.tensors[operator.inputs[0]].producer if operator.op_name == "DEQUANTIZE" else None
            if maker is not None and maker.op_name == "QUANTIZE":
                return True
    return False


def _command(name: str) -> str:
    return f"debug FLOAT.tflite --pair {name.rsplit('.', 1)[0]}.tflite"


def nothing_quantized(name: str, model: Model, left_float: bool) -> JobError:
    """The debug model has no NumericVerify: no operator was quantized."""
    op_names = sorted({operator.op_name for operator in model.operators()})
    shown = ", ".join(op_names[:6]) + (" and others" if len(op_names) > 6 else "")
    if left_float:
        return JobError(f"All of {name} stays float with these choices: there is no quantized layer to measure.")
    return JobError(
        f"No layer of {name} was quantized, so there is no error to measure: TensorFlow knows no integer form of its "
        f"operators here ({shown or 'it has none'}), or its inputs are no float values that could be calibrated."
    )
