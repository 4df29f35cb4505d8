"""The report of results: one file with everything inside, true to the results, deaf to hostile names."""

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.pipeline_comparison import GROUP, Reference
from inspector.analysis.pipelines import PipelineResult, ResultSet
from inspector.errors import Cancelled, ExportError, UsageError
from inspector.export.html_report import report_text, write_report
from inspector.export.report_files import text as markdown
from inspector.export.report_names import bounded
from inspector.formats.layer_csv import write_layer_csv
from inspector.model.layer_table import LayerRow, LayerTable
from tests.builders import ModelBuilder
from tests.swept import FIELD, Made, failed, swept

MADE = datetime(2026, 11, 21, 9, 5, tzinfo=UTC)
BEFORE = Made("net.h5", groups={"pruning": "before"}, samples=80)
AFTER = replace(BEFORE, name="net_pruned.h5", groups={"pruning": "after"}, noise=8.0)
VOID = {"meta", "br", "use", "path"}
HOSTILE = (
    '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "'; onload='alert(1)", "</svg></style><b>&amp;",
    "a\x1b[31m\u202ereversed\x00", "{{ 7 * 7 }}{% raw %}", "name\r\nwith lines", "=HYPERLINK(1)",
)  # fmt: skip


class Page(HTMLParser):
    """Tags with their attributes, the text, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.words = ""
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data
        self.words += f" {data.strip()}" if data.strip() else ""


def variant(path: Path, name: str, type_: str = "FLOAT32") -> None:
    """A layer with its weights and an output of this name."""
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 2], type_), b.tensor(name, [1, 2], type_)
    w = b.tensor(f"{name}/w", [2, 2], type_, np.eye(2))
    b.operator("FULLY_CONNECTED", [x, w, -1], [y], b.options("FullyConnectedOptions"))
    b.inputs(x).outputs(y).write(path)


def with_variants(results: ResultSet, name: str = "dense") -> ResultSet:
    """A small model for each pipeline, and the debugger's table for the integer ones."""
    assert results.folder is not None
    pipelines = []
    for place, each in enumerate(results.pipelines):
        if not each.done:
            pipelines.append(each)
            continue
        model, table = f"{place}.{each.recipe}.tflite", f"{place}.csv" if each.recipe == "int8" else ""
        variant(results.folder / model, name, "INT8" if each.recipe == "int8" else "FLOAT32")
        if table:
            row = LayerRow("FULLY_CONNECTED", 1, 2, 0.1, 0.0, 0.5, 0.25 + place, 0.5, 0, name)
            write_layer_csv(LayerTable((row,)), results.folder / table)
        pipelines.append(replace(each, variant=model, debug=table))
    return replace(results, pipelines=tuple(pipelines))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> ResultSet:
    folder = tmp_path_factory.mktemp("swept")
    (folder / "plan.toml").write_text('name = "Nets & <co>"\n')
    return with_variants(swept(folder, (BEFORE, AFTER), ("float32", "int8", "uint8"), fails=[("net.h5", "uint8")]))


@pytest.fixture(scope="module")
def html(results: ResultSet) -> str:
    return report_text(results, "html", made=MADE)


def test_the_page_is_sound_and_refers_to_nothing_outside(html):
    page = Page(html)
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "base", "form", "img")
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("href", "src", "xlink:href"):
                assert str(value).startswith(("#", "data:image/png;base64,"))
    assert "http:" not in html and "https:" not in html and "@import" not in html
    assert not re.search(r"url\((?!#c)", html)


