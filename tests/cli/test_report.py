"""`report` as it is typed: of a results folder or its plan, to the screen or into a file."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.analysis.pipelines import ResultSet
from inspector.jobs.sweep_store import Store
from tests.swept import Made, swept

NET = Made("net.h5", groups={"pruning": "before"}, samples=40)
PRUNED = replace(NET, name="net_pruned.h5", groups={"pruning": "after"}, noise=8.0)


def stored(folder: Path, made: ResultSet) -> Path:
    """Keeps results as a sweep does."""
    store = Store(folder)
    with store.locked():
        store.begin(b'name = "Nets"\n', "Nets", ("accuracy",), "float32", [each.key for each in made.pipelines])
        for each in made.pipelines:
            store.put(replace(each, variant=""))  # a result whose files are gone is none
    return folder


@pytest.fixture
def results(tmp_path):
    folder = tmp_path / "plan.results"
    made = swept(folder, (NET, PRUNED), ("float32", "int8"), fails=[("net.h5", "int8")], resamples=20)
    return stored(folder, made)


def test_the_page_is_written_and_its_size_said(cli, results, tmp_path):
    ran = cli("report", results, "-o", tmp_path / "r.html")
    assert ran.code == 0 and "r.html: 4 pipelines, " in ran.out
    assert "1 pipeline failed; the report says why." in ran.err
    assert (tmp_path / "r.html").read_text().startswith("<!DOCTYPE html>")
    assert cli("report", results, "-o", tmp_path / "r.html").code == 1, "nothing is replaced unasked"
    assert cli("report", results, "-o", tmp_path / "r.html", "--force", "--strict").code == 1


def test_a_plan_stands_for_its_results(cli, results, tmp_path):
    (tmp_path / "plan.toml").write_text('name = "Nets"\n')
    ran = cli("report", tmp_path / "plan.toml", "--csv")
    assert ran.code == 0 and ran.out.count("\n") == 5


def test_without_a_file_the_tables_are_printed(cli, results):
    ran = cli("report", results)
    assert ran.code == 0 and ran.out.startswith("# Nets\n") and "| FIQ int8 |" in ran.out


def test_the_reference_can_be_another_group(cli, results):
    told = json.loads(cli("report", results, "--json", "--reference", "pruning=before").out)
    assert told["reference"] == "pruning: before, same scheme"
    ran = cli("report", results, "--reference", "int4")
    assert ran.code == 2 and 'There is no reference "int4". There is float32' in ran.err


def test_a_folder_without_results_is_said(cli, tmp_path):
    ran = cli("report", tmp_path)
    assert ran.code == 2 and "holds no results of a sweep" in ran.err


def test_results_that_have_not_begun_are_said(cli, tmp_path):
    folder = stored(tmp_path / "p.results", ResultSet("Nets", ()))
    ran = cli("report", folder)
    assert ran.code == 2 and "has no finished pipeline yet" in ran.err


def test_a_suffix_that_is_none_is_wrong_usage(cli, results, tmp_path):
    ran = cli("report", results, "-o", tmp_path / "r.pdf")
    assert ran.code == 2 and "has to end in .html, .csv, .json or .md" in ran.err
