"""The history of repairs of one model: what was left float at each step, and what that did. Plain Python, no Qt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from inspector.analysis.activation_range import ActivationRange
from inspector.analysis.quantization_debug import KINDS, LOCAL, DebugLayer, DebugResult
from inspector.analysis.weight_clipping import WeightClipping
from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError
from inspector.jobs.options import DebugOptions
from inspector.plots.debug_plot import LayerSeries

RECIPE = "int8_float_io"


@dataclass(eq=False)
class Step:
    """`left` are the places (step 0's operator indices) that were asked to stay float, `float_tensors` their outputs.

    `result` is None until it was measured; `path` is the variant's file, `size_bytes` its size; `score` (0..1) was
    measured on the evaluation samples; `waiting` says what is still to come, "" when all is there.
    """

    number: int
    left: tuple[int, ...] = ()
    float_tensors: tuple[str, ...] = ()
    result: DebugResult | None = None
    path: Path | None = None
    size_bytes: int | None = None
    score: float | None = None
    score_failed: str = ""
    waiting: str = ""
    failed: str = ""

    @property
    def left_text(self) -> str:
        """ "none", "#10 #11", "#10…#12", "7 layers"."""
        return places_text(self.left)

    def worst(self, kind: str = LOCAL) -> DebugLayer | None:
        """The layer with the largest rmse/scale."""
        if self.result is None:
            return None
        shown = kind if self.result.layers(kind) else next(iter(self.result.kinds), kind)
        return self.result.worst(shown)


@dataclass(frozen=True, eq=False)
class Measured:
    """What the source's activations hold over the calibration data, and what clipping its weights costs."""

    ranges: tuple[ActivationRange, ...]
    clippings: tuple[WeightClipping, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(eq=False)
class Repairs:
    """One model's steps. `name` is what it is called; `source` the file that was debugged, or the model whose table was
    opened; `options` those of step 0's job, None for a table from disk, which can't be repaired. `shown` is the step
    looked at, `ticked` the places chosen for the next one. `float_score` is the float model's; `score_kind` says
    what scores are ("accuracy", "agreement", "fit"); `evaluation` are the samples for them, None for no scores."""

    name: str
    source: Path
    options: DebugOptions | None = None
    steps: list[Step] = field(default_factory=list)
    shown: int = 0
    ticked: set[int] = field(default_factory=set)
    float_score: float | None = None
    score_kind: str = ""
    evaluation: DataChoice | None = None
    measured: Measured | None = None

    @property
    def step(self) -> Step:
        """The one that is looked at."""
        return self.steps[self.shown]

    @property
    def first(self) -> DebugResult:
        """Step 0's: its operators are the places of all steps."""
        result = self.steps[0].result
        assert result is not None
        return result

    @property
    def can_repair(self) -> bool:
        """Whether the source is known, and which output each place has in the float model."""
        return self.options is not None and bool(self.float_tensors)

    @property
    def float_tensors(self) -> dict[int, str]:
        """Place -> the name of its output in the float model."""
        return {place: layer.float_tensor for place, layer in self.layers(0).items() if layer.float_tensor}

    def layers(self, number: int, kind: str = "") -> dict[int, DebugLayer]:
        """Place -> layer of a step; `kind` "" takes the first that was measured."""
        result = self.steps[number].result
        if result is None:
            return {}
        chosen = kind or next(iter(result.kinds), LOCAL)
        return dict(LayerSeries("", result.layers(chosen)).points)

    def paths(self) -> set[Path]:
        """All files that this is about."""
        return {self.source, *(step.path for step in self.steps if step.path is not None)}

    def begin(self, left: Iterable[int]) -> Step:
        """A new step that leaves these places float. Raises UsageError for the same as an earlier one, or without a
        way to quantize again."""
        places = tuple(sorted(set(left)))
        if not self.can_repair:
            raise UsageError("A table from disk can't be quantized again: debug the model it is about.")
        known = self.float_tensors
        if unknown := [place for place in places if place not in known]:
            raise UsageError(f"#{unknown[0]} has no name in the float model, so it can't be left float.")
        same = next((step for step in self.steps if step.left == places and not step.failed), None)
        if same is not None:
            raise UsageError(f"Step {same.number} leaves the same float.")
        step = Step(len(self.steps), places, tuple(known[place] for place in places), waiting="waiting")
        self.steps.append(step)
        return step

    def place_result(self, result: DebugResult) -> DebugResult:
        """The layers of a later step at step 0's places, by their outputs in the float model; a layer that step 0 has
        not stands nowhere."""
        places = {name: place for place, name in self.float_tensors.items()}
        by_name = {layer.row.tensor_name: place for place, layer in self.layers(0).items()}
        moved = result
        for kind in KINDS:
            layers = tuple(_at(layer, places.get(layer.float_tensor, by_name.get(layer.row.tensor_name)))
                           for layer in result.layers(kind))  # fmt: skip
            moved = moved.with_layers(kind, layers)
        return moved

    @property
    def title(self) -> str:
        """ "sensor_cnn, step 2: #10 and #11 stay float"."""
        if len(self.steps) == 1:
            return self.name
        step = self.step
        if not step.left:
            return f"{self.name}, step {step.number}"
        return f"{self.name}, step {step.number}: {stay_float_text(step.left)}"


def _at(layer: DebugLayer, place: int | None) -> DebugLayer:
    return replace(layer, operator=place)


def places_text(places: tuple[int, ...]) -> str:
    """ "none", "#10 #11", "#10…#14" for neighbours, else "7 layers"."""
    if not places:
        return "none"
    if len(places) <= 3:
        return " ".join(f"#{place}" for place in places)
    if places[-1] - places[0] == len(places) - 1:
        return f"#{places[0]}…#{places[-1]}"
    return f"#{places[0]} #{places[1]} +{len(places) - 2:,}"


def stay_float_text(places: tuple[int, ...]) -> str:
    """ "#11 stays float", "#10 and #11 stay float"."""
    if len(places) == 1:
        return f"#{places[0]} stays float"
    if len(places) <= 4:
        names = [f"#{place}" for place in places]
        return f"{', '.join(names[:-1])} and {names[-1]} stay float"
    return f"{len(places):,} layers stay float"


def above(layers: Mapping[int, DebugLayer], limit: float) -> set[int]:
    """The places whose rmse/scale is above `limit`."""
    return {place for place, layer in layers.items() if (layer.rmse_over_scale or 0.0) > limit}
