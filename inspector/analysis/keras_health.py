"""What a user should know about a Keras file: Lambda layers, pruning and quantization wrappers, optimizer state."""

from collections.abc import Iterator

from inspector.model import Finding, Level, Model
from inspector.model.text import bytes_text, plural

_PRUNED = "PruneLowMagnitude"
_QUANTIZED = ("QuantizeWrapper", "QuantizeWrapperV2", "QuantizeAnnotate", "QuantizeLayer")


def keras_findings(model: Model) -> Iterator[Finding]:
    """From layer classes and kinds of tensors; nothing in the file is executed."""
    layers: dict[str, list[tuple[int, int]]] = {}
    for subgraph in model.subgraphs:
        for index, name in enumerate(subgraph.operator_columns.op_names):
            layers.setdefault(name.partition("(")[0].rpartition(">")[2], []).append((subgraph.index, index))
    codes = {finding.code for finding in model.findings}
    if "Lambda" in layers and not any("lambda" in code for code in codes):
        yield Finding(
            Level.WARNING, "lambda_layer", plural(len(layers["Lambda"]), "Lambda layer"),
            "It holds Python code that runs when Keras loads the file. It was not run here; load the file only if you "
            "trust it.", operators=tuple(layers["Lambda"]),
        )  # fmt: skip
    if _PRUNED in layers and "pruning_wrappers" not in codes:
        yield Finding(
            Level.NOTE, "pruning_wrappers", f"{plural(len(layers[_PRUNED]), 'layer')} still wrapped for pruning",
            "The masks double the parameters; strip_pruning takes them off before converting.",
            operators=tuple(layers[_PRUNED]),
        )  # fmt: skip
    quantized = [row for name in _QUANTIZED for row in layers.get(name, ())]
    if quantized and "quantization_wrappers" not in codes:
        yield Finding(
            Level.NOTE, "quantization_wrappers", f"{plural(len(quantized), 'layer')} wrapped for quantization-aware "
            "training", "Loading needs tfmot's quantize_scope; converting gives a full integer model.",
            operators=tuple(sorted(quantized)),
        )  # fmt: skip
    state = [tensor for tensor in model.tensors(optimizer=True) if tensor.kind == "optimizer"]
    if state:
        size = sum(tensor.bytes or 0 for tensor in state)
        yield Finding(
            Level.NOTE, "optimizer_state", f"The optimizer's state takes {bytes_text(size)}",
            "It is only needed to train on; save with include_optimizer=False to drop it.",
        )  # fmt: skip
    if model.format == "keras_weights" and "weights_only" not in codes:
        yield Finding(
            Level.NOTE, "weights_only", "Weights without a model",
            "The file does not say how the layers are joined; load it into the model it came from.",
        )  # fmt: skip
