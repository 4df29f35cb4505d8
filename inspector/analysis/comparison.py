"""Variants of one model side by side: what each stores, and which tensor of one is which tensor of another."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.analysis.compared_tensor import GROUPS, ComparedTensor, Pairing, paired_sentence
from inspector.analysis.comparison_headline import headline
from inspector.analysis.comparison_measure import measured
from inspector.analysis.comparison_rows import compared_rows
from inspector.analysis.error_metrics import PairError
from inspector.analysis.progress import Progress
from inspector.analysis.variants import TypeCount, Variant, make_variants
from inspector.errors import UsageError
from inspector.model import Model, Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """`variants` in the order given; `reference` is the place of the one that all others are compared with.

    `rows` stand in the order of GROUPS, and of operators in a group. `headline` is the answer in a sentence a variant.
    `measured`: errors and gzip bytes are filled in.
    """

    variants: tuple[Variant, ...]
    rows: tuple[ComparedTensor, ...]
    headline: str
    reference: int
    measured: bool = False

    @property
    def paired(self) -> str:
        """How the tensors were paired: "17 of 17 tensors paired: 15 by name, 2 by position and shape". Beside other
        variants a Keras file, which lists no activations, does not count."""
        others = [place for place in range(len(self.variants)) if place != self.reference]
        counted = [place for place in others if not self.variants[place].model.is_keras] or others
        return paired_sentence(self.rows, self.reference, counted)

    def measure(self, progress: Progress | None = None) -> "Comparison":
        """The same comparison with errors and gzip bytes filled in; what can't be measured stays None.

        Raises FileChangedError, and what `progress` raises.
        """
        variants, rows = measured(self.variants, self.rows, self.reference, progress)
        return Comparison(variants, rows, headline(variants, rows, self.reference, True), self.reference, True)

    def group(self, name: str) -> tuple[ComparedTensor, ...]:
        """The rows of one of GROUPS."""
        return tuple(row for row in self.rows if row.group == name)

    @property
    def types(self) -> tuple[str, ...]:
        """The names of all types that occur, narrow ones first."""
        found = {tensor.type for row in self.rows for tensor in row.tensors if tensor is not None}
        return tuple(type_.name for type_ in sorted(found, key=lambda type_: type_.order))

    def of_type(self, name: str) -> tuple[tuple[Tensor, ...], ...]:
        """For each variant its tensors of a type, in the order of the rows: the INT8 tensors of ORG | DRQ | FIQ."""
        rows = [[row.tensors[place] for row in self.rows] for place in range(len(self.variants))]
        return tuple(tuple(dict.fromkeys(t for t in row if t is not None and t.type.name == name)) for row in rows)


def compare_models(
    models: Sequence[Model], reference: int = 0, recipes: Sequence[str] = (), source_bytes: int | None = None
) -> Comparison:
    """Pairs the tensors of all models with those of the reference; no values are read, `Comparison.measure` does that.

    `reference` is the place of the model that all others are compared with. `recipes` are the ids of the recipes the
    variants were made with, where known ("" where not; else they are told from types). `source_bytes` is the size of
    the source file, if that is not among the models. Raises UsageError for fewer than two models.
    """
    if len(models) < 2:
        raise UsageError("Comparing needs at least two models.")
    if not 0 <= reference < len(models):
        raise UsageError(f"There is no model {reference} to compare with: there are {len(models)}.")
    variants = make_variants(models, reference, recipes, source_bytes)
    rows = compared_rows(models, reference)
    return Comparison(variants, rows, headline(variants, rows, reference), reference)


def measure(comparison: Comparison, progress: Progress | None = None) -> Comparison:
    """As `Comparison.measure`."""
    return comparison.measure(progress)


__all__ = [
    "GROUPS", "ComparedTensor", "Comparison", "PairError", "Pairing", "TypeCount", "Variant", "compare_models",
    "measure",
]  # fmt: skip
