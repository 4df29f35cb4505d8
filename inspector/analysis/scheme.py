"""The verdict: which quantization a model has, in one sentence, and what that means for a microcontroller."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from inspector.analysis.scheme_facts import SchemeFacts, WeightFacts, scheme_facts, weight_facts
from inspector.model import Model
from inspector.model.text import plural


@dataclass(frozen=True, slots=True)
class SchemeChip:
    """A few words with the colour of a type: "weights INT8"."""

    text: str
    type_name: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """`id` is a stable word for scripts: float32, float16, dynamic_range, weight_only, int8, uint8, int8_float_io,
    int16x8, legacy_uint8, mixed, keras, unknown. `badge` is short; `badge_type` is the type whose colour it has ("" for
    none). `sentence` says what is stored how; `microcontroller` whether TensorFlow Lite Micro can run it.
    """

    id: str
    badge: str
    title: str
    chips: tuple[SchemeChip, ...]
    sentence: str
    microcontroller: str
    badge_type: str = ""


def scheme_of(model: Model) -> Scheme:
    """Decides from types alone; no values are read."""
    if model.is_keras:
        return _keras(model)
    facts = scheme_facts(model)
    scheme = _SCHEMES[_decide(facts)](facts)
    return replace(scheme, microcontroller="On a microcontroller: " + _with_obstacles(scheme, facts))


def _decide(facts: SchemeFacts) -> str:
    kinds = {kind for kind in facts.arithmetic if kind != "other"}
    if not kinds:  # nothing multiplies: the activations decide
        known = {"FLOAT32": "float", "FLOAT16": "float16", "INT8": "int8", "INT16": "int16x8", "UINT8": "uint8"}
        found = facts.activations or dict.fromkeys(facts.inputs + facts.outputs)
        kinds = {known[name] for name in found if name in known}
        if "int8" in kinds:
            kinds.discard("float")
    if not kinds:
        return "unknown"
    whole = kinds & {"int8", "int16x8", "uint8"}
    if whole:
        return whole.pop() if len(kinds) == 1 else "mixed"
    return next(kind for kind in ("hybrid", "weight_only", "float16", "float") if kind in kinds)


def _weights_sentence(weights: WeightFacts, type_name: str) -> str:
    """ "9 of 23 weight tensors are INT8 with one scale per channel"."""
    count, total = weights.types[type_name], weights.count
    tensors = f"{count:,} of {total:,} weight tensors {'is' if count == 1 else 'are'}"
    if count == total:
        tensors = f"All {total:,} weight tensors are" if total != 1 else "The only weight tensor is"
    channels = weights.per_channel[type_name]
    if type_name.startswith(("FLOAT", "BFLOAT")):
        return f"{tensors} {type_name}"
    scales = "one scale per channel" if channels == count else "one scale per tensor"
    if 0 < channels < count:
        scales = f"one scale per channel ({channels:,}) or per tensor ({count - channels:,})"
    return f"{tensors} {type_name} with {scales}"


def _main_weight_type(weights: WeightFacts, integer: bool) -> str:
    chosen = {n: c for n, c in weights.types.items() if n.startswith(("INT", "UINT")) == integer}
    return max(chosen, key=lambda name: chosen[name], default="")


def _chips(facts: SchemeFacts) -> tuple[SchemeChip, ...]:
    chips = [SchemeChip(f"weights {name}", name) for name, _ in facts.weights.types.most_common(2)]
    chips = [chip for chip in chips if chip.type_name not in ("FLOAT32",) or len(facts.weights.types) == 1]
    chips += [SchemeChip(f"activations {name}", name) for name, _ in facts.activations.most_common(1)]
    return (*chips, *_io_chips(facts))


def _io_chips(facts: SchemeFacts) -> list[SchemeChip]:
    inputs, outputs = dict.fromkeys(facts.inputs), dict.fromkeys(facts.outputs)
    if inputs == outputs and len(inputs) == 1:
        name = next(iter(inputs))
        return [SchemeChip(f"inputs and outputs {name}", name)]
    return [SchemeChip(f"inputs {n}", n) for n in inputs] + [SchemeChip(f"outputs {n}", n) for n in outputs]


def _float32(facts: SchemeFacts) -> Scheme:
    weights = facts.weights
    start = _weights_sentence(weights, "FLOAT32") if weights.types["FLOAT32"] else "There are no weight tensors"
    return Scheme(
        "float32", "float32", "Not quantized (float32)", _chips(facts),
        f"{start}; all arithmetic is FLOAT32.",
        "TFLM runs it, at four times the size of INT8 and slowly without a floating-point unit. "
        "A full integer variant (FIQ) is the usual choice.", "FLOAT32",
    )  # fmt: skip


def _float16(facts: SchemeFacts) -> Scheme:
    stored = next((name for name in ("FLOAT16", "BFLOAT16") if facts.weights.types[name]), "")
    name = stored or _main_weight_type(facts.weights, False) or "FLOAT16"
    arithmetic = "they are widened to FLOAT32 before use, and all arithmetic is FLOAT32"
    if facts.activations["FLOAT16"]:
        arithmetic = "arithmetic is FLOAT16 too"
    return Scheme(
        "float16", "float16", f"{name} weights", _chips(facts),
        f"{_weights_sentence(facts.weights, name)}; {arithmetic}.",
        "TFLM's DEQUANTIZE does not take FLOAT16, so this file does not run there. "
        "A full integer variant (FIQ) of the source would.", name,
    )  # fmt: skip


def _dynamic_range(facts: SchemeFacts) -> Scheme:
    name = _main_weight_type(facts.weights, True) or "INT8"
    return Scheme(
        "dynamic_range", "DRQ", "Dynamic range quantization (DRQ)", _chips(facts),
        f"{_weights_sentence(facts.weights, name)}; all arithmetic between operators stays in FLOAT32.",
        "TFLM has no hybrid convolutions, so this file does not run there. "
        "A full integer variant (FIQ) of the source would.", name,
    )  # fmt: skip


def _weight_only(facts: SchemeFacts) -> Scheme:
    name = _main_weight_type(facts.weights, True) or "INT8"
    per_channel = facts.weights.per_channel[name] > 0
    return Scheme(
        "weight_only", "weight-only", f"Weight-only quantization ({name})", _chips(facts),
        f"{_weights_sentence(facts.weights, name)}; they are widened to FLOAT32 before use, all arithmetic is FLOAT32.",
        "TFLM's DEQUANTIZE knows one scale per tensor only, so this file gives wrong results there. "
        "A full integer variant (FIQ) of the source would run."
        if per_channel or name not in ("INT8", "INT16") else
        "TFLM widens the weights on every run and computes in FLOAT32: small, but slow.", name,
    )  # fmt: skip


def _full_integer(facts: SchemeFacts) -> Scheme:
    name = _main_weight_type(facts.weights, True) or "INT8"
    io = set(facts.inputs + facts.outputs)
    floats = bool(io & {"FLOAT32", "FLOAT16"})
    unsigned = bool(io) and io <= {"UINT8"}
    words = ", FLOAT32 in or out" if floats else ", UINT8 in and out" if unsigned else ""
    if floats and io == {"FLOAT32"}:
        words = ", FLOAT32 in and out"
    weights = _weights_sentence(facts.weights, name) if facts.weights.count else "There are no weight tensors"
    rest = "activations are INT8 too" if not facts.float_operators else (
        f"activations are INT8 too, but {plural(facts.float_operators, 'operator')} still "
        f"{'computes' if facts.float_operators == 1 else 'compute'} in FLOAT32"
    )  # fmt: skip
    return Scheme(
        "int8_float_io" if floats else "uint8" if unsigned else "int8",
        "FIQ float" if floats else "FIQ uint8" if unsigned else "FIQ int8",
        "Full integer quantization (FIQ)" + words, _chips(facts), f"{weights}; {rest}.",
        "TFLM runs it, with float conversions at its ends: quantize the input yourself and they can go."
        if floats else "this is the kind that TFLM and its fast kernels are made for.", "INT8",
    )  # fmt: skip


def _int16x8(facts: SchemeFacts) -> Scheme:
    name = _main_weight_type(facts.weights, True) or "INT8"
    return Scheme(
        "int16x8", "int16x8", "16-bit activations, 8-bit weights (int16x8)", _chips(facts),
        f"{_weights_sentence(facts.weights, name)}; activations are INT16.",
        "TFLM has int16x8 kernels for the common operators only; check each one. RAM for activations doubles.",
        "INT16",
    )  # fmt: skip


def _legacy(facts: SchemeFacts) -> Scheme:
    name = _main_weight_type(facts.weights, True) or "UINT8"
    return Scheme(
        "legacy_uint8", "uint8", "Full integer, the old UINT8 way", _chips(facts),
        f"{_weights_sentence(facts.weights, name)}; activations are UINT8 (TensorFlow 1 quantization).",
        "TFLM has dropped UINT8 kernels, so this file does not run there. Convert the source again, to INT8.", "UINT8",
    )  # fmt: skip


_KIND_WORDS = {
    "float": "in FLOAT32", "float16": "with FLOAT16 weights", "hybrid": "hybrid (INT8 weights, FLOAT32 data)",
    "weight_only": "with widened weights", "int8": "in INT8", "int16x8": "in int16x8", "uint8": "in UINT8",
}  # fmt: skip


def _mixed(facts: SchemeFacts) -> Scheme:
    parts = [f"{count:,} {_KIND_WORDS[kind]}" for kind, count in facts.arithmetic.most_common() if kind in _KIND_WORDS]
    hybrid = "hybrid" in facts.arithmetic or "float16" in facts.arithmetic
    return Scheme(
        "mixed", "mixed", "Mixed precision", _chips(facts),
        "Of the operators that multiply, " + ", ".join(parts) + ".",
        "TFLM has no hybrid and no FLOAT16 kernels, so this file does not run there." if hybrid else
        "TFLM runs it where it has a kernel for each type; the float islands cost time, RAM and conversions.",
        _main_weight_type(facts.weights, True),
    )  # fmt: skip


def _unknown(facts: SchemeFacts) -> Scheme:
    return Scheme(
        "unknown", "no weights", "Nothing to quantize", _chips(facts),
        "No operator here multiplies with weights or computes with real numbers.",
        "it depends on its operators alone.",
    )  # fmt: skip


_SCHEMES: dict[str, Callable[[SchemeFacts], Scheme]] = {
    "float": _float32, "float16": _float16, "hybrid": _dynamic_range, "weight_only": _weight_only,
    "int8": _full_integer, "int16x8": _int16x8, "uint8": _legacy, "mixed": _mixed, "unknown": _unknown,
}  # fmt: skip


def _with_obstacles(scheme: Scheme, facts: SchemeFacts) -> str:
    """What TFLM lacks whatever the types are: DENSIFY, and kernels for custom operators."""
    text = scheme.microcontroller
    if "does not run" in text:
        return text
    if "DENSIFY" in facts.op_names:
        return "TFLM has no DENSIFY for sparse weights, so this file does not run there. Convert without sparsity."
    if facts.custom:
        names = ", ".join(facts.custom[:3]) + (" and others" if len(facts.custom) > 3 else "")
        return f"{text} You must bring a kernel for the custom {names}."
    return text


def _keras(model: Model) -> Scheme:
    weights = weight_facts(model)
    name = weights.types.most_common(1)[0][0] if weights.types else ""
    only_weights = model.format == "keras_weights"
    layers = sum(len(subgraph.operators) for subgraph in model.subgraphs)
    stored = _weights_sentence(weights, name) if name else "There are no weight tensors"
    return Scheme(
        "keras", "Keras", "Keras weights without a model" if only_weights else "Keras model, not converted",
        (SchemeChip(f"weights {name}", name),) if name else (),
        f"{stored}, in {plural(layers, 'layer')}.",
        "On a microcontroller: a Keras file does not run there. "
        + ("Load the weights into their model and convert that." if only_weights else "Convert it to TensorFlow Lite."),
    )  # fmt: skip
