"""The frame of the command line: help, exit codes, sentences instead of tracebacks."""

import argparse
import gc
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import inspector
from inspector import __main__ as program
from inspector.cli import COMMANDS
from inspector.cli.main import command_parser, load_command, main
from inspector.errors import Cancelled
from tests.builders import ModelBuilder
from tests.conftest import ROOT


def test_help_lists_every_command_with_its_line(cli):
    for words in ([], ["--help"], ["-h"]):
        ran = cli(*words)
        assert ran.code == 0
        for name in COMMANDS:
            assert f"  {name:<23}{load_command(name).HELP}" in ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches_itself(cli, name):
    command = load_command(name)
    ran = cli(name, "--help")
    assert ran.code == 0
    assert name == command.NAME and "\n" not in command.HELP and len(command.HELP) < 80
    assert command.DESCRIPTION in ran.out and command.EXAMPLES in ran.out
    assert max(map(len, ran.out.splitlines())) <= 120
    assert "exit codes: 0 done, 1 failed" in ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_are_valid_commands(name):
    command = load_command(name)
    parser = command_parser(command)
    for line in command.EXAMPLES.splitlines():
        words = line.split("|")[0].split()
        assert words[:2] == ["tflite-inspector", name]
        assert isinstance(parser.parse_args(words[2:]), argparse.Namespace)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme(name):
    assert f"`{name}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_common_options_are_there(name):
    words = command_parser(load_command(name)).format_help()
    for option in ("--json", "--csv", "-o ", "--force", "--strict", "--traceback"):
        assert option in words


def test_version(cli):
    ran = cli("--version")
    assert (ran.code, ran.out) == (0, f"tflite-inspector {inspector.__version__}\n")


@pytest.mark.parametrize(
    "words",
    [["tensors"], ["tensors", "--jason", "x"], ["tensors", "--json", "--csv", "x"], ["--nonsense"], ["values", "x"]],
)
def test_wrong_usage_is_2(cli, words):
    ran = cli(*words)
    assert ran.code == 2 and "usage: tflite-inspector" in ran.err and ran.out == ""


def test_a_mistyped_command_is_named(cli):
    ran = cli("tensor", "model.tflite")
    assert ran.code == 2
    assert ran.err == 'tflite-inspector: There is no command and no file "tensor". Did you mean "tensors"?\n'


@pytest.mark.parametrize("name", ["show", "tensors", "operators", "weights"])
def test_a_refused_file_is_1_and_one_sentence(cli, name, broken, tmp_path):
    (tmp_path / "folder").mkdir()
    for path in (broken, tmp_path / "missing.tflite", tmp_path / "folder"):
        for form in ([], ["--json"], ["--csv"]):
            ran = cli(name, *form, path)
            assert (ran.code, ran.out) == (1, "")
            assert ran.err.startswith("tflite-inspector: ") and ran.err.count("\n") == 1 and path.name in ran.err


@pytest.mark.parametrize("name", ["show", "tensors", "operators", "weights"])
def test_a_damaged_file_is_shown_and_only_strict_fails(cli, name, damaged):
    shown = cli(name, damaged)
    strict = cli(name, "--strict", damaged)
    assert shown.code == 0 and shown.out
    assert strict.code == 1 and strict.out == shown.out
    assert "damaged" in (shown.out if name == "show" else shown.err)


def test_what_is_in_another_file_may_be_missing(cli, tmp_path):
    b = ModelBuilder()
    for index in range(3):
        b.tensor(f"here/{index}", [2], "FLOAT32", np.zeros(2))
    b.tensor("gone", [1], "FLOAT32", externalBuffer=b.external("gone.bin", 0, 4))
    path = b.write(tmp_path / "outside.tflite")
    for words in (["show"], ["tensors"], ["tensors", "--analyzer"], ["tensors", "--json"], ["weights"], ["operators"]):
        assert cli(*words, path).code == 0, words
    assert "3 buffers hold only zeros" in cli("show", path).out


def test_a_whole_file_passes_strict(cli, tiny):
    for name in ("show", "tensors", "operators", "weights"):
        ran = cli(name, "--strict", tiny)
        assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (Cancelled("stop"), 130)])
def test_cancelled_is_130(cli, monkeypatch, tiny, error, code):
    def stop(_path):
        raise error

    monkeypatch.setattr("inspector.cli.opening.open_model", stop)
    ran = cli("tensors", tiny)
    assert (ran.code, ran.err) == (code, "tflite-inspector: Cancelled.\n")


def test_a_bug_is_a_sentence_and_shows_its_place_when_asked(cli, monkeypatch, tiny):
    def fail(_path):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("inspector.cli.opening.open_model", fail)
    ran = cli("tensors", tiny)
    assert ran.code == 1 and "Traceback" not in ran.err
    assert "ZeroDivisionError: division by zero. This is a bug" in ran.err and "--traceback" in ran.err
    assert "Traceback" in cli("tensors", tiny, "--traceback").err


def run_process(*words: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "inspector", *words], cwd=ROOT, capture_output=True, timeout=60, **options
    )


def test_a_real_process(tiny, broken):
    done = run_process("tensors", str(tiny), text=True)
    assert done.returncode == 0 and "layer/kernel" in done.stdout and done.stderr == ""
    assert run_process("show", str(broken)).returncode == 1
    assert run_process("show").returncode == 2


