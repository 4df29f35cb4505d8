"""The generated Python scripts: run for real, they make the job's files; their samples are the job's samples."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import input_specs
from inspector.datasets.opening import open_samples
from inspector.errors import DataError, JobError, UsageError
from inspector.formats import open_model
from inspector.jobs.client import run_in_worker
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.python_script import python_script
from inspector.jobs.recipes import CLASSIC_FIVE, RECIPES
from tests.builders import ModelBuilder
from tests.conftest import ROOT, SAMPLES

DIGITS = DataChoice(str(SAMPLES / "digits.npz"), (("", "x_calibration"),))
FLOAT = str(SAMPLES / "digits_cnn.float32.tflite")


def run_script(text: str, folder: Path, **environment: str) -> str:
    """Runs it as a user would, in another folder, and gives what it printed."""
    path = folder / "script.py"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(path)], cwd=folder, capture_output=True, text=True, timeout=200,
        env={**os.environ, "PYTHONPATH": "", "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def same_files(options: QuantizeOptions, folder: Path) -> dict[str, bool]:
    """Job and script, each into a folder of its own: recipe -> whether their files are the same, byte for byte."""
    made = run_in_worker(replace(options, output_folder=str(folder / "job")))
    assert made["failed"] == []
    run_script(python_script(replace(options, output_folder=str(folder / "script"))), folder)
    stem = Path(options.source).stem
    names = {recipe: f"{stem}.{recipe}.tflite" for recipe in options.recipes}
    return {
        recipe: (folder / "job" / name).read_bytes() == (folder / "script" / name).read_bytes()
        for recipe, name in names.items()
    }


def options_of(source: str | Path, *recipes: str, **more: Any) -> QuantizeOptions:
    return QuantizeOptions(source=str(source), recipes=recipes, output_folder="out", **more)


@pytest.mark.tensorflow
def test_all_recipes_of_a_keras_3_file_byte_for_byte(tmp_path, sample_h5):
    recipes = [each.id for each in RECIPES]
    same = same_files(options_of(sample_h5, *recipes, data=replace(DIGITS, samples=30)), tmp_path)
    assert same == dict.fromkeys(recipes, True)


@pytest.mark.tensorflow
def test_a_pruned_model_and_an_open_batch(tmp_path):
    source, recipes = SAMPLES / "digits_cnn_pruned.h5", ("sparse", "int8", "int16x8")
    options = options_of(
        source,
        *recipes,
        data=replace(DIGITS, samples=10, seed=3),
        batch="dynamic",
        integer_io=True,
        float_fallback=True,
    )
    assert same_files(options, tmp_path) == dict.fromkeys(recipes, True)


_TWO_INPUTS = """
import sys
import numpy as np
import {keras} as keras
layers = keras.layers
zeta, alpha = layers.Input((6,), name="zeta"), layers.Input((8, 8, 1), name="alpha")
pixels = layers.Flatten()(layers.Conv2D(8, 3, activation="relu")(alpha))
joined = layers.Concatenate()([pixels, layers.Dense(16, activation="relu")(zeta)])
model = keras.Model([zeta, alpha], layers.Dense(4, activation="softmax")(joined))
{save}
"""


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("keras", "name", "save"),
    [
        ("tf_keras", "two.h5", 'model.save("two.h5")'),
        ("keras", "two", 'model.export("two")'),
    ],
    ids=["Keras 2", "SavedModel"],
)
def test_two_inputs_by_name(tmp_path, keras, name, save):
    legacy = {"TF_USE_LEGACY_KERAS": "1"} if keras == "tf_keras" else {}
    run_script(_TWO_INPUTS.format(keras=keras, save=save), tmp_path, **legacy)
    draw = np.random.default_rng(0)
    numbers, images = draw.normal(size=(20, 6)).astype(np.float32), draw.random((20, 8, 8)).astype(np.float32)
    np.savez(tmp_path / "two.npz", numbers=numbers, images=images)
    data = DataChoice(str(tmp_path / "two.npz"), (("alpha", "images"), ("zeta", "numbers")), samples=12)
    same = same_files(options_of(tmp_path / name, "int8_float_io", data=data), tmp_path)
    assert same == {"int8_float_io": True}


@pytest.mark.tensorflow
def test_a_real_keras_2_file(tmp_path, shared_models):
    source = shared_models / "fer__emotion_model.hdf5"
    options = options_of(source, "dynamic_range", "uint8", data=DataChoice("random", samples=5))
    assert same_files(options, tmp_path) == {"dynamic_range": True, "uint8": True}


@pytest.mark.tensorflow
def test_a_bare_tflite_by_tensorflows_own_functions(tmp_path):
    recipes = ("float32", "int8_float_io", "int8", "uint8", "int16x8", "sparse")
    options = options_of(FLOAT, *recipes, data=DIGITS, backend="auto")
    same_files(options, tmp_path)
    for recipe in recipes:  # the job adds metadata and stores equal buffers once
        name = f"digits_cnn.float32.{recipe}.tflite"
        job, script = open_model(tmp_path / "job" / name), open_model(tmp_path / "script" / name)
        assert [each.op_name for each in job.operators()] == [each.op_name for each in script.operators()]
        for ours, theirs in zip(job.tensors(), script.tensors(), strict=True):
            assert (ours.name, ours.type.name, ours.shape) == (theirs.name, theirs.type.name, theirs.shape)
            assert str(ours.scale) == str(theirs.scale) and str(ours.zero_point) == str(theirs.zero_point)
            if ours.has_data:
                assert np.array_equal(job.values(ours), script.values(theirs))


@pytest.mark.tensorflow
@pytest.mark.parametrize(("source", "recipe"), [("digits_cnn.h5", "int8_float_io"), ("digits_cnn.h5", "uint8"),
                                                ("digits_cnn.float32.tflite", "int8")])  # fmt: skip
def test_what_stays_float_stays_float_in_the_script(tmp_path, source, recipe):
    """All but the metadata that the job adds."""
    dense = "digits_cnn_1/digit_1/MatMul;digits_cnn_1/digit_1/BiasAdd"
    options = options_of(
        SAMPLES / source, recipe, data=DIGITS, suffix="my", float_operators=("SOFTMAX",), float_tensors=(dense,)
    )
    made = run_in_worker(replace(options, output_folder=str(tmp_path / "job")))
    run_script(python_script(replace(options, output_folder=str(tmp_path / "script"))), tmp_path)
    path = Path(made["variants"][0]["path"])
    job, script = open_model(path), open_model(tmp_path / "script" / path.name)
    assert path.name == f"{Path(source).stem}.{recipe}.my.tflite"
    assert [each.op_name for each in job.operators()] == [each.op_name for each in script.operators()]
    for ours, theirs in zip(job.tensors(), script.tensors(), strict=True):
        assert (ours.name, ours.type.name, str(ours.scale)) == (theirs.name, theirs.type.name, str(theirs.scale))
        if ours.has_data:
            assert np.array_equal(job.values(ours), script.values(theirs))


def test_a_bare_tflite_by_litert_without_tensorflow(tmp_path):
    pytest.importorskip("litert_quantizer", reason="LiteRT's quantizer is not installed")
    recipes = (*CLASSIC_FIVE, "float16", "int16x8", "weight_only_int8", "dynamic_int4")
    options = options_of(FLOAT, *recipes, data=replace(DIGITS, samples=20), backend="litert")
    assert "tensorflow" not in python_script(options).lower().replace("tensorflow lite", "")
    assert same_files(options, tmp_path) == dict.fromkeys(recipes, True)


def test_what_is_there_is_only_replaced_where_that_was_agreed(tmp_path):
    options = options_of(FLOAT, "float32")
    options = replace(options, output_folder=str(tmp_path / "new"))
    run_script(python_script(options), tmp_path)
    path = tmp_path / "new" / "digits_cnn.float32.float32.tflite"
    assert path.read_bytes() == Path(FLOAT).read_bytes()
    path.write_bytes(b"precious")
    with pytest.raises(AssertionError, match="FileExistsError"):
        run_script(python_script(options), tmp_path)
    assert path.read_bytes() == b"precious"
    run_script(python_script(replace(options, overwrite=True)), tmp_path)
    assert path.read_bytes() == Path(FLOAT).read_bytes()


def script_samples(options: QuantizeOptions) -> list[Any]:
    """What calibration_data() of the script gives; nothing else of it is run."""
    namespace: dict[str, Any] = {}
    exec(python_script(options).split("\ndef write(")[0], namespace)
    return list(namespace["calibration_data"]())


def model(folder: Path, *inputs: tuple[str, list[int], str], **fields: Any) -> Path:
    """A model that only has these inputs."""
    b = ModelBuilder()
    made = [b.tensor(name, shape, kind, **fields) for name, shape, kind in inputs]
    return b.inputs(*made).outputs(*made).write(folder / "model.tflite")


def image_folder(folder: Path) -> Path:
    from PIL import Image

    draw = np.random.default_rng(0)
    (folder / "images" / "b").mkdir(parents=True)
    (folder / "images" / ".hidden").mkdir()
    for number, name in enumerate(("z.png", "b/c.jpg", "b/a.png", "y.JPG", ".hidden/h.png", "b/.x.png")):
        pixels = draw.integers(0, 256, (20 + number, 30, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / "images" / name)
    (folder / "images" / "notes.txt").write_text("no image")
    return folder / "images"


def data_files(folder: Path) -> dict[str, Path]:
    draw = np.random.default_rng(1)
    table = draw.random((12, 16)).round(4)
    np.savez(
        folder / "a.npz",
        first=table.reshape(12, 4, 4),
        other=draw.random((9, 4, 4, 1)).astype(np.float32),
        one=np.ones((4, 4, 1)),
    )
    np.save(folder / "a.npy", draw.integers(0, 256, (12, 4, 4), dtype=np.uint8))
    header = ",".join(f"p{column}" for column in range(16))
    np.savetxt(folder / "plain.csv", table, delimiter=",")
    rows = "\n".join("3," + ",".join(map(str, row)) for row in table)
    (folder / "label.csv").write_text(f"label,{header}\n{rows}\n")
    (folder / "comma.csv").write_text(
        "\n".join(";".join(str(x).replace(".", ",") for x in row) for row in table) + "\n"
    )
    (folder / "spaces.txt").write_text("\n".join(" ".join(map(str, row)) for row in table) + "\n")
    (folder / "gen.py").write_text(
        "import numpy as np\ndef calibration_data():\n    for n in range(9):\n        yield np.full((4, 4), n, 'f4')\n"
    )
    return {path.name: path for path in folder.iterdir() if path.is_file()}


CASES = {
    "a named array": ("a.npz", {"arrays": (("", "other"),), "samples": 5, "seed": 4}),
    "the first array, flat": ("a.npz", {"samples": 0}),
    "one sample": ("a.npz", {"arrays": (("x", "one"),)}),
    "integers of a .npy": ("a.npy", {"samples": 7}),
    "more wanted than there are": ("a.npy", {"samples": 100}),
    "text": ("plain.csv", {"samples": 5}),
    "text with a label": ("label.csv", {"samples": 6, "seed": 1}),
    "decimal commas": ("comma.csv", {}),
    "spaces": ("spaces.txt", {}),
    "Python": ("gen.py", {"samples": 4, "allow_code": True}),
    "Python, all": ("gen.py", {"samples": 0, "allow_code": True}),
}


@pytest.mark.parametrize(("name", "fields"), CASES.values(), ids=CASES)
def test_the_scripts_samples_are_the_jobs(tmp_path, name, fields):
    source = model(tmp_path, ("x", [1, 4, 4, 1], "FLOAT32"))
    data = DataChoice(str(data_files(tmp_path)[name]), **fields)
    check_samples(source, data)


@pytest.mark.parametrize(
    ("shape", "kind", "fields"),
    [
        ([1, 8, 6, 3], "FLOAT32", {}),
        ([1, 8, 6, 1], "FLOAT32", {"scale": 2.0, "offset": -1.0}),
        ([1, 8, 6, 3], "FLOAT32", {"colour": "grey"}),
        ([1, 8, 6], "FLOAT32", {"samples": 2, "seed": 5}),
        ([1, 3, 8, 6], "FLOAT32", {}),
        ([1, 8, 6, 3], "UINT8", {}),
    ],
)
def test_images_are_read_as_the_job_reads_them(tmp_path, shape, kind, fields):
    source = model(tmp_path, ("x", shape, kind))
    check_samples(source, DataChoice(str(image_folder(tmp_path)), **fields))


@pytest.mark.parametrize("kind", ["FLOAT32", "INT32", "UINT8"])
def test_random_samples_are_the_same(tmp_path, kind):
    check_samples(model(tmp_path, ("x", [1, 5], kind)), DataChoice("random", samples=8, seed=2))
    open_size = model(tmp_path, ("x", [1, 1, 2], kind), shapeSignature=np.array([-1, -1, 2], np.int32))
    check_samples(open_size, DataChoice("random", samples=3))


def test_inputs_of_a_tflite_come_in_its_order(tmp_path):
    source = model(tmp_path, ("right", [1, 2], "FLOAT32"), ("left", [1, 3], "FLOAT32"), ("count", [1], "INT32"))
    arrays = {"left": np.ones((4, 3)), "right": np.zeros((4, 2)), "n": np.arange(4)}
    np.savez(tmp_path / "d.npz", **arrays)
    check_samples(source, DataChoice(str(tmp_path / "d.npz"), (("count", "n"),), samples=3))
    check_samples(source, DataChoice("random", samples=3))
    lines = ["def calibration_data():", "    yield {'left': [1, 2, 3], 'right': [4, 5], 'count': [6]}"]
    (tmp_path / "d.py").write_text("\n".join([*lines, "    yield [7, 8], [1, 2, 3], [9]"]))
    check_samples(source, DataChoice(str(tmp_path / "d.py"), allow_code=True))


def test_a_fixed_batch_takes_several_rows(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(22, dtype=np.float32).reshape(11, 2))
    check_samples(model(tmp_path, ("x", [4, 2], "FLOAT32")), DataChoice(str(tmp_path / "x.npy")))


def check_samples(source: Path, data: DataChoice) -> None:
    options = options_of(source, "int8", data=data)
    expected = open_samples(data, input_specs(open_model(source)))
    given = script_samples(options)
    assert len(given) == expected.count > 0
    for ours, theirs in zip(given, expected, strict=True):
        assert len(ours) == len(theirs)
        for mine, their in zip(ours, theirs.values(), strict=True):
            assert mine.dtype == their.dtype and mine.shape == their.shape
            assert np.array_equal(mine, their)


@pytest.mark.parametrize("source", [FLOAT, str(SAMPLES / "digits_cnn.h5")])
def test_a_script_is_formatted_as_a_formatter_would(tmp_path, source):
    files = data_files(tmp_path)
    choices = [DIGITS, DataChoice("random"), DataChoice(str(image_folder(tmp_path))), DataChoice(str(files["a.npy"]))]
    from_tflite = source == FLOAT
    for number, data in enumerate(choices):
        fitting = DIGITS if data.path.endswith("a.npy") else data
        for backend in ("auto", *(("litert",) if from_tflite else ())):
            options = options_of(
                source, *(each.id for each in RECIPES), data=fitting, backend=backend, float_fallback=number == 1,
                integer_io=number == 2, batch="dynamic" if number == 3 else "fixed", allow_code=number == 1,
            )  # fmt: skip
            (tmp_path / f"s{number}{backend}.py").write_text(python_script(options))
    ruff = [str(Path(sys.executable).with_name("ruff")), "--config", str(ROOT / "pyproject.toml")]
    scripts = sorted(map(str, tmp_path.glob("s*.py")))
    for words in (["format", "--diff"], ["check", "--no-cache", "--ignore", "B905"]):  # zip(strict=) is not plain
        done = subprocess.run([ruff[0], *words, *ruff[1:], *scripts], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout


def test_names_of_the_users_are_only_text(tmp_path):
    """A folder or file name can't become code of the script."""
    folder = tmp_path / 'a"b\'); print("gone") #{x}\n'
    folder.mkdir()
    source = folder / 'm"{0}\\.tflite'
    source.write_bytes(Path(FLOAT).read_bytes())
    np.savez(folder / "d.npz", **{'x"]); print("gone") #': np.ones((3, 8, 8, 1), np.float32)})
    data = DataChoice(str(folder / "d.npz"))
    text = python_script(replace(options_of(source, "float32", "int8", data=data), output_folder=str(folder)))
    namespace: dict[str, Any] = {}
    exec(text.split("\ndef write(")[0], namespace)
    assert len(list(namespace["calibration_data"]())) == 3
    only = replace(options_of(source, "float32"), output_folder=str(folder / "out"))
    assert "gone" not in run_script(python_script(only), tmp_path).replace(str(folder), "")
    assert (folder / "out" / 'm"{0}\\.float32.tflite').exists()


def test_where_there_is_no_script_a_sentence_says_so(tmp_path):
    with pytest.raises(UsageError, match="No recipe is chosen"):
        python_script(options_of(FLOAT))
    with pytest.raises(UsageError, match="Calibration data are needed"):
        python_script(options_of(FLOAT, "int8"))
    with pytest.raises(DataError, match="There is no file"):
        python_script(options_of(FLOAT, "int8", data=DataChoice("missing.npz")))
    b = ModelBuilder()
    half, x = b.tensor("w", [4], "FLOAT16", np.ones(4)), b.tensor("x", [4])
    b.operator("DEQUANTIZE", [half], [x])
    narrow = b.inputs().outputs(x).write(tmp_path / "half.tflite")
    with pytest.raises((UsageError, JobError), match="FLOAT16 weights"):
        python_script(options_of(narrow, "int8", data=DataChoice("random")))
    any_size = model(tmp_path, ("x", [1, 1, 1, 3], "FLOAT32"), shapeSignature=np.array([1, -1, -1, 3], np.int32))
    with pytest.raises(UsageError, match="images of any size"):
        python_script(options_of(any_size, "int8", data=DataChoice(str(image_folder(tmp_path)))))
