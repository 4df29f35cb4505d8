"""Values of any source become Samples: in the input's type, with their range, NaN refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspector.datasets.fitting import convert
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.notice import Notice
from inspector.datasets.samples import Samples
from inspector.datasets.sources import Array


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """`array` (samples, *sample shape) of any number type; `title` is what it is called where it comes from, and
    `rows` which samples there they are (None: in order)."""

    array: Array
    title: str
    rows: Array | None = None


def assemble(
    specs: Sequence[InputSpec],
    values: Mapping[str, Values],
    total: int,
    description: str,
    notices: Sequence[Notice] = (),
    valid_for_accuracy: bool = True,
) -> Samples:
    """`values` by input name. Raises DataError for NaN, infinity, and numbers that an input's type can't hold."""
    arrays, ranges = {}, {}
    for spec in specs:
        given = values[spec.name]
        arrays[spec.name], ranges[spec.name] = convert(given.array, spec, given.title, given.rows)
    count = len(next(iter(arrays.values())))
    sources = {name: given.title for name, given in values.items()}
    return Samples(tuple(specs), arrays, count, total, description, valid_for_accuracy, tuple(notices), ranges, sources)
