"""Every style compiled with gcc and g++: the program has the model's bytes, at the address that was asked for."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.export.c_array import write_c_array
from inspector.export.c_options import CArrayOptions
from inspector.export.c_text import names_of
from inspector.export.model_bytes import TensorFacts
from tests.export.c_programs import (
    check_printed,
    compile_and_run,
    model_file,
    needs_compiler,
    printing_program,
    source_of,
)

pytestmark = needs_compiler

PAIR = CArrayOptions(constants=True)


def export_and_run(folder: Path, options: CArrayOptions, standard: str, main_suffix: str, *flags: str) -> bytes:
    source = source_of(model_file(folder))
    written = write_c_array(source, options, folder)
    names = names_of(source, options)
    headers = [path for path in written if path.suffix == ".h"]
    main = folder / f"main{main_suffix}"
    declarations = "\n".join(f'#include "{header.name}"' for header in headers)
    main.write_text(printing_program(names.array, names.length, declarations))
    sources = [path for path in written if path.suffix != ".h"]
    return compile_and_run([main, *sources], standard, *flags)


@pytest.mark.parametrize(
    ("options", "standard", "main"),
    [
        (PAIR, "c++11", ".cpp"),
        (PAIR, "c++20", ".cpp"),
        (replace(PAIR, extension=".cpp"), "c++17", ".cpp"),
        (replace(PAIR, extension=".c"), "c11", ".c"),
        (replace(PAIR, extension=".c"), "c17", ".c"),
        (replace(PAIR, extension=".c"), "c++14", ".cpp"),  # g++ compiles .c as C++
        (replace(PAIR, alignment=0), "c++11", ".cpp"),
        (replace(PAIR, alignment=4, length_type="int"), "c++11", ".cpp"),
        (replace(PAIR, alignment=8, length_type="size_t"), "c++11", ".cpp"),
        (replace(PAIR, alignment=32, length_type="size_t", extension=".c"), "c11", ".c"),
        (replace(PAIR, const=False, comment=False, columns=1), "c++17", ".cpp"),
        (replace(PAIR, const=False, extension=".c", columns=256), "c11", ".c"),
        (replace(PAIR, style="header"), "c++17", ".cpp"),
        (replace(PAIR, style="header", length_type="size_t", alignment=32), "c++20", ".cpp"),
        (replace(PAIR, style="header", const=False, alignment=0, length_type="int"), "c++17", ".cpp"),
        (replace(PAIR, style="c"), "c90", ".c"),
        (replace(PAIR, style="c", length_type="size_t", alignment=32), "c99", ".c"),
        (replace(PAIR, style="c", const=False, alignment=0), "c90", ".c"),
        (replace(PAIR, style="c"), "c++11", ".cpp"),
        (replace(PAIR, symbol="class"), "c++20", ".cpp"),
        (replace(PAIR, symbol="3 modèles"), "c++20", ".cpp"),
        (replace(PAIR, symbol="g_model", style="c"), "c90", ".c"),
    ],
    ids=repr,
)
def test_the_program_has_the_bytes(tmp_path: Path, options: CArrayOptions, standard: str, main: str) -> None:
    output = export_and_run(tmp_path, options, standard, main)
    check_printed(output, tmp_path / "okay_nabu.tflite", options.alignment)


@pytest.mark.parametrize("style", ["pair", "c"])
def test_a_c_source_serves_a_program_in_cpp(tmp_path: Path, style: str) -> None:
    options = CArrayOptions(style=style, extension=".c")
    source = source_of(model_file(tmp_path))
    code, header = write_c_array(source, options, tmp_path)
    names = names_of(source, options)
    array = tmp_path / "array.o"
    subprocess.run(["gcc", "-c", "-std=c11", code, "-o", array], check=True)
    main = tmp_path / "main.cpp"
    main.write_text(printing_program(names.array, names.length, f'#include "{header.name}"'))
    check_printed(compile_and_run([main, array], "c++17"), source.path, 16)


def test_two_sources_that_include_the_header_share_one_array(tmp_path: Path) -> None:
    source = source_of(model_file(tmp_path))
    (header,) = write_c_array(source, CArrayOptions(style="header"), tmp_path)
    include = f'#include "{header.name}"\n'
    other, main = tmp_path / "other.cpp", tmp_path / "main.cpp"
    other.write_text(include + "const void *other_address() { return g_okay_nabu_model_data; }\n")
    main.write_text(
        include
        + include
        + "#include <cstdio>\nconst void *other_address();\n"
        + "static_assert(sizeof(g_okay_nabu_model_data) == g_okay_nabu_model_data_len);\n"
        + 'int main() { std::puts(other_address() == g_okay_nabu_model_data ? "one" : "two"); }\n'
    )
    assert compile_and_run([main, other], "c++17") == b"one\n"


def test_xxd_text_compiles_in_c_and_cpp(tmp_path: Path) -> None:
    source = source_of(model_file(tmp_path))
    (code,) = write_c_array(source, CArrayOptions(style="xxd", extension=".c"), tmp_path)
    declarations = "extern unsigned char okay_nabu_tflite[];\nextern unsigned int okay_nabu_tflite_len;\n"
    main = tmp_path / "main.c"
    main.write_text(printing_program("okay_nabu_tflite", "okay_nabu_tflite_len", declarations))
    for standard in ("c90", "c++17"):
        check_printed(compile_and_run([main, code], standard), source.path, 0)


MACROS = """
  const int shape[] = OKAY_NABU_INPUT_0_SHAPE;
  bool right = OKAY_NABU_INPUT_0_SCALE == 0.10196078568696976f && OKAY_NABU_INPUT_0_ZERO_POINT == -128;
  right = right && sizeof(shape) == 3 * sizeof(int) && shape[2] == 40 && OKAY_NABU_OUTPUT_0_SCALE == 0.00390625f;
