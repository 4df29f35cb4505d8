"""Windows' registry as a dictionary: what comes, what stays, what goes. No Windows needed."""

import pytest

from inspector.desktop.windows import Values, WindowsDesktop, own_keys, registry_values

PROGRAM, ICON = r"C:\Program Files\TFLite Inspector\tflite-inspector.exe", r"C:\Program Files\app.ico"
CLASSES = r"Software\Classes"


class Registry:
    """Keys and values in memory."""

    def __init__(self, values: Values | None = None) -> None:
        self.values: Values = dict(values or {})
        self.told = 0

    def read(self, key: str, name: str) -> str | None:
        return self.values.get((key, name))

    def write(self, key: str, name: str, value: str) -> None:
        self.values[(key, name)] = value

    def delete_value(self, key: str, name: str) -> None:
        del self.values[(key, name)]

    def delete_key(self, key: str) -> None:
        self.values = {place: value for place, value in self.values.items()
                       if place[0] != key and not place[0].startswith(f"{key}\\")}  # fmt: skip

    def tell_shell(self) -> None:
        self.told += 1


def test_the_values_are_what_windows_asks_for() -> None:
    values = registry_values(PROGRAM, ICON)
    key = rf"{CLASSES}\TFLiteInspector.tflite"
    assert values[(rf"{key}\shell\open\command", "")] == f'"{PROGRAM}" "%1"'
    assert values[(rf"{key}\DefaultIcon", "")] == ICON and values[(key, "")] == "TensorFlow Lite model"
    assert values[(rf"{CLASSES}\.tflite", "")] == "TFLiteInspector.tflite"
    assert values[(rf"{CLASSES}\.keras\OpenWithProgids", "TFLiteInspector.keras")] == ""
    assert all(key.startswith("Software\\") for key, _name in values), "nothing of the machine's or another user's"


@pytest.mark.parametrize("suffix", [".h5", ".hdf5"])
def test_hdf5_is_offered_and_never_taken(suffix: str) -> None:
    values = registry_values(PROGRAM, ICON)
    assert values[(rf"{CLASSES}\{suffix}\OpenWithProgids", "TFLiteInspector.hdf5")] == ""
    assert (rf"{CLASSES}\{suffix}", "") not in values
    assert not any(name == suffix for _key, name in values)


def test_installed_is_told_and_removing_takes_all_of_it() -> None:
    registry = Registry()
    desktop = WindowsDesktop(registry, ICON)
    assert not desktop.status().installed
    found = desktop.install(PROGRAM)
    assert found.installed and found.program == PROGRAM and registry.told == 1
    assert [opener.ours for opener in found.openers] == [True, True, False]
    assert not desktop.remove().installed and registry.values == {} and registry.told == 2


def test_another_program_keeps_its_suffix_and_its_place_in_the_list() -> None:
    theirs: Values = {
        (rf"{CLASSES}\.tflite", ""): "Netron.tflite",
        (rf"{CLASSES}\.tflite\OpenWithProgids", "Netron.tflite"): "",
        (r"Software\RegisteredApplications", "Netron"): r"Software\Netron",
    }
    registry = Registry(theirs)
    desktop = WindowsDesktop(registry, ICON)
    found = desktop.install(PROGRAM)
    assert found.openers[0].program == "Netron.tflite" and not found.openers[0].ours
    assert registry.read(rf"{CLASSES}\.tflite\OpenWithProgids", "TFLiteInspector.tflite") == "", "it is offered"
    desktop.remove()
    assert registry.values == theirs


def test_what_is_removed_as_a_whole_is_the_programs_alone() -> None:
    assert all("tflite-inspector" in key or "TFLiteInspector." in key for key in own_keys())
