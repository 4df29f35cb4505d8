"""`export-c`: what a user types, what is written, what is said."""

import csv
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran
from tests.export.c_programs import model_file, needs_xxd

Cli = Callable[..., Ran]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_pair_goes_where_the_user_is(cli: Cli, tiny: Path) -> None:
    done = cli("export-c", "tiny.tflite")
    assert done.code == 0
    assert done.out == (
        f"Wrote tiny_model_data.cc and tiny_model_data.h: g_tiny_model_data, {tiny.stat().st_size:,} bytes.\n"
    )
    code = Path("tiny_model_data.cc").read_text()
    assert "// input  0: INT8 [1, 4] (dynamic: [-1, 4])  scale 0.5  zero_point -1\n" in code
    assert hashlib.sha256(tiny.read_bytes()).hexdigest()[:32] in code


@needs_xxd
@pytest.mark.parametrize("file", ["tiny.tflite", "./tiny.tflite", "deep/my net.v2.tflite"])
def test_the_xxd_style_is_what_xxd_writes(cli: Cli, tiny: Path, file: str) -> None:
    Path("deep").mkdir()
    model_file(Path("deep"), 999, "my net.v2.tflite")
    assert cli("export-c", file, "--style", "xxd", "-o", "out.cc", "--verify").code == 0
    assert Path("out.cc").read_bytes() == subprocess.run(["xxd", "-i", file], capture_output=True, check=True).stdout
    named = subprocess.run(["xxd", "-i", "-n", "my-net", file], capture_output=True, check=False)
    if named.returncode == 0:  # older ones have no -n
        assert cli("export-c", file, "--style", "xxd", "--symbol", "my-net", "-o", "out.cc", "--force").code == 0
        assert Path("out.cc").read_bytes() == named.stdout


@needs_xxd
def test_a_real_process_prints_the_xxd_text(tiny: Path) -> None:
    command = [sys.executable, "-m", "inspector", "export-c", "tiny.tflite", "--style", "xxd", "-o", "-"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONPATH": str(root)}, check=True)
    assert done.stdout == subprocess.run(["xxd", "-i", "tiny.tflite"], capture_output=True, check=True).stdout


def test_the_xxd_style_reads_nothing_of_the_model(cli: Cli) -> None:
    model_file(Path(), 500, "noise.tflite")
    assert cli("export-c", "noise.tflite", "--style", "xxd").code == 0
    refused = cli("export-c", "noise.tflite", "-o", "pair")
    assert refused.code == 1 and not Path("pair.h").exists()


def test_the_xxd_style_starts_without_what_it_does_not_need(tiny: Path) -> None:
    code = (
        "import sys; from inspector.cli.main import main\n"
        "assert main(['export-c', 'tiny.tflite', '--style', 'xxd', '-o', 'x.c']) == 0\n"
        "heavy = ('PySide6', 'matplotlib', 'h5py', 'flatbuffers', 'ai_edge_litert', 'rich', 'tensorflow')\n"
        "print([name for name in (*heavy, 'inspector.formats.tflite') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_nothing_is_replaced_without_force(cli: Cli, tiny: Path) -> None:
    assert cli("export-c", "tiny.tflite", "-o", "net").code == 0
    Path("net.h").write_text("mine")
    Path("net.cc").unlink()
    refused = cli("export-c", "tiny.tflite", "-o", "net")
    assert refused.code == 1 and "net.h is there already" in refused.err and "--force" in refused.err
    assert Path("net.h").read_text() == "mine" and not Path("net.cc").exists()
    assert cli("export-c", "tiny.tflite", "-o", "net", "--force").code == 0
    assert Path("net.h").read_text() != "mine"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["-o", "none/"], 1, "The folder none/ does not exist"),
        (["-o", "none/net"], 1, "The folder none does not exist"),
        (["-o", "tiny.tflite/net"], 1, "tiny.tflite is not a folder"),
        (["--style", "xxd", "--alignment", "16"], 2, "--alignment changes nothing with --style xxd"),
        (["--style", "header", "--extension", ".cpp"], 2, "--extension changes nothing with --style header"),
        (["-o", "net.c", "--extension", ".cpp"], 2, "asks for .c"),
        (["-o", "net.cc", "--style", "c"], 2, "asks for .cc"),
        (["--columns", "0"], 2, "1 to 256"),
        (["-o", "-"], 2, "makes two files"),
        (["-o", 'a"b'], 1, "#include"),
        (["--style", "cobol"], 2, "invalid choice"),
        (["tiny.tflite", "-o", "net"], 2, "Several files need a folder"),
        (["tiny.tflite", "--symbol", "x"], 2, "--symbol names one array"),
    ],
)
def test_what_can_not_be_done_is_said(cli: Cli, tiny: Path, words: list[str], code: int, sentence: str) -> None:
    done = cli("export-c", "tiny.tflite", *words)
    assert done.code == code and sentence in done.err
    assert [path.name for path in tiny.parent.iterdir() if path.is_file()] == ["tiny.tflite"]


