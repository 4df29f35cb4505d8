"""What each job is told: one frozen class a job, JSON both ways, help text with each field."""

import json
import types
import typing
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any, ClassVar, TypeVar, Union

from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError

Options = TypeVar("Options")


def option(help_text: str, default: Any = MISSING) -> Any:
    """A field with its help text; required where there is no default."""
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """What every job has."""

    JOB: ClassVar[str] = ""

    memory_limit_mb: int = option("Most address space the worker may take, in MiB; 0 chooses by the machine.", 0)
    time_limit_s: int = option("Seconds after which the job is stopped; 0 never.", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmOptions(JobOptions):
    """Import what the worker's engine needs, and nothing else."""

    JOB: ClassVar[str] = "warm"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizeOptions(JobOptions):
    """Make variants of one model. Raises UsageError for a value that is none of a field's choices."""

    JOB: ClassVar[str] = "quantize"

    source: str = option("A Keras file (.h5, .hdf5, .keras), a SavedModel folder, or a float .tflite file.")
    recipes: tuple[str, ...] = option("Ids of the recipes to make, in order.")
    output_folder: str = option("Where <stem>.<recipe id>.tflite and its provenance file appear.")
    data: DataChoice | None = field(default=None, metadata={"help": "Calibration data, for recipes that need them."})
    batch: str = option("fixed: batch size 1, as TFLM needs it; dynamic: the batch stays open.", "fixed")
    float_fallback: bool = option("Let operators without an int8 kernel stay float in full integer recipes.", False)
    integer_io: bool = option("int16x8: INT16 inputs and outputs instead of FLOAT32.", False)
    backend: str = option("auto, tensorflow or litert: who quantizes.", "auto")
    float_operators: tuple[str, ...] = option(
        "Types of operators that stay float, such as SOFTMAX; int8_float_io, int8 and uint8 can do that.", ()
    )
    float_tensors: tuple[str, ...] = option(
        "Names of output tensors, in the float model, whose operators stay float.", ()
    )
    suffix: str = option("Stands behind the recipe in the files' names: <stem>.<recipe id>.<suffix>.tflite.", "")
    allow_code: bool = option("Load a model whose Lambda layers run code from the file.", False)
    overwrite: bool = option("Replace variants that exist.", False)

    def __post_init__(self) -> None:
        check_choice(self.batch, ("fixed", "dynamic"), "The batch size")
        check_choice(self.backend, ("auto", "tensorflow", "litert"), "The back end")
        if "/" in self.suffix or "\\" in self.suffix:
            raise UsageError(f"{self.suffix} can't be part of a file's name: it has a slash.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DebugOptions(JobOptions):
    """Measure the error of each layer of a full integer model. Raises UsageError for an error that there is not."""

    JOB: ClassVar[str] = "debug"

    source: str = option("A Keras file (.h5, .hdf5, .keras), a SavedModel folder, or a float .tflite file.")
    data: DataChoice = field(
        metadata={"help": "Calibration data: the ranges of the activations are measured with them."}
    )
    debug_data: DataChoice | None = field(
        default=None, metadata={"help": "The samples whose errors are measured; without them, the calibration data."}
    )
    errors: tuple[str, ...] = option(
        "local: each layer fed with the quantized outputs before it. cumulative: a float run beside the quantized run.",
        ("local", "cumulative"),
    )
    float_operators: tuple[str, ...] = option("Types of operators that stay float, such as SOFTMAX.", ())
    float_tensors: tuple[str, ...] = option("Names of output tensors whose operators stay float.", ())
    output: str = option("The CSV of the local error; the cumulative one stands beside it. Empty: none.", "")
    output_folder: str = option("Where the quantized model (float inputs and outputs) appears. Empty: nowhere.", "")
    batch: str = option("fixed: batch size 1, as TFLM needs it; dynamic: the batch stays open.", "fixed")
    allow_code: bool = option("Load a model whose Lambda layers run code from the file.", False)
    overwrite: bool = option("Replace files that exist.", False)

    def __post_init__(self) -> None:
        check_choice(self.batch, ("fixed", "dynamic"), "The batch size")
        for each in self.errors:
            check_choice(each, ("local", "cumulative"), "The error")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareActivationsOptions(JobOptions):
    """Run two .tflite files on the same samples and measure how far each activation is from the reference's."""

    JOB: ClassVar[str] = "compare_activations"

    reference: str = option("The .tflite file whose activations count as right: the float model.")
    candidate: str = option("The .tflite file that is measured: of any quantization.")
    data: DataChoice = field(metadata={"help": "The samples that both are run on."})
    output: str = option("The CSV of the errors. Empty: none is written.", "")
    overwrite: bool = option("Replace files that exist.", False)


def help_of(options: type, name: str) -> str:
    """The help text of one field."""
    return str(next(each for each in fields(options) if each.name == name).metadata["help"])


def to_dict(options: Any) -> dict[str, Any]:
    """Plain values by field name; what stands at its default too."""
    found = {}
    for each in fields(options):
        value = getattr(options, each.name)
        found[each.name] = to_dict(value) if is_dataclass(value) else value
    return found


def from_dict(kind: type[Options], values: Any) -> Options:
    """The other way round. Raises UsageError for an unknown field, a missing one, or a value of another type."""
    if not isinstance(values, dict):
        raise UsageError(f"{kind.__name__} wants a JSON object, not {json.dumps(values)[:60]}.")
    hints = typing.get_type_hints(kind)
    known = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(values) - set(known)):
        raise UsageError(f'{kind.__name__} has no option "{unknown[0]}". It has: {", ".join(known)}.')
    missing = [name for name, each in known.items() if name not in values and each.default is MISSING]
    if missing:
        raise UsageError(f'{kind.__name__} needs "{missing[0]}".')
    return kind(**{name: _value(hints[name], value, name) for name, value in values.items()})


_WORDS = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}


def _value(hint: Any, value: Any, name: str) -> Any:
    """`value` as `hint` asks for; a JSON list becomes a tuple, an object a dataclass."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _value(next(each for each in inner if each is not type(None)), value, name)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise _wrong(name, "a list", value)
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else list(inner)
        if len(kinds) != len(value):
            raise _wrong(name, f"{len(kinds)} values", value)
        return tuple(_value(kind, each, name) for kind, each in zip(kinds, value, strict=True))
    if is_dataclass(hint):
        if not isinstance(value, dict | hint):
            raise _wrong(name, "an object", value)
        return value if isinstance(value, hint) else from_dict(hint, value)  # type: ignore[arg-type]
    if hint is float and type(value) is int and abs(value) < 1 << 53:
        return float(value)
    if type(value) is not hint:
        raise _wrong(name, _WORDS.get(hint.__name__, hint.__name__), value)
    return value


def _wrong(name: str, wanted: str, value: Any) -> UsageError:
    return UsageError(f'"{name}" wants {wanted}, not {json.dumps(value, default=str)[:60]}.')


def check_choice(value: str, allowed: tuple[str, ...], title: str) -> None:
    """Raises UsageError for a value that is none of `allowed`."""
    if value not in allowed:
        raise UsageError(f"{title} can't be {value}: it is one of {', '.join(allowed)}.")
