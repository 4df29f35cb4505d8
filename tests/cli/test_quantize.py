"""`quantize`: what is asked of the worker, what is said afterwards, what is refused before anything starts."""

import json
import os
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inspector.cli.data_arguments import split_data
from inspector.cli.main import command_parser, load_command
from inspector.cli.quantize_arguments import quantize_options
from inspector.datasets.choice import DataChoice
from inspector.errors import Cancelled, JobError, UsageError
from inspector.jobs.command_text import command_text, command_words
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.protocol import Progress
from inspector.jobs.provenance import sha256_of
from inspector.jobs.recipe_file import RecipeFile
from inspector.jobs.recipes import CLASSIC_FIVE, RECIPES
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES
from tests.keras_builders import layer, sequential, write_keras, write_weights

DATA = f"{SAMPLES / 'digits.npz'}:x_calibration"
NO_LITERT = "LiteRT's quantizer is not installed"


def parsed(*words: str | Path) -> QuantizeOptions:
    return quantize_options(command_parser(load_command("quantize")).parse_args([str(word) for word in words]))


@pytest.fixture
def worker(monkeypatch):
    """Stands for the worker: remembers what it is asked for, reports a step and makes what is in `makes`."""

    class Worker:
        asked: list[QuantizeOptions] = []  # noqa: RUF012
        makes: object = None

        def __call__(self, options, on_event):
            self.asked.append(options)
            on_event(Progress("1", 0.5, "Calibrating 3 of 6"))
            if isinstance(self.makes, BaseException):
                raise self.makes
            if self.makes is not None:
                return self.makes
            folder, stem = Path(options.output_folder), Path(options.source).stem
            row = {"size_bytes": 72680, "notes": ["A note."], "provenance": "p.json"}
            rows = [{"recipe": each, "path": str(folder / f"{stem}.{each}.tflite"), **row} for each in options.recipes]
            return {"variants": rows, "failed": []}

    made = Worker()
    made.asked = []
    monkeypatch.setattr("inspector.jobs.client.run_in_worker", made)
    return made


