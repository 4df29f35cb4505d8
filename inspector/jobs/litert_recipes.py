"""Our recipes in the words of LiteRT's quantizer: rules for the weights and activations of operators."""

from typing import Any

from inspector.errors import JobError

Rule = dict[str, Any]
MIN_MAX, CAST, LEAVE = "min_max_uniform_quantize", "float_casting", "no_quantize"

STATIC = ("int8_float_io", "int8", "uint8", "int16x8")
"""Those that need the ranges of the activations."""


def litert_rules(recipe_id: str, integer_io: bool = False) -> list[Rule]:
    """The rules of a recipe, plain JSON. `integer_io`: int16x8 with INT16 inputs and outputs.

    Raises JobError for a recipe that LiteRT's quantizer does not make.
    """
    match recipe_id:
        case "dynamic_range" | "sparse_dynamic_range":
            return [_rule(weights=_weights(8), integer=True, smallest=1024)]  # as TensorFlow: small ones stay float
        case "dynamic_int4":
            return [_rule(weights=_weights(4), integer=True)]
        case "weight_only_int8":
            return [_rule(weights=_weights(8), widened=True)]
        case "float16":
            half = {"num_bits": 16, "symmetric": True, "granularity": "TENSORWISE", "dtype": "FLOAT"}
            return [_rule(algorithm=CAST, weights=half, widened=True)]
        case "int8":
            return [_static(_activations(8))]
        case "int8_float_io":
            return [_static(_activations(8)), *_ends()]
        case "uint8":
            return [_static(_activations(8)), *_ends(_activations(8, "UINT"))]
        case "int16x8":
            return [_static(_activations(16)), *(() if integer_io else _ends())]
        case _:
            raise JobError(f"LiteRT's quantizer does not make {recipe_id}. Leave the back end to auto.")


def _weights(bits: int) -> Rule:
    return {"num_bits": bits, "symmetric": True, "granularity": "CHANNELWISE", "dtype": "INT"}


def _activations(bits: int, kind: str = "INT") -> Rule:
    """int16 activations are symmetric: their kernels know no zero_point."""
    return {"num_bits": bits, "symmetric": bits == 16, "granularity": "TENSORWISE", "dtype": kind}


def _static(activations: Rule, operation: str = "*") -> Rule:
    return _rule(operation, activations=activations, weights=_weights(8), integer=True)


def _ends(activations: Rule | None = None) -> list[Rule]:
    """Rules for the model's inputs and outputs, which otherwise are as the tensors inside; None: they stay float."""
    if activations is None:
        return [_rule(end, algorithm=LEAVE) for end in ("INPUT", "OUTPUT")]
    return [_static(activations, end) for end in ("INPUT", "OUTPUT")]


def _rule(
    operation: str = "*",
    *,
    algorithm: str = MIN_MAX,
    activations: Rule | None = None,
    weights: Rule | None = None,
    integer: bool = False,
    widened: bool = False,
    smallest: int = 0,
) -> Rule:
    """`integer`: the operator calculates with integers; `widened`: a DEQUANTIZE stands before it; `smallest`: weights
    with fewer elements are left alone."""
    config: Rule = {
        "compute_precision": "INTEGER" if integer else "FLOAT",
        "explicit_dequantize": widened,
        "skip_checks": False,
        "min_weight_elements": smallest,
    }
    if activations is not None:
        config["activation_tensor_config"] = activations
    if weights is not None:
        config["weight_tensor_config"] = weights
    return {"regex": ".*", "operation": operation, "algorithm_key": algorithm, "op_config": config}
