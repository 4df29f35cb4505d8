"""Results of a sweep that are damaged or out to do harm: left out, or shown; never a traceback, never a long wait."""

import json
import random
from pathlib import Path

import pytest

from inspector.analysis.evaluation_scores import SCORES
from inspector.analysis.pipelines import from_dict, to_dict
from inspector.errors import DataError, InspectorError
from inspector.export.html_report import report_text
from inspector.jobs.sweep_store import read_results
from tests.fuzz.json_damage import JUNK, damage_json, places, put
from tests.swept import FIELD, swept, write_store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sweep") / "x.results"
    made.mkdir()
    return write_store(swept(made, [FIELD[0], FIELD[4]], ("float32", "int8"), resamples=20))


def test_junk_anywhere_in_a_result_is_refused_or_read(folder: Path) -> None:
    sound = to_dict(read_results(folder).pipelines[-1])
    refused = 0
    for place in places(sound):
        for junk in JUNK:
            try:
                result = from_dict(put(sound, place, junk))
            except DataError as error:
                refused += 1
                assert "damaged" in str(error) or "missing" in str(error)
                continue
            assert isinstance(result.scheme, str) and isinstance(result.task, str)
            assert (result.size_bytes or 0) >= 0 and (result.latency_ms or 0.0) < 1e309
            for score in SCORES:
                assert result.score(score) is None or result.interval(score) is None or result.score(score) < 1e309
    assert refused > 1000


@pytest.mark.parametrize("number", range(12))
def test_a_report_of_damaged_results_is_sound(number: int, folder: Path) -> None:
    chance = random.Random(number)
    path = chance.choice([folder / "sweep.json", *sorted((folder / "pipelines").glob("*.json"))])
    sound = path.read_text("utf-8")
    try:
        what, damaged = damage_json(sound, chance)
        path.write_bytes(damaged.encode("utf-8", "surrogatepass"))
        try:
            results = read_results(folder)
        except InspectorError as error:
            assert str(error).endswith("."), what
            return
        for kind in ("csv", "md"):
            assert report_text(results, kind), what
        json.loads(report_text(results, "json"), parse_constant=lambda word: pytest.fail(word))
    finally:
        path.write_text(sound, "utf-8")
