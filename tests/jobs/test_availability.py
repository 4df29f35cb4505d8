"""What can be made with what is installed, and the line that installs the rest."""

import pytest

from inspector.jobs import availability
from inspector.jobs.availability import backend_for, install_line
from inspector.jobs.recipes import recipe


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """`only("litert")`: nothing else is installed."""

    def install(*backends: str) -> None:
        monkeypatch.setattr(availability, "installed", lambda each: each == "copy" or each in backends)

    return install


def test_with_everything_installed_tensorflow_goes_first(only) -> None:  # type: ignore[no-untyped-def]
    only("tensorflow", "litert")
    assert backend_for(recipe("int8"), True) == "tensorflow" and backend_for(recipe("int8"), True, "litert") == "litert"
    assert backend_for(recipe("dynamic_range"), True) == "litert" and install_line(recipe("dynamic_range"), True) == ""
    assert backend_for(recipe("weight_only_int8"), False) == "litert"
    assert backend_for(recipe("float32"), True) == "copy"


def test_without_tensorflow_a_bare_file_gives_what_litert_makes(only) -> None:  # type: ignore[no-untyped-def]
    only("litert")
    assert backend_for(recipe("int8"), True) == "litert" and backend_for(recipe("float16"), True) == "litert"
    assert backend_for(recipe("int8"), False) is None
    assert install_line(recipe("int8"), False) == 'pip install "tflite-inspector[tensorflow]"'


def test_zeros_are_left_out_by_tensorflow_alone(only) -> None:  # type: ignore[no-untyped-def]
    only("litert")
    for name in ("sparse", "sparse_dynamic_range"):
        assert backend_for(recipe(name), True) is None
        assert install_line(recipe(name), True) == 'pip install "tflite-inspector[tensorflow]"'


def test_with_nothing_installed_a_file_can_be_copied(only) -> None:  # type: ignore[no-untyped-def]
    only()
    assert backend_for(recipe("float32"), True) == "copy" and backend_for(recipe("dynamic_range"), True) is None
    assert install_line(recipe("dynamic_range"), True) == 'pip install "tflite-inspector[litert]"'
    assert install_line(recipe("weight_only_int8"), False) == 'pip install "tflite-inspector[tensorflow,litert]"'