def test_one_recipe_is_asked_for_and_said(cli, worker, sample_h5, tmp_path):
    ran = cli("quantize", sample_h5, "--recipe", "int8", "--calibration", DATA, "-o", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"Wrote {tmp_path / 'digits_cnn.int8.tflite'}: 72,680 bytes.\n  A note.\n"
    data = DataChoice(str(SAMPLES / "digits.npz"), (("", "x_calibration"),))
    expected = QuantizeOptions(source=str(sample_h5), recipes=("int8",), output_folder=str(tmp_path), data=data)
    assert worker.asked == [expected]


def test_all_are_the_five_of_the_classic_comparison_and_others_come_behind(cli, worker, sample_h5, tmp_path):
    words = ["quantize", sample_h5, "--recipe", "float16", "--all", "--recipe", "int8", "--calibration", "random"]
    assert cli(*words, "-o", tmp_path).code == 0
    assert worker.asked[0].recipes == (*CLASSIC_FIVE, "float16")


def test_json_and_csv_say_what_was_made(cli, worker, sample_h5, tmp_path):
    words = ["quantize", sample_h5, "--recipe", "float16", "-o", tmp_path]
    made = cli(*words, "--json").json
    assert made["source"] == str(sample_h5) and made["failed"] == []
    assert list(made["variants"][0]) == ["recipe", "path", "size_bytes", "notes", "provenance"]
    lines = cli(*words, "--csv").out.splitlines()
    assert lines[0] == "recipe,path,size_bytes,notes,provenance" and lines[1].startswith("float16,")


def test_a_recipe_that_failed_is_a_sentence_and_exit_code_1(cli, worker, sample_h5, tmp_path):
    failed = [{"recipe": "int16x8", "sentence": "16-bit activations: ELU has no integer form."}]
    row = {"recipe": "float16", "path": "x.float16.tflite", "size_bytes": 10, "notes": [], "provenance": "x.json"}
    worker.makes = {"variants": [row], "failed": failed}
    words = ["quantize", sample_h5, "--recipe", "float16", "--recipe", "int16x8", "--calibration", "random"]
    ran = cli(*words, "-o", tmp_path)
    assert ran.code == 1 and ran.out == "Wrote x.float16.tflite: 10 bytes.\n"
    assert ran.err == "tflite-inspector: int16x8: ELU has no integer form.\n"
    ran = cli(*words, "-o", tmp_path, "--json")
    assert ran.code == 1 and ran.json["failed"] == failed and ran.err == ""


def test_what_is_there_stays_without_a_yes(cli, worker, sample_h5, tmp_path):
    words = ["quantize", sample_h5, "--recipe", "float16", "-o", tmp_path]
    for name in ("digits_cnn.float16.tflite", "digits_cnn.float16.json"):
        path = tmp_path / name
        path.write_bytes(b"precious")
        ran = cli(*words)
        assert ran.code == 1 and name in ran.err and "--force" in ran.err and worker.asked == []
        path.unlink()
    assert cli(*words).code == 0 and worker.asked.pop().overwrite is False
    (tmp_path / "digits_cnn.float16.tflite").write_bytes(b"old")
    assert cli(*words, "--force").code == 0 and worker.asked.pop().overwrite is True


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Say what to make: --recipe ID, or --all"),
        (["--recipe", "int7"], 'There is no recipe "int7". Recipes: float32,'),
        (["--all"], "int8_float_io quantizes activations"),
        (["--recipe", "float16", "--samples", "3"], "--samples changes nothing without --calibration"),
        (["--recipe", "float16", "--allow-data-code"], "--allow-data-code changes nothing"),
        (["--recipe", "int8", "--calibration", "random", "--samples", "-1"], "--samples -1 has to be"),
        (["--recipe", "int8", "--calibration", "d.npz:a,b"], '"a,b" names no arrays'),
        (["--recipe", "int8", "--calibration", "d.npz:"], "names no arrays"),
        (["--recipe", "float16", "--time-limit", "-1"], "--time-limit -1 has to be 0"),
        (["--recipe", "weight_only_int8", "--backend", "tensorflow"], "weight_only_int8 can't be made of this source"),
    ],
)
def test_wrong_usage_is_refused_before_anything_starts(cli, worker, sample_h5, words, says):
    ran = cli("quantize", sample_h5, *words)
    assert ran.code == 2 and says in ran.err and ran.out == "" and worker.asked == []


def test_sources_that_are_none_are_refused_before_anything_starts(cli, worker, broken, tmp_path, tiny):
    (tmp_path / "folder").mkdir()
    for source, says in (
        (broken, "broken.tflite"),
        (tmp_path / "missing.h5", "missing.h5"),
        (tmp_path / "folder", "no SavedModel"),
        (tiny, "quantized already"),
    ):
        ran = cli("quantize", source, "--recipe", "float16", "-o", tmp_path)
        assert ran.code == 1 and says in ran.err and worker.asked == []


def test_what_is_not_installed_is_said_with_the_line_that_installs_it(cli, worker, monkeypatch, sample_h5, tmp_path):
    monkeypatch.setattr("inspector.jobs.availability.has_module", lambda _name: False)
    ran = cli("quantize", sample_h5, "--recipe", "int8", "--calibration", "random", "-o", tmp_path)
    assert ran.code == 1 and worker.asked == []
    assert ran.err.endswith('int8 needs what is not installed: pip install "tflite-inspector[tensorflow]"\n')
    source = SAMPLES / "digits_cnn.float32.tflite"
    ran = cli("quantize", source, "--recipe", "int8", "--calibration", "random", "--backend", "litert", "-o", tmp_path)
    assert ran.err.endswith('pip install "tflite-inspector[litert]"\n')
    assert cli("quantize", source, "--recipe", "float32", "-o", tmp_path).code == 0  # a copy needs nothing


@pytest.mark.parametrize(("error", "code"), [(Cancelled("Cancelled."), 130), (KeyboardInterrupt(), 130)])
def test_ctrl_c_is_130(cli, worker, sample_h5, tmp_path, error, code):
    worker.makes = error
    ran = cli("quantize", sample_h5, "--recipe", "float16", "-o", tmp_path)
    assert (ran.code, ran.out, ran.err) == (code, "", "tflite-inspector: Cancelled.\n")