def test_what_is_no_tflite_file_is_said(cli: Cli, sample_h5: Path) -> None:
    for words in ([], ["--style", "xxd"]):
        done = cli("export-c", sample_h5, *words)
        assert done.code == 1 and "C array holds a .tflite file" in done.err
    assert "There is no file none.tflite" in cli("export-c", "none.tflite", "--style", "xxd").err
    assert list(Path().glob("*.cc")) == []


def test_every_option_reaches_the_text(cli: Cli, tiny: Path) -> None:
    words = ["--symbol", "net", "--alignment", "32", "--no-const", "--length-type", "size_t", "--columns", "8"]
    assert cli("export-c", "tiny.tflite", *words, "--no-comment", "--constants", "-o", "a.cpp").code == 0
    code, header = Path("a.cpp").read_text(), Path("a.h").read_text()
    assert code.startswith('#include "a.h"\n\nalignas(32) unsigned char g_net_model_data[] = {\n')
    assert code.splitlines()[3].count("0x") == 8
    assert f"const size_t g_net_model_data_len = {tiny.stat().st_size};" in code
    assert "#include <stddef.h>" in header and "#define NET_INPUT_0_ZERO_POINT (-1)" in header


def test_several_files_go_into_a_folder(cli: Cli, tiny: Path) -> None:
    Path("other.tflite").write_bytes(tiny.read_bytes())
    Path("src").mkdir()
    done = cli("export-c", "tiny.tflite", "other.tflite", "-o", "src", "--json", "--verify")
    assert sorted(os.listdir("src")) == [
        "other_model_data.cc", "other_model_data.h", "tiny_model_data.cc", "tiny_model_data.h"
    ]  # fmt: skip
    assert done.json[0] == {
        "path": "tiny.tflite",
        "files": [os.path.join("src", "tiny_model_data.cc"), os.path.join("src", "tiny_model_data.h")],
        "array": "g_tiny_model_data",
        "length": "g_tiny_model_data_len",
        "bytes": tiny.stat().st_size,
        "sha256": hashlib.sha256(tiny.read_bytes()).hexdigest(),
        "verified": True,
    }
    assert done.json[1]["path"] == "other.tflite"


def test_what_was_written_as_csv(cli: Cli, tiny: Path) -> None:
    done = cli("export-c", "tiny.tflite", "--csv", "--style", "header")
    (row,) = csv.DictReader(io.StringIO(done.out))
    assert row["files"] == "tiny_model_data.h" and row["bytes"] == str(tiny.stat().st_size)


def test_a_damaged_file_is_exported_as_it_is_and_said(cli: Cli, damaged: Path) -> None:
    done = cli("export-c", damaged, "-o", "net")
    assert done.code == 0 and "is damaged" in done.err and Path("net.cc").exists()
    assert cli("export-c", damaged, "-o", "strict", "--strict").code == 1
    assert cli("export-c", damaged, "-o", "strict", "--strict", "--style", "xxd").code == 1


def test_help_teaches(cli: Cli) -> None:
    text = cli("export-c", "--help").out
    for word in ("styles:", "pair", "xxd -i", "--no-const", "--length-type", "nRF52840", "examples:", "--verify"):
        assert word in text
