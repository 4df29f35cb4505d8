"""The files of an export: what they say, where they go, and what stays when something goes wrong."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import inspector
from inspector.errors import Cancelled, ExportError, FileChangedError, NotAModelError, UsageError
from inspector.export.byte_lines import text_size
from inspector.export.c_array import c_array_chunks, c_array_paths, preview_c_array, write_c_array
from inspector.export.c_options import CArrayOptions
from inspector.export.model_bytes import REPORT_EVERY, ModelBytes, TensorFacts, model_bytes, unparsed_bytes
from tests.builders import ModelBuilder
from tests.export.c_programs import model_file, source_of

STYLES = ["pair", "header", "c", "xxd"]


@pytest.fixture
def source(tmp_path: Path) -> ModelBytes:
    return source_of(model_file(tmp_path))


def texts(source: ModelBytes, options: CArrayOptions, stem: str = "") -> dict[str, str]:
    files = c_array_chunks(source, options, stem)
    return {name: b"".join(bytes(piece) for piece in pieces).decode() for name, pieces in files.items()}


def test_the_pair_is_as_tflm_has_it(source: ModelBytes) -> None:
    code, header = texts(source.with_sha256(), CArrayOptions()).items()
    digest = hashlib.sha256(source.path.read_bytes()).hexdigest()
    comment = f"""\
// okay_nabu.tflite: 1,000 bytes
// SHA-256 {digest[:32]}
//         {digest[32:]}
// input  0: INT8  [1, 3, 40]  scale 0.101960786  zero_point -128
// output 0: UINT8 [1, 1]      scale 0.00390625   zero_point 0

"""
    assert code[0] == "okay_nabu_model_data.cc" and header[0] == "okay_nabu_model_data.h"
    assert code[1].startswith(
        comment
        + '#include "okay_nabu_model_data.h"\n\n'
        + "alignas(16) const unsigned char g_okay_nabu_model_data[] = {\n  0x1c, 0x00, 0x00, 0x00, 0x54, 0x46,"
    )
    assert code[1].endswith("};\nconst unsigned int g_okay_nabu_model_data_len = 1000;\n")
    assert (
        header[1]
        == comment
        + """\
#ifndef G_OKAY_NABU_MODEL_DATA_H_
#define G_OKAY_NABU_MODEL_DATA_H_

extern const unsigned char g_okay_nabu_model_data[];
extern const unsigned int g_okay_nabu_model_data_len;

