"""`-o FILE`: whole or not at all, and never over a file without being asked."""

import io
import json

import pytest


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_text_json_and_csv_go_into_a_file(cli, tiny, tmp_path):
    for form in ([], ["--json"], ["--csv"]):
        for command in ("show", "tensors", "operators", "weights"):
            target = tmp_path / "out.txt"
            ran = cli(command, tiny, *form, "-o", target, "--force")
            assert (ran.code, ran.out, ran.err) == (0, "", "")
            assert target.read_text(encoding="utf-8") == cli(command, tiny, *form).out
            assert list(tmp_path.glob("*.tmp")) == list(tmp_path.glob(".*")) == []


def test_a_dash_is_the_screen(cli, tiny):
    assert cli("tensors", "--json", tiny, "-o", "-").out == cli("tensors", "--json", tiny).out


def test_a_file_that_is_there_stays_unless_forced(cli, tiny, tmp_path):
    target = tmp_path / "out.json"
    target.write_text("mine")
    ran = cli("tensors", "--json", tiny, "-o", target)
    assert ran.code == 1 and target.read_text() == "mine"
    assert "is there already" in ran.err and "--force" in ran.err
    assert cli("tensors", "--json", tiny, "-o", target, "--force").code == 0
    assert len(json.loads(target.read_text())) == 7


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_on_a_terminal_it_asks(cli, tiny, tmp_path, monkeypatch, answer, code):
    target = tmp_path / "out.csv"
    target.write_text("mine")
    screen = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    monkeypatch.setattr("sys.stderr", screen)
    assert cli("tensors", "--csv", tiny, "-o", target).code == code
    assert f"{target} is there already. Overwrite it? [y/N]" in screen.getvalue()
    assert (target.read_text() == "mine") == (code == 1)


def test_a_refused_file_makes_no_output(cli, broken, tmp_path):
    for form in ([], ["--json"], ["--csv"]):
        target = tmp_path / "out.txt"
        assert cli("tensors", *form, broken, "-o", target).code == 1
        assert not target.exists()


def test_a_folder_or_a_missing_folder_is_a_sentence(cli, tiny, tmp_path):
    for target in (tmp_path, tmp_path / "none" / "out.json"):
        ran = cli("tensors", "--json", tiny, "-o", target)
        assert ran.code == 1 and ran.err.count("\n") == 1 and ran.out == ""


def test_a_model_that_vanishes_halfway_leaves_the_old_file(cli, tiny, tmp_path, monkeypatch):
    from inspector.analysis.measurements import Measurements
    from inspector.errors import FileChangedError

    def vanish(*_arguments, **_options):
        raise FileChangedError("tiny.tflite has vanished.")

    target = tmp_path / "out.json"
    target.write_text("old")
    monkeypatch.setattr(Measurements, "compute_zero_fractions", vanish)
    ran = cli("tensors", "--json", tiny, "-o", target, "--force")
    assert ran.code == 1 and ran.err == "tflite-inspector: tiny.tflite has vanished.\n"
    assert target.read_text() == "old"