"""
INLINE = """
  bool right = g_okay_nabu_input_0_scale == 0.10196078568696976f && g_okay_nabu_input_0_zero_point == -128;
  right = right && sizeof(g_okay_nabu_input_0_shape) == 3 * sizeof(int) && g_okay_nabu_input_0_shape[2] == 40;
  static_assert(g_okay_nabu_output_0_scale == 0.00390625f);
"""


@pytest.mark.parametrize(("style", "checks"), [("pair", MACROS), ("header", INLINE)])
def test_constants_have_the_values_of_the_model(tmp_path: Path, style: str, checks: str) -> None:
    source = source_of(model_file(tmp_path))
    written = write_c_array(source, CArrayOptions(style=style, constants=True), tmp_path)
    main = tmp_path / "main.cpp"
    include = f'#include <cstdio>\n#include "{written[-1].name}"\n'
    main.write_text(include + f'int main() {{ {checks} std::puts(right ? "right" : "wrong"); }}\n')
    assert compile_and_run([main, *(path for path in written if path.suffix == ".cc")], "c++17") == b"right\n"


@pytest.mark.parametrize("style", ["pair", "header", "c"])
def test_hostile_names_change_nothing_in_the_code(tmp_path: Path, style: str) -> None:
    path = model_file(tmp_path, name='x[] = {\n#error a\\\n"??\u202e*.tflite??\\')
    names = [
        "*/ int bad; /*",
        "ends in a backslash\\",
        "trigraph??/",
        "\n#error b\n",
        "\r\n}",
        "\u202e\u2066",
        "é\0",
        "",
    ]
    scales = [float("nan"), float("inf"), float("-inf"), 1.0, 1e-45, None, 3e38, 0.0]
    zero_points = [2**63 - 1, -(2**31), None, 5, -5, 0, 2**31, 1]
    rows = list(zip(names, scales, zero_points, strict=True))
    tensors = tuple(
        TensorFacts(direction, index, name, "type 27\n*/", (0, 2**31 - 1), (-1, 3), scale, zero_point, "*/\n")
        for direction in ("input", "output")
        for index, (name, scale, zero_point) in enumerate(rows)
    )
    source = source_of(path, tensors)
    written = write_c_array(source, CArrayOptions(style=style, constants=True), tmp_path, verify=True)
    found = names_of(source, CArrayOptions())
    main = tmp_path / ("main.c" if style == "c" else "main.cpp")
    main.write_text(printing_program(found.array, found.length, f'#include "{written[-1].name}"'))
    standard = {"pair": "c++11", "header": "c++17", "c": "c90"}[style]
    sources = [path for path in written if path.suffix != ".h"]
    check_printed(compile_and_run([main, *sources], standard, "-trigraphs"), path, 16)
