"""Every field of every tensor, operator, signature and buffer is what the official accessors read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.formats import open_model
from inspector.model import Model
from tests.conftest import SAMPLES, SHARED_MODELS
from tests.formats import official
from tests.model_examples import EXAMPLES


def _files() -> Iterator[Path]:
    for folder in (SAMPLES, SHARED_MODELS):
        yield from sorted(folder.glob("*.tflite"))


@pytest.fixture(params=[*EXAMPLES, *(str(path) for path in _files())], ids=lambda name: Path(name).name)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[bytes, Model]:
    """A model's bytes and what the reader makes of them."""
    if request.param in EXAMPLES:
        path = tmp_path / "example.tflite"
        path.write_bytes(EXAMPLES[request.param]())
    else:
        path = Path(request.param)
    return path.read_bytes(), open_model(path)


def test_every_field_of_every_tensor(opened: tuple[bytes, Model]) -> None:
    data, model = opened
    assert official.our_tensors(model) == official.official_tensors(data)


def test_every_field_of_every_operator_options_included(opened: tuple[bytes, Model]) -> None:
    data, model = opened
    assert official.our_operators(model) == official.official_operators(data)


def test_signatures(opened: tuple[bytes, Model]) -> None:
    data, model = opened
    ours = [(s.key, s.subgraph, dict(s.inputs), dict(s.outputs)) for s in model.signatures]
    assert ours == official.official_signatures(data)


def test_version_description_metadata_buffers_and_ends(opened: tuple[bytes, Model]) -> None:
    data, model = opened
    assert official.our_rest(model) == official.official_rest(data)


def test_the_stored_bytes_of_every_constant(opened: tuple[bytes, Model]) -> None:
    data, model = opened
    for subgraph in model.subgraphs:
        constants = [tensor for tensor in subgraph.tensors if tensor.has_data]
        stored = [official.official_bytes(data, subgraph.index, tensor.index) for tensor in constants]
        assert [model.storage.raw(tensor) for tensor in constants] == stored
        assert model.storage.gather(constants) == b"".join(stored)


def test_a_sound_file_has_no_damage(opened: tuple[bytes, Model]) -> None:
    _, model = opened
    impossible_on_purpose = {"operator_options", "subgraph_cycle"}  # every_option, with all fields at their defaults
    assert {finding.code for finding in model.findings if finding.level > 2} <= impossible_on_purpose
