"""`python -m tests.faults.changing HOW FILE...`: opens each file mapped, changes it under the program, looks at it all.

HOW: cut to nothing, cut in half, delete, replace by another model, overwrite with noise. Touching mapped pages of a
file that was cut ends a process (SIGBUS), so this is one of its own. Prints how many were told that it changed.
"""

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

from inspector.analysis.comparison import compare_models
from inspector.analysis.health import findings
from inspector.analysis.measurements import Measurements
from inspector.analysis.overview import overview_of
from inspector.analysis.sizes import size_totals
from inspector.cli import show, tensors, weights
from inspector.errors import FileChangedError, InspectorError
from inspector.formats import file_bytes, open_model
from inspector.model import Model
from tests.check_model import check_model


def cut_to_nothing(path: Path) -> None:
    os.truncate(path, 0)


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def delete(path: Path) -> None:
    path.unlink()


def replace(path: Path) -> None:
    draft = path.with_suffix(".new")
    draft.write_bytes(path.read_bytes()[:-7] + b"another")
    os.replace(draft, path)


def overwrite(path: Path) -> None:
    path.write_bytes(random.Random(0).randbytes(path.stat().st_size // 3))


HOW: dict[str, Callable[[Path], None]] = {
    made.__name__: made for made in (cut_to_nothing, cut_in_half, delete, replace, overwrite)
}


def uses(model: Model) -> list[Callable[[], object]]:
    """All that may touch the file's bytes, each on its own."""
    measured = Measurements(model)
    found: list[Callable[[], object]] = [
        lambda: check_model(model), lambda: findings(model), lambda: size_totals(model), lambda: overview_of(model),
        lambda: measured.compute_zero_fractions(), lambda: compare_models([model, model]),
        lambda: list(show._page(model).plain()), lambda: tensors._columns(model, True),
        lambda: weights._columns(model, True, True),
    ]  # fmt: skip
    for tensor in list(model.tensors(optimizer=True))[:20]:
        found += [
            lambda tensor=tensor: model.values(tensor), lambda tensor=tensor: model.storage.raw(tensor),
            lambda tensor=tensor: [piece.sum() for piece in model.storage.chunks(tensor, 1000)],
            lambda tensor=tensor: measured.statistics(tensor), lambda tensor=tensor: measured.gzip_bytes(tensor),
        ]  # fmt: skip
    found += [lambda operator=operator: dict(operator.options) for operator in list(model.operators())[:20]]
    return found


def main(how: str, paths: list[Path]) -> None:
    file_bytes.IN_MEMORY_BYTES = 100  # map everything
    told = 0
    for path in paths:
        model = open_model(path)
        HOW[how](path)
        changed = 0
        for use in uses(model):
            try:
                use()
            except FileChangedError as error:
                assert path.name in str(error) and str(error).endswith("."), error
                changed += 1
            except InspectorError as error:
                assert str(error).endswith("."), error
        told += bool(changed)
    print(told)


if __name__ == "__main__":
    main(sys.argv[1], list(map(Path, sys.argv[2:])))