def test_head_ends_it_quietly(tiny):
    many = " ".join([f"'{tiny}'"] * 400)
    done = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m inspector tensors {many} | head -1; exit ${{PIPESTATUS[0]}}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == f"{tiny}\n"
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
def test_a_full_disk_behind_stdout_is_a_sentence(tiny):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "inspector", "tensors", str(tiny)],
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "tflite-inspector: The output can't be written: No space left on device.\n"


def test_too_little_memory_is_a_sentence(cli, monkeypatch, tiny):
    def fail(_path):
        raise MemoryError

    monkeypatch.setattr("inspector.cli.opening.open_model", fail)
    assert (cli("show", tiny).code, cli("show", tiny).err) == (
        1,
        "tflite-inspector: There is not enough memory for this.\n",
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_names_of_all_languages_print_on_any_stdout(tmp_path, encoding):
    b = ModelBuilder()
    b.tensor("größe/模型", [1])
    path = b.write(tmp_path / "模.tflite")
    for command in ("tensors", "show", "weights", "operators"):
        done = run_process(command, str(path), str(path), env={**os.environ, "PYTHONIOENCODING": encoding})
        assert (done.returncode, done.stderr) == (0, b""), command
    printed = run_process("tensors", str(path), env={**os.environ, "PYTHONIOENCODING": encoding}).stdout
    assert ("größe/模型" in printed.decode(encoding)) == (encoding == "utf-8")


def test_ctrl_c_while_it_works(tmp_path):
    fifo = tmp_path / "slow.tflite"
    fifo.write_bytes(b"\0" * 8)
    code = (
        "import os, signal, sys, time; import inspector.cli.opening as o; "
        "o.open_model = lambda path: (os.kill(os.getpid(), signal.SIGINT), time.sleep(30)); "
        "from inspector.cli.main import main; sys.exit(main(['show', sys.argv[1]]))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(fifo)], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (130, "tflite-inspector: Cancelled.\n")


class TestProgram:
    """`python -m inspector`: window or command line."""

    @pytest.fixture
    def opened(self, monkeypatch):
        seen = []
        monkeypatch.setattr(program, "_open_window", lambda paths: seen.append(paths) or 0)
        return seen

    def start(self, monkeypatch, *words):
        monkeypatch.setattr(sys, "argv", ["tflite-inspector", *words])
        try:
            return program.main()
        finally:
            gc.enable()  # a command of its own process leaves it off

    def test_nothing_and_files_open_the_window(self, monkeypatch, opened, tiny):
        assert self.start(monkeypatch) == 0
        assert self.start(monkeypatch, str(tiny), "other.h5") == 0
        assert opened == [[], [str(tiny), "other.h5"]]

    def test_options_that_are_not_the_command_lines_are_the_windows(self, monkeypatch, opened):
        assert self.start(monkeypatch, "--tab", "tensors", "model.tflite") == 0
        assert opened == [["--tab", "tensors", "model.tflite"]]

    @pytest.mark.parametrize("word", ["--help", "-h", "--version"])
    def test_help_and_version_need_no_window(self, monkeypatch, opened, capsys, word):
        assert self.start(monkeypatch, word) == 0
        assert "tflite-inspector" in capsys.readouterr().out and opened == []

    def test_a_command_does_not(self, monkeypatch, opened, tiny, capsys):
        assert self.start(monkeypatch, "tensors", str(tiny)) == 0
        assert "layer/kernel" in capsys.readouterr().out and opened == []

    def test_a_file_named_like_a_command_is_reached_with_a_dot(self, monkeypatch, opened):
        assert self.start(monkeypatch, "./show") == 0
        assert opened == [["./show"]]

    def test_a_bare_word_that_names_no_file_is_a_mistyped_command(self, monkeypatch, opened, tmp_path, capsys):
        monkeypatch.chdir(tmp_path)
        assert self.start(monkeypatch, "tensor") == 2
        assert 'Did you mean "tensors"?' in capsys.readouterr().err and opened == []
        Path("tensor").write_bytes(b"a file after all")
        assert self.start(monkeypatch, "tensor") == 0
        assert opened == [["tensor"]]

    def test_the_window_program_takes_every_word_for_a_file(self, monkeypatch, opened):
        monkeypatch.setattr(sys, "argv", ["tflite-inspector-gui", "show"])
        assert program.main_window() == 0
        assert opened == [["show"]]

    def test_without_qt_it_says_what_to_install(self, monkeypatch, capsys):
        monkeypatch.setitem(sys.modules, "inspector.gui.app", None)
        monkeypatch.setattr(sys, "argv", ["tflite-inspector"])

        class Missing:
            def find_spec(self, name, path=None, target=None):
                if name == "inspector.gui.app":
                    raise ImportError("libEGL.so.1: cannot open shared object file")

        monkeypatch.delitem(sys.modules, "inspector.gui.app")
        monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
        assert program.main() == 1
        said = capsys.readouterr().err
        assert "libEGL.so.1" in said and "apt install" in said and "tflite-inspector show FILE" in said


def test_main_takes_the_programs_own_words(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["tflite-inspector", "--version"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("tflite-inspector ")
