"""The Python API: its names resolve, and README's example does what it says."""

import re
from pathlib import Path

import pytest

import inspector
from tests.twins import CONV, write_twin

ROOT = Path(__file__).resolve().parent.parent


def test_every_public_name_resolves() -> None:
    assert inspector.__all__ == sorted(inspector.__all__)
    for name in inspector.__all__:
        assert getattr(inspector, name).__doc__, name
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = inspector.no_such_name


def test_the_comparison_in_readme_runs(sample_tflite: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```py\n(.*?)```", readme, re.DOTALL)
    kinds = {f'"{kind}.tflite"': repr(str(write_twin(tmp_path, kind))) for kind in ("float32", "int8")}
    for name, path in kinds.items():
        assert name in example
        example = example.replace(name, path)
    exec(example, {"inspector": inspector})
    printed = capsys.readouterr().out
    assert "FIQ: all 3 weights and all activations are INT8, biases INT32." in printed
    assert f"{CONV} ['FLOAT32', 'INT8'] 0.00" in printed


def test_the_example_in_readme_runs(sample_tflite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    exec(example.replace('"model.tflite"', repr(str(sample_tflite))), {})
    printed = capsys.readouterr().out
    assert "Not quantized (float32)" in printed
    assert "FLOAT32 (192, 288) 221184 None" in printed
