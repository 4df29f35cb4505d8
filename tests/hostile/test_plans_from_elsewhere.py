"""A plan with junk anywhere, or cut anywhere: it is read, or a sentence says what is wrong with it."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w

from inspector.errors import InspectorError
from inspector.jobs.sweep_plan import read_plan
from tests.conftest import SAMPLES
from tests.fuzz.byte_damage import damage_bytes
from tests.fuzz.json_damage import JUNK, places, put

SOUND = (SAMPLES / "sweep.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("plans")
    for path in SAMPLES.iterdir():
        if path.is_file():
            shutil.copy(path, made)
    return made


def _read(folder: Path, content: bytes, what: str) -> bool:
    path = folder / "plan.toml"
    path.write_bytes(content)
    try:
        read_plan(path).pipelines()
    except InspectorError as error:
        assert str(error) and "Traceback" not in str(error), what
        return False
    return True


def test_junk_anywhere_in_a_plan(folder: Path) -> None:
    plan = tomllib.loads(SOUND) | {
        "options": {"task": "multiclass", "threshold": 0.5, "average": "macro", "resamples": 10},
        "seeds": [0], "debug": False, "reference": "float32",
    }  # fmt: skip
    assert _read(folder, tomli_w.dumps(plan).encode(), "sound")
    hostile = (*JUNK, "x" * 5000, "a\0b", "~", "~nobody/x", "/", "..", "[", "**", "\x1b[2J")
    for place in places(plan):
        for junk in hostile:
            if (content := _toml(put(plan, place, junk))) is not None:
                _read(folder, content, f"{place} {junk!r:.40}")


def _toml(value: Any) -> bytes | None:
    """None for what TOML can't say, such as null."""
    try:
        return tomli_w.dumps(value).encode("utf-8")
    except (TypeError, ValueError, UnicodeEncodeError):
        return None


def test_a_plan_that_is_damaged_anywhere(folder: Path) -> None:
    read = 0
    for number in range(300):
        what, content = damage_bytes(SOUND.encode(), np.random.default_rng(number))
        read += _read(folder, content, f"{number} {what}")
    assert 0 < read < 300
