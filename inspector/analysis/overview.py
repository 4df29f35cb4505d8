"""What a model is at one look: the figures and counts that the Overview tab and `show` both give."""

from collections import Counter
from dataclasses import dataclass

from inspector.analysis.health import findings
from inspector.analysis.macs import model_macs, model_parameters
from inspector.analysis.progress import Progress
from inspector.analysis.scheme import Scheme, scheme_of
from inspector.analysis.sizes import SizeTotals, size_totals
from inspector.model import Finding, Model
from inspector.model.text import bytes_text, plural

FORMAT_NAMES = {
    "tflite": "TensorFlow Lite",
    "keras_h5": "Keras, HDF5",
    "keras_zip": "Keras, zip",
    "keras_weights": "Keras, weights only",
}


@dataclass(frozen=True, slots=True)
class FigureText:
    """One figure: what it is, the number, a line that explains it, and the exact number where `value` is rounded."""

    title: str
    value: str
    line: str
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """`head` says in a few words what file it is; `operator_counts` are by op_name, most first."""

    scheme: Scheme
    head: tuple[str, ...]
    sizes: SizeTotals
    figures: tuple[FigureText, ...]
    operator_counts: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]


def overview_of(model: Model, progress: Progress | None = None) -> Overview:
    """Everything the Overview says. Reads every stored byte once. Raises FileChangedError, Cancelled."""
    sizes = size_totals(model, progress)
    counts = Counter(name for subgraph in model.subgraphs for name in subgraph.operator_columns.op_names)
    return Overview(
        scheme_of(model),
        _head(model),
        sizes,
        _figures(model, sizes, counts),
        tuple(counts.most_common()),
        findings(model, sizes.buffers),
    )


def _head(model: Model) -> tuple[str, ...]:
    words = [FORMAT_NAMES.get(model.format, model.format)]
    words += [f"{key} {model.facts[key]}" for key in ("schema version", "Keras version") if key in model.facts]
    if model.description:
        words.append(f"described as \u201c{model.description}\u201d")
    if not model.is_keras:
        words.append(plural(len(model.subgraphs), "subgraph"))
    return tuple(words)


def _figures(model: Model, sizes: SizeTotals, operators: Counter[str]) -> tuple[FigureText, ...]:
    macs = model_macs(model)
    kinds = Counter(
        kind for subgraph in model.subgraphs for kind in subgraph.tensor_columns.kinds if kind != "optimizer"
    )
    constants, layers = kinds["constant"], model.is_keras
    rest = f"{macs.not_counted:,} not counted" if macs.not_counted else "per inference, batch 1"
    return (
        FigureText("File", bytes_text(model.size_bytes), f"{model.size_bytes:,} B", f"{model.size_bytes:,} bytes"),
        FigureText("Stored tensors", bytes_text(sizes.stored_bytes),
                   f"{sizes.stored_bytes:,} B in {plural(sizes.stored_tensors, 'constant tensor')}",
                   f"{sizes.stored_bytes:,} bytes"),
        _parameters(model),
        FigureText("Layers" if layers else "Operators", f"{operators.total():,}",
                   plural(len(operators), "class" if layers else "kind", "classes" if layers else "kinds")),
        FigureText("Multiply-accumulates", large_number(macs.macs), rest, f"{macs.macs:,} multiply-accumulates"),
        FigureText("Tensors", f"{kinds.total():,}", f"{constants:,} constant · {kinds.total() - constants:,} others"),
    )  # fmt: skip


def _parameters(model: Model) -> FigureText:
    if model.parameters is not None:
        totals = model.parameters
        apart = f"; the optimizer's {totals.optimizer:,} apart" if totals.optimizer else ""
        line = f"{totals.trainable:,} trainable · {totals.non_trainable:,} not"
        return FigureText("Parameters", f"{totals.total:,}", line, f"{totals.total:,} in all, {line}{apart}")
    found = model_parameters(model)
    line = f"{found.weights:,} weights · {plural(found.biases, 'bias', 'biases')}"
    return FigureText("Parameters", f"{found.total:,}", line)


def large_number(count: int) -> str:
    """`10.16 M`, `1.20 G`; whole below a million."""
    for unit, size in (("G", 10**9), ("M", 10**6)):
        if count >= size:
            return f"{count / size:.2f} {unit}"
    return f"{count:,}"
