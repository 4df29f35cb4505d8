"""A small file to export, and programs compiled from what was written."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inspector.export.model_bytes import ModelBytes, TensorFacts, unparsed_bytes

needs_compiler = pytest.mark.skipif(not (shutil.which("gcc") and shutil.which("g++")), reason="needs gcc and g++")
needs_xxd = pytest.mark.skipif(not shutil.which("xxd"), reason="needs xxd")

IN_AND_OUT = (
    TensorFacts("input", 0, "audio", "INT8", (1, 3, 40), None, 0.10196078568696976, -128),
    TensorFacts("output", 0, "probability", "UINT8", (1, 1), None, 0.00390625, 0),
)


def model_file(folder: Path, size: int = 1000, name: str = "okay_nabu.tflite") -> Path:
    """A file that begins as a .tflite does; the rest is noise."""
    noise = np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8).tobytes()
    path = folder / name
    path.write_bytes((b"\x1c\0\0\0TFL3" + noise)[:size])
    return path


def source_of(path: Path, tensors: tuple[TensorFacts, ...] = IN_AND_OUT) -> ModelBytes:
    """What `model_bytes` gives for an opened model."""
    return replace(unparsed_bytes(str(path)), typed=path.name, tensors=tensors)


def compile_and_run(sources: Sequence[Path], standard: str, *flags: str) -> bytes:
    """What the program prints. `standard` is c90, c11, c++17, ...; warnings are errors."""
    compiler = "g++" if "++" in standard else "gcc"
    program = sources[0].parent / "program"
    command = [compiler, f"-std={standard}", "-Wall", "-Wextra", "-pedantic", "-Werror", *flags]
    done = subprocess.run([*command, "-o", program, *sources], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return subprocess.run([program], capture_output=True, check=True).stdout


def printing_program(array: str, length: str, declarations: str) -> str:
    """A program, in C90 and in C++, that prints the length, the address modulo 64, and the bytes."""
    return f"""#include <stdio.h>
{declarations}
int main(void) {{
  printf("%lu %lu\\n", (unsigned long){length}, (unsigned long)((size_t){array} % 64));
  fwrite({array}, 1, (size_t){length}, stdout);
  return 0;
}}
"""


def check_printed(output: bytes, model: Path, alignment: int) -> None:
    """Compares what a printing program says with the model's file."""
    line, _, printed = output.partition(b"\n")
    length, address = map(int, line.split())
    assert length == model.stat().st_size
    assert address % (alignment or 1) == 0
    assert printed == model.read_bytes()
