"""What the Debugger's chart is made of: the shown step of a model, step 0 over it, other models too."""

from collections.abc import Sequence

from inspector.gui.repairs import Repairs
from inspector.plots.debug_plot import DebugPanel, LayerSeries


def panels_of(
    repairs: Repairs, kind: str, behind: str, others: Sequence[Repairs] = (), over: bool = False
) -> tuple[DebugPanel, ...]:
    """The model's own panel first. `kind` and `behind` are errors; a model that lacks one shows what it has."""
    own = _panel(repairs, kind, behind)
    if over:
        marks = tuple(_series(other, other.shown, kind, _title(other)) for other in others)
        return (DebugPanel(own.title, own.bars, own.behind, (*own.marks, *marks), own.left_float, 0, own.by_operator),)
    return (own, *(_panel(other, kind, behind) for other in others))


def _panel(repairs: Repairs, kind: str, behind: str) -> DebugPanel:
    step = repairs.step
    bars = _series(repairs, repairs.shown, kind, "")
    found = step.result is not None and behind and step.result.layers(behind)
    marks = (_series(repairs, 0, kind, "step 0"),) if repairs.shown else ()
    left = set(step.left)
    if repairs.shown == 0:
        left |= set(repairs.first.float_operators)
    by_operator = all(layer.operator is not None for layer in bars.layers)
    return DebugPanel(
        _title(repairs), bars, _series(repairs, repairs.shown, behind, behind) if found else None, marks,
        tuple(sorted(left)), 0, by_operator,
    )  # fmt: skip


def _series(repairs: Repairs, number: int, kind: str, name: str) -> LayerSeries:
    result = repairs.steps[number].result
    if result is None:
        return LayerSeries(name or kind, ())
    shown = kind if result.layers(kind) else next(iter(result.kinds), kind)
    return LayerSeries(name or shown, result.layers(shown))


def _title(repairs: Repairs) -> str:
    return repairs.title
