"""One layer of a debugged model: its row, its place, and what follows from them: rmse/scale, range, SQNR."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite, nan, sqrt

from inspector.analysis.error_metrics import sqnr_db
from inspector.analysis.histogram import Histogram
from inspector.model.layer_table import LayerRow

LOCAL, CUMULATIVE, PAIR = "local", "cumulative", "pair"
KINDS = (LOCAL, CUMULATIVE, PAIR)
IDEAL = 1 / sqrt(12)
"""rmse/scale of pure rounding: an error spread evenly over one step of the scale."""
SUSPICIOUS = 0.7
"""Above it, TensorFlow's guide says, a layer loses more than rounding explains."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerHistograms:
    """`error`: candidate minus reference. `reference` and `candidate`: the float and dequantized values, in the same
    bins; `clipped` is the share of the float values outside the candidate's range. `samples` were counted: the first.
    """

    error: Histogram
    reference: Histogram
    candidate: Histogram
    clipped: float = 0.0
    samples: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class DebugLayer:
    """One row at its place: `operator` is the index in the delivered model (of step 0, in a history of repairs), None
    where it has none there. `levels` is how many steps the output's type has (255 for INT8, 65,535 for INT16).
    `signal` is the mean over samples of the mean squared float value, None where it was not measured. `float_tensor` is
    the output's name in the float model, which selective quantization goes by; "" where only the row is known.
    `doubt` says why the numbers may be the runtime's fault, "" where there is no such reason.
    """

    row: LayerRow
    operator: int | None = None
    kind: str = LOCAL
    levels: int = 255
    signal: float | None = None
    extra: Mapping[str, float | None] = field(default_factory=dict)
    histograms: LayerHistograms | None = None
    float_tensor: str = ""
    doubt: str = ""

    @property
    def rmse(self) -> float:
        """The root of mean_squared_error, in real units."""
        return sqrt(self.row.mean_squared_error) if self.row.mean_squared_error >= 0 else nan

    @property
    def rmse_over_scale(self) -> float | None:
        """RMSE in steps of the output's scale; None where there is no scale."""
        return self.rmse / self.row.scale if self.row.scale else None

    @property
    def range(self) -> float | None:
        """From the lowest to the highest value that the output can hold, in real units: 255 x scale for INT8."""
        return None if self.row.scale is None else self.levels * self.row.scale

    @property
    def sqnr_db(self) -> float | None:
        """10 log10(signal / mean_squared_error); inf without error; None where the signal was not measured."""
        if self.signal is None or not isfinite(self.signal) or not isfinite(self.row.mean_squared_error):
            return None
        return sqnr_db(self.signal, self.row.mean_squared_error)

    @property
    def suspicious(self) -> bool:
        """rmse/scale is above SUSPICIOUS."""
        return (self.rmse_over_scale or 0.0) > SUSPICIOUS