def test_ids_are_unique_and_every_reference_finds_its_own(html):
    ids = [attributes["id"] for _tag, attributes in Page(html).tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', html)) <= set(ids)


def test_the_answer_stands_above_the_tables(html):
    page = Page(html)
    assert page.text.index("Accuracy is worse with FIQ int8 (1 of 2 models)") < page.text.index("All pipelines")
    assert "21 November 2026, 09:05 UTC" in page.text


def test_scores_have_intervals_arrows_and_the_best_in_bold(results, html):
    page = Page(html)
    done = next(each for each in results.done if each.recipe == "int8" and each.name == "net_pruned.h5")
    assert f"{100 * done.score('accuracy'):.1f} %" in page.text
    low, high = done.interval("accuracy")
    assert f"{100 * low:.1f} to {100 * high:.1f} %" in page.text
    assert re.search(r'class="mark worse" title="worse">▼ -\d+\.\d<', html)
    assert '<b class="best"><bdi>' in html
    assert "Beside pruning: before, same scheme" in page.text


def test_a_failed_pipeline_stands_there_with_its_sentence(html):
    page = Page(html)
    assert "1 of the pipelines failed" in page.text
    assert "net.h5, FIQ uint8: net.h5: the converter knows no kernel for LOOP." in page.text


def test_models_have_operators_by_index_and_tensors_by_type(html):
    text = Page(html).words
    assert "Operators by index # ORG FIQ 0 FULLY_CONNECTED FULLY_CONNECTED" in text
    assert "INT8: ORG 0, FIQ 3" in text and "FLOAT32: ORG 3, FIQ 0" in text
    assert "dense/w" in text


def test_charts_are_drawings_that_follow_the_theme(html):
    labels = [attributes["aria-label"] for tag, attributes in Page(html).tags if tag == "svg"]
    assert any(label.startswith("Accuracy by scheme") for label in labels)
    assert any("layers, largest" in label for label in labels), "the debugger's"
    assert any("right" in label for label in labels), "confusion matrices"
    svgs = "".join(re.findall(r"<svg.*?</svg>", html, re.DOTALL))
    assert not re.search(r"#[0-9a-fA-F]{6}", svgs), "colours are the page's variables"
    used = set(re.findall(r"var\((--k\d+)\)", svgs))
    light, dark = re.findall(r"color-scheme: (?:light|dark);[^}]*", html)
    assert used and all(f"{name}:#" in light and f"{name}:#" in dark for name in used)


def test_a_plan_is_shown_as_it_was_written(html):
    assert "name = &#34;Nets &amp; &lt;co&gt;&#34;" in html


def hostile(folder: Path, names: Sequence[str]) -> ResultSet:
    """Every text of each pipeline is one of the names; the last one failed."""
    models = [replace(BEFORE, name=f"{number}.h5", samples=40) for number in range(-(-len(names) // 2))]
    made = swept(folder, models, ("float32", "int8"), fails=[(models[-1].name, "int8")], resamples=20)
    pipelines = tuple(
        _renamed(each, number, name) for number, (each, name) in enumerate(zip(made.pipelines, names, strict=True))
    )
    return replace(with_variants(replace(made, pipelines=pipelines), names[0]), name=names[0])


def _renamed(result: PipelineResult, number: int, name: str) -> PipelineResult:
    row = result.row | {"per_class": [{"name": name}] * 10} if result.done else {}
    return replace(
        result, model=f"/{number}/{name}", name=name, groups={name: name}, data=name, notes=(name,), row=row,
        sentence="" if result.done else name, versions={name: name},
    )  # fmt: skip


def test_hostile_names_are_only_text(tmp_path):
    html = report_text(hostile(tmp_path, HOSTILE), "html", made=MADE)
    page = Page(html)
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert not any(key.startswith("on") for _tag, attributes in page.tags for key in attributes)
    assert all(bounded(name) in page.text for name in HOSTILE)
    assert not set("\x00\x1b\u202e\r") & set(html)


def test_hostile_names_are_harmless_in_the_other_files(tmp_path):
    results = hostile(tmp_path, HOSTILE)
    rows = list(csv.reader(io.StringIO(report_text(results, "csv"))))
    assert all(not cell.startswith(("=", "@")) and "\x1b" not in cell for row in rows for cell in row)
    told = json.loads(report_text(results, "json"), parse_constant=pytest.fail)
    assert told["name"] == bounded(HOSTILE[0])
    text = report_text(results, "md")
    assert not set("\x00\x1b\u202e\r") & set(text)
    assert "<script>" not in text and "<img" not in text


def test_a_name_of_a_megabyte_is_cut(tmp_path):
    html = report_text(hostile(tmp_path, ["<b>" * 350_000, "x" * 1_000_000]), "html", made=MADE)
    assert len(html) < 300_000
    assert "…" in Page(html).text


def test_two_long_paths_stay_two_models(tmp_path):
    made = swept(tmp_path, (BEFORE,), ("float32", "int8"))
    paths = [f"/{'x' * 300}{middle}{'y' * 300}/net.h5" for middle in "ab"]
    pipelines = tuple(replace(each, key=f"{each.key}.{path}", model=path) for path in paths for each in made.pipelines)
    text = report_text(replace(made, pipelines=pipelines), "json")
    assert len(json.loads(text)["models"]) == 2


def test_seven_models_in_five_schemes_stay_small(tmp_path):
    results = with_variants(swept(tmp_path, FIELD, resamples=20))
    html = report_text(results, "html", made=MADE)
    Page(html)
    assert len(html.encode()) < 2_000_000
    assert html.count('<section id="model-') == 7


def test_a_large_model_is_listed_in_part_and_says_so(tmp_path):
    made = swept(tmp_path, (BEFORE,), ("float32", "int8"))
    b = ModelBuilder()
    tensors = [b.tensor(f"t{number}", [1]) for number in range(701)]
    for source, target in pairwise(tensors):
        b.operator("ABS", [source], [target])
    b.inputs(tensors[0]).outputs(tensors[-1]).write(tmp_path / "large.tflite")
    pipelines = tuple(replace(each, variant="large.tflite") for each in made.pipelines)
    text = Page(report_text(replace(made, pipelines=pipelines), "html", made=MADE)).text
    assert "The first 400 of 700 operators" in text and "400 of 701 tensors" in text


def test_files_that_are_gone_are_said(results, tmp_path):
    gone = replace(results, folder=tmp_path)
    text = Page(report_text(gone, "html", made=MADE)).text
    assert "The pipelines are not compared." in text
    assert "FIQ int8 can't be shown: There is no file" in text


def test_results_without_labels_show_agreement(tmp_path):
    results = swept(tmp_path, (replace(BEFORE, labelled=False),), ("float32", "int8"))
    page = Page(report_text(results, "html", made=MADE))
    assert "Agreement by scheme" in page.text and "Accuracy" not in page.text


def test_nothing_done_is_a_page_too(tmp_path):
    results = ResultSet("Nets", (failed(BEFORE, "int8"),), folder=tmp_path)
    text = Page(report_text(results, "html", made=MADE)).text
    assert "No pipeline is done." in text and "knows no kernel" in text


def test_the_csv_has_a_line_a_pipeline_with_exact_values(results):
    rows = list(csv.DictReader(io.StringIO(report_text(results, "csv"))))
    assert len(rows) == len(results.pipelines)
    for row, each in zip(rows, results.pipelines, strict=True):
        assert row["state"] == each.state and row["group_pruning"] == each.groups["pruning"]
        assert row["accuracy"] == ("" if not each.done else repr(each.score("accuracy")))


def test_the_json_has_all_that_is_kept(results):
    told = json.loads(report_text(results, "json", made=MADE), parse_constant=pytest.fail)
    assert [each["key"] for each in told["pipelines"]] == [each.key for each in results.pipelines]
    assert told["rows"][1]["accuracy_verdict"] == "about equal" and told["reference"] == "float32 of the same model"
    assert told["models"][0]["operators"][0] == {"#": "0", "ORG": "FULLY_CONNECTED", "FIQ": "FULLY_CONNECTED"}
    assert told["failures"][0]["scheme"] == "FIQ uint8"


def test_the_markdown_has_the_same_tables(results):
    text = report_text(results, "md", made=MADE)
    assert "# Digits and sensors" in text and "## Failures" in text
    assert re.search(r"\| FIQ int8 \| \*?\*?\d+\.\d %", text)
    widths = {
        line.count(" | ") for line in text.split("## Scores")[1].split("##")[0].splitlines() if line.startswith("| ")
    }
    assert len(widths) == 1


def test_words_mean_nothing_to_markdown():
    assert markdown("a|b *c* <d> [e](f)") == "a\\|b \\*c\\* &lt;d&gt; \\[e\\](f)"


def test_another_reference_can_be_chosen(results):
    text = Page(report_text(results, "html", Reference(GROUP, "", "pruning", "before"), MADE)).text
    assert "Compared with pruning: before, same scheme" in text


def test_it_can_be_stopped(results):
    def progress(fraction: float | None, message: str) -> None:
        if message.startswith("Reading"):
            raise Cancelled

    with pytest.raises(Cancelled):
        report_text(results, "html", progress=progress)


def test_the_suffix_says_what_is_written(results, tmp_path):
    assert write_report(results, tmp_path / "r.md").read_text().startswith("# ")
    with pytest.raises(UsageError, match=r"has to end in \.html, \.csv, \.json or \.md"):
        write_report(results, tmp_path / "r.pdf")
    with pytest.raises(ExportError, match="exists already"):
        write_report(results, tmp_path / "r.md")


def test_bounded_texts_keep_head_and_tail():
    assert bounded("abc\n") == "abc\\x0a"
    cut = bounded("a" * 500 + "z" * 500, 11)
    assert len(cut) == 11 and cut.startswith("aaaaa") and cut.endswith("zzzzz")
