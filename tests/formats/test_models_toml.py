"""Each file of tests/data/models.toml, which once broke something, is refused in a sentence, or shown and exported."""

import gzip
import random
import tomllib
import warnings
from pathlib import Path
from typing import Any

import pytest

from inspector.errors import ModelFileError
from inspector.formats import open_model
from tests.conftest import ROOT
from tests.fuzz.uses import FORMS, Uses

DATA = ROOT / "tests" / "data"
ROWS: list[dict[str, Any]] = tomllib.loads((DATA / "models.toml").read_text("utf-8"))["damaged"]


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_what_was_found_once_stays_mended(row: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / row["file"]
    path.write_bytes(gzip.decompress((DATA / "damaged" / f"{row['file']}.gz").read_bytes()))
    uses = Uses(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        uses.whole(path)
        for name, forms in FORMS.items():
            for form in forms:
                uses.command(name, form, path, path, random.Random(0))
    assert any(row["says"] in said for said in _said(path)), _said(path)


def _said(path: Path) -> list[str]:
    try:
        return ["", *(f"{finding.title} {finding.detail}" for finding in open_model(path).findings)]
    except ModelFileError as error:
        return [str(error)]


def test_every_kept_file_has_a_row() -> None:
    kept = {path.name.removesuffix(".gz") for path in (DATA / "damaged").iterdir()}
    assert kept == {row["file"] for row in ROWS}