#endif  // G_OKAY_NABU_MODEL_DATA_H_
"""
    )


@pytest.mark.parametrize("style", STYLES)
def test_the_same_file_gives_the_same_text(tmp_path: Path, style: str) -> None:
    made = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        path = model_file(tmp_path / folder)
        os.utime(path, (1, 1) if folder == "one" else None)
        made.append(texts(source_of(path), CArrayOptions(style=style, constants=True)))
    assert made[0] == made[1]


def test_several_inputs_are_told_apart_by_name(source: ModelBytes) -> None:
    tensors = (*source.tensors, TensorFacts("input", 1, "mask", "BOOL", (1,), (-1,)))
    (_, text), _ = texts(replace(source, tensors=tensors), CArrayOptions()).items()
    assert "// input  0: INT8  [1, 3, 40]" in text and "audio\n" in text
    assert re.search(r"// input  1: BOOL  \[1\] \(dynamic: \[-1\]\) +mask\n", text)


def test_a_model_with_a_thousand_inputs_has_a_short_comment(source: ModelBytes) -> None:
    tensors = tuple(replace(source.tensors[0], index=index) for index in range(1000))
    (_, text), _ = texts(replace(source, tensors=tensors), CArrayOptions()).items()
    assert text.count("// input") == 64 and "// and 936 more\n" in text


@pytest.mark.parametrize("style", STYLES)
def test_without_const_the_array_can_be_written_to(source: ModelBytes, style: str) -> None:
    for name, text in texts(source, CArrayOptions(style=style, const=False)).items():
        array = next(line for line in text.splitlines() if "unsigned char" in line)
        assert "const" not in array, name


def test_a_length_that_does_not_fit_its_type_is_refused(source: ModelBytes) -> None:
    for length_type, size in (("int", 2**31), ("unsigned int", 2**32)):
        fits, too_large = replace(source, size=size - 1), replace(source, size=size)
        assert c_array_chunks(fits, CArrayOptions(length_type=length_type))
        with pytest.raises(ExportError, match="use size_t"):
            c_array_chunks(too_large, CArrayOptions(length_type=length_type))
    assert c_array_chunks(replace(source, size=2**32), CArrayOptions(length_type="size_t"))


@pytest.mark.parametrize(
    ("options", "target", "files"),
    [
        (CArrayOptions(), ".", ["okay_nabu_model_data.cc", "okay_nabu_model_data.h"]),
        (CArrayOptions(symbol="g_model", extension=".cpp"), ".", ["model.cpp", "model.h"]),
        (CArrayOptions(), "net", ["net.cc", "net.h"]),
        (CArrayOptions(), "net.h", ["net.cc", "net.h"]),
        (CArrayOptions(), "net.cc", ["net.cc", "net.h"]),
        (CArrayOptions(), "net.v2", ["net.v2.cc", "net.v2.h"]),
        (CArrayOptions(style="c"), "net.c", ["net.c", "net.h"]),
        (CArrayOptions(style="header"), "net.hpp", ["net.hpp"]),
        (CArrayOptions(style="header"), ".", ["okay_nabu_model_data.h"]),
        (CArrayOptions(style="xxd"), ".", ["okay_nabu_model_data.cc"]),
        (CArrayOptions(style="xxd"), "net.inc", ["net.inc"]),
        (CArrayOptions(style="xxd", extension=".c"), "net.v2", ["net.v2.c"]),
    ],
)
def test_where_the_files_go(source: ModelBytes, options: CArrayOptions, target: str, files: list[str]) -> None:
    folder = source.path.parent
    written = write_c_array(source, options, folder / target, verify=True)
    assert written == c_array_paths(source, options, folder / target) == [folder / name for name in files]
    assert all(path.is_file() for path in written)
    if len(files) == 2:
        assert f'#include "{files[1]}"' in written[0].read_text()


def test_nothing_is_replaced_unasked(source: ModelBytes) -> None:
    folder = source.path.parent
    header = folder / "okay_nabu_model_data.h"
    header.write_text("mine")
    with pytest.raises(ExportError, match="exists already"):
        write_c_array(source, CArrayOptions(), folder)
    assert header.read_text() == "mine" and not header.with_suffix(".cc").exists()
    write_c_array(source, CArrayOptions(), folder, overwrite=True)
    assert header.read_text() != "mine" and header.with_suffix(".cc").exists()


def test_the_model_itself_is_never_replaced(tmp_path: Path) -> None:
    source = source_of(model_file(tmp_path, name="net.txt"))
    with pytest.raises(ExportError, match="the model itself"):
        write_c_array(source, CArrayOptions(style="xxd"), tmp_path / "net.txt", overwrite=True)
    assert source.path.read_bytes().startswith(b"\x1c\0\0\0TFL3")


def test_a_cancelled_export_leaves_nothing(tmp_path: Path) -> None:
    source = source_of(model_file(tmp_path, 3 * REPORT_EVERY))
    seen: list[str] = []

    def stop_at(word: str) -> None:
        def progress(fraction: float | None, message: str) -> None:
            assert fraction is None or 0 <= fraction <= 1
            seen.append(message.split()[0])
            if message.startswith(word):
                raise Cancelled("Cancelled.")

        with pytest.raises(Cancelled):
            write_c_array(source, CArrayOptions(), tmp_path, progress=progress, verify=True)

    for word in ("SHA-256", "Writing", "Comparing", "Moving"):
        stop_at(word)
        assert os.listdir(tmp_path) == ["okay_nabu.tflite"]
    assert {"SHA-256", "Writing", "Comparing", "Moving"} <= set(seen)


@pytest.mark.parametrize("change", ["longer", "shorter", "gone", "other"])
def test_a_file_that_changes_meanwhile_leaves_nothing(tmp_path: Path, change: str) -> None:
    path = model_file(tmp_path, 3 * REPORT_EVERY)
    source = source_of(path)

    def progress(_fraction: float | None, message: str) -> None:
        if not message.startswith("Writing"):
            return
        if change == "gone":
            path.unlink(missing_ok=True)
        else:
            size = {"longer": 20_000_000, "shorter": 5_000_000, "other": source.size}[change]
            path.write_bytes(bytes(size))

    with pytest.raises(FileChangedError):
        write_c_array(source, CArrayOptions(), tmp_path, progress=progress)
    assert os.listdir(tmp_path) == ([] if change == "gone" else ["okay_nabu.tflite"])


FILL_THE_DISK = """
import resource, sys
from pathlib import Path
from inspector.export.c_array import CArrayOptions, write_c_array
from inspector.export.model_bytes import unparsed_bytes
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    write_c_array(unparsed_bytes(sys.argv[1]), CArrayOptions(), Path(sys.argv[2]), overwrite=True)
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no RLIMIT_FSIZE")
def test_a_full_disk_keeps_both_old_files(tmp_path: Path) -> None:
    path = model_file(tmp_path, 100_000)
    (tmp_path / "src").mkdir()
    old = {name: tmp_path / "src" / name for name in ("okay_nabu_model_data.cc", "okay_nabu_model_data.h")}
    for name, place in old.items():
        place.write_text(name)
    command = [sys.executable, "-c", FILL_THE_DISK, path, tmp_path / "src"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ExportError The disk is full: okay_nabu_model_data.cc does not fit")
    assert sorted(os.listdir(tmp_path / "src")) == sorted(old)
    assert all(place.read_text() == name for name, place in old.items())


@pytest.mark.parametrize("style", STYLES)
def test_the_preview_is_the_text_with_its_middle_left_out(source: ModelBytes, style: str) -> None:
    options = CArrayOptions(style=style, constants=True)
    whole = texts(source, options)
    previews = preview_c_array(source, options)
    assert [preview.name for preview in previews] == list(whole)
    for preview in previews:
        text = whole[preview.name]
        assert preview.characters == len(text)
        if not preview.lines:
            assert preview.text == text
            continue
        assert (preview.shown, preview.lines) == (19, 84)
        head, tail = preview.text.split("  // 65 more lines\n")
        assert text.startswith(head) and text.endswith(tail)
        assert head.count("\n  0x") == 19


@pytest.mark.parametrize("size", [8, 12, 228, 229, 240])
def test_a_short_file_is_previewed_whole(tmp_path: Path, size: int) -> None:
    source = source_of(model_file(tmp_path, size))
    (preview,) = preview_c_array(source, CArrayOptions(style="xxd"))
    assert preview.text == texts(source, CArrayOptions(style="xxd"))[preview.name]
    assert preview.shown == preview.lines
    assert preview.characters - text_size(size, 12) == len(preview.text) - text_size(size, 12)


@pytest.mark.parametrize(
    "wrong", [{"style": "fortran"}, {"alignment": 3}, {"columns": 0}, {"columns": 257}, {"extension": ".py"}]
)
def test_an_option_that_is_none_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        CArrayOptions(**wrong)  # type: ignore[arg-type]


def test_only_a_tflite_file_is_exported(tmp_path: Path) -> None:
    (tmp_path / "x.tflite").write_bytes(b"\x89HDF\r\n\x1a\n and more")
    (tmp_path / "empty.tflite").write_bytes(b"")
    for name, sentence in (("x.tflite", "TFL3"), ("empty.tflite", "empty"), (".", "folder")):
        with pytest.raises(NotAModelError, match=sentence):
            unparsed_bytes(str(tmp_path / name))


def test_a_keras_model_is_refused_in_words(sample_h5: Path) -> None:
    with pytest.raises(ExportError, match="is a Keras model"):
        write_c_array(inspector.open_model(sample_h5), CArrayOptions(), Path())


def test_an_opened_model_is_exported_with_its_inputs_and_outputs(tmp_path: Path) -> None:
    builder = ModelBuilder()
    x = builder.tensor("x", [1, 4], "INT8", scale=0.5, zero_point=-3, shapeSignature=[-1, 4])
    y = builder.tensor("y", [1, 2], "FLOAT32")
    z = builder.tensor("z", [2], "INT8", scale=[0.5, 0.25], zero_point=[0, 0])
    model = inspector.open_model(builder.inputs(x).outputs(y, z).write(tmp_path / "net.tflite"))
    facts = model_bytes(model).tensors
    assert [(fact.direction, fact.index, fact.name, fact.type) for fact in facts] == [
        ("input", 0, "x", "INT8"),
        ("output", 0, "y", "FLOAT32"),
        ("output", 1, "z", "INT8"),
    ]
    assert (facts[0].scale, facts[0].zero_point, facts[0].dynamic_shape) == (0.5, -3, (-1, 4))
    assert (facts[1].scale, facts[1].zero_point) == (None, None)
    assert (facts[2].scale, facts[2].note) == (None, "2 scales on dimension 0")
    code, _ = write_c_array(model, CArrayOptions(constants=True), tmp_path, verify=True)
    assert "// input  0: INT8    [1, 4] (dynamic: [-1, 4])  scale 0.5" in code.read_text()


def test_real_models_come_back_byte_for_byte(shared_models: Path, tmp_path: Path) -> None:
    for path in sorted(shared_models.glob("*.tflite")):
        for style in STYLES:
            options = CArrayOptions(style=style, constants=True)
            assert write_c_array(inspector.open_model(path), options, tmp_path, overwrite=True, verify=True)