def test_a_failed_job_is_a_sentence_and_its_log_comes_when_asked(cli, worker, sample_h5, tmp_path):
    worker.makes = JobError("The converter refused it.", "loc(fused[...]): error\n")
    ran = cli("quantize", sample_h5, "--recipe", "float16", "-o", tmp_path)
    assert (ran.code, ran.err) == (1, "tflite-inspector: The converter refused it.\n")
    assert "loc(fused" in cli("quantize", sample_h5, "--recipe", "float16", "-o", tmp_path, "--traceback").err


@pytest.mark.parametrize(
    ("text", "path", "arrays"),
    [
        ("data.npz", "data.npz", ()),
        ("data.npz:x", "data.npz", (("", "x"),)),
        ("C:/data.npz:x", "C:/data.npz", (("", "x"),)),
        ("data.NPZ:left=a,right=b", "data.NPZ", (("left", "a"), ("right", "b"))),
        ("d.npz:serving_default_x:0=a,serving_default_y:0=b", "d.npz",
         (("serving_default_x:0", "a"), ("serving_default_y:0", "b"))),
        ("images:today", "images:today", ()),
        ("random", "random", ()),
    ],
)  # fmt: skip
def test_data_and_array_are_told_apart(text, path, arrays):
    assert split_data(text) == (path, arrays)


def test_a_file_whose_name_has_a_colon_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.npz:b").write_bytes(b"")
    assert split_data("a.npz:b") == ("a.npz:b", ())


OPTIONS = QuantizeOptions(source="a b/it's.h5", recipes=("float16",), output_folder="out")
CHOICE = DataChoice("d.npz", (("x:0", "a"), ("y:0", "b")), 0, 7, "grey", -0.5, -1e-07, True)


@pytest.mark.parametrize(
    "options",
    [
        OPTIONS,
        replace(OPTIONS, recipes=CLASSIC_FIVE, data=DataChoice("random")),
        replace(OPTIONS, recipes=(*CLASSIC_FIVE, "sparse"), data=CHOICE, overwrite=False),
        replace(OPTIONS, recipes=tuple(each.id for each in reversed(RECIPES)), data=DataChoice("d.npz", (("", "a"),))),
        replace(OPTIONS, batch="dynamic", float_fallback=True, integer_io=True, backend="litert", allow_code=True,
                memory_limit_mb=6000, time_limit_s=60),
        replace(OPTIONS, recipes=("int8",), data=DataChoice("random"), suffix="step2",
                float_operators=("SOFTMAX", "ADD"), float_tensors=("a b;c", "-d", "it's")),
    ],
)  # fmt: skip
def test_copy_as_command_gives_the_same_job(options):
    words = shlex.split(command_text(options))
    assert words[:2] == ["tflite-inspector", "quantize"]
    assert parsed(*words[2:]) == options


def test_a_recipe_file_says_recipe_and_what_stays_float(cli, worker, sample_h5, tmp_path):
    file = RecipeFile("int8", ("SOFTMAX",), ("a;b",), "digits_cnn.h5", sha256_of(sample_h5))
    (tmp_path / "my.json").write_text(file.text)
    words = ["quantize", sample_h5, "--calibration", "random", "-o", tmp_path / "out"]
    ran = cli(*words, "--recipe", tmp_path / "my.json", "--float-tensor", "c")
    assert ran.code == 0 and ran.err == ""
    asked = worker.asked[0]
    assert (asked.recipes, asked.float_operators, asked.float_tensors) == (("int8",), ("SOFTMAX",), ("a;b", "c"))
    assert asked.suffix == "my" and "--suffix my" in command_text(asked)
    (tmp_path / "my.json").write_text(replace(file, source_sha256="00").text)
    assert "The recipe was found with another file" in cli(*words, "--recipe", tmp_path / "my.json").err
    for more in (["--all"], ["--recipe", "int8"]):
        ran = cli(*words, "--recipe", tmp_path / "my.json", *more)
        assert ran.code == 2 and "leave the other recipes out" in ran.err
    ran = cli(*words, "--recipe", tmp_path / "none.json")
    assert ran.code == 2 and "can't be read: No such file" in ran.err


def test_names_that_begin_with_a_dash_are_no_flags():
    options = replace(OPTIONS, source="-model.h5", output_folder="-out", overwrite=True)
    words = command_words(options)
    assert parsed(*words).source == os.path.join("-model.h5") or parsed(*words).source.endswith("-model.h5")
    assert words[-1] == "--force" and "--force" not in command_words(OPTIONS)


@pytest.fixture
def floats(tmp_path) -> Path:
    """A dense layer of 64 x 32, large enough to be quantized, and no signature."""
    b = ModelBuilder()
    weights = np.random.default_rng(0).normal(size=(32, 64)).astype(np.float32)
    x = b.tensor("x", [1, 64])
    w, bias = b.tensor("w", [32, 64], data=weights), b.tensor("bias", [32], data=np.zeros(32, np.float32))
    y = b.tensor("y", [1, 32])
    b.operator("FULLY_CONNECTED", [x, w, bias], [y], b.options("FullyConnectedOptions"))
    return b.inputs(x).outputs(y).write(tmp_path / "dense.tflite")


def test_a_bare_tflite_becomes_variants_in_a_real_worker_without_tensorflow(cli, floats, tmp_path):
    pytest.importorskip("litert_quantizer", reason=NO_LITERT)
    np.save(tmp_path / "x.npy", np.random.default_rng(1).random((20, 64)).astype(np.float32))
    words = ["--recipe", "dynamic_range", "--recipe", "int8", "--recipe", "uint8", "--backend", "litert"]
    ran = cli("quantize", floats, *words, "--calibration", tmp_path / "x.npy", "-o", tmp_path / "new", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert [row["recipe"] for row in ran.json["variants"]] == ["dynamic_range", "int8", "uint8"]
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == [
        f"dense.{recipe}.{end}" for recipe in ("dynamic_range", "int8", "uint8") for end in ("json", "tflite")
    ]
    shown = cli("show", tmp_path / "new" / "dense.uint8.tflite", "--json").json
    assert [each["type"] for each in shown["inputs"]] == ["UINT8"]
    told = json.loads((tmp_path / "new" / "dense.int8.json").read_text())
    assert told["recipe"] == "int8" and told["options"]["backend"] == "litert"


def test_data_that_do_not_fit_name_both_shapes_and_leave_nothing(cli, floats, tmp_path):
    pytest.importorskip("litert_quantizer", reason=NO_LITERT)
    np.save(tmp_path / "x.npy", np.zeros((20, 63), np.float32))
    words = ["--recipe", "int8", "--calibration", tmp_path / "x.npy", "--backend", "litert"]
    ran = cli("quantize", floats, *words, "-o", tmp_path / "new")
    assert ran.code == 1 and "[20, 63]" in ran.err and "64" in ran.err
    assert not (tmp_path / "new").exists()


def test_the_script_is_printed_and_nothing_is_made(cli, worker, floats, tmp_path):
    ran = cli("quantize", floats, "--recipe", "int8", "--calibration", "random", "-o", tmp_path / "new", "--python")
    assert ran.code == 0 and worker.asked == [] and not (tmp_path / "new").exists()
    compile(ran.out, "script.py", "exec")
    assert 'path.open("xb")' in ran.out


def test_split_data_refuses_nameless_pairs():
    with pytest.raises(UsageError):
        split_data("d.npz:=a,b=")


def test_code_in_a_model_is_refused_before_anything_starts_and_the_flag_is_named(cli, worker, tmp_path):
    code = layer("Lambda", "double", function={"class_name": "__lambda__", "config": {"code": "4wEAAAA="}})
    source = write_keras(tmp_path / "evil.keras", sequential(code))
    words = ["quantize", source, "--recipe", "float16", "-o", tmp_path]
    ran = cli(*words)
    assert ran.code == 1 and "has code in it (double)" in ran.err and "--allow-code" in ran.err and worker.asked == []
    assert cli(*words, "--allow-code").code == 0 and worker.asked[0].allow_code


def test_a_file_of_weights_alone_is_refused_before_anything_starts(cli, worker, tmp_path):
    ran = cli("quantize", write_weights(tmp_path / "m.weights.h5"), "--recipe", "float16")
    assert ran.code == 1 and "holds only weights" in ran.err and worker.asked == []
