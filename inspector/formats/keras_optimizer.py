"""An optimizer's state in a Keras file: its arrays, counted apart from the model's."""

from inspector.formats.keras_hdf5 import Group, StoredArray, attribute_names, children, stored_array, subgroup
from inspector.formats.keras_weights import Found


def optimizer_state(group: Group, size: int, found: Found) -> list[tuple[str, StoredArray]]:
    """(name, array) of each variable: under `optimizer_weights` by name, or `optimizer/vars` by number."""
    rows: list[tuple[str, StoredArray]] = []
    with found.reading("optimizer"):
        for holder, names in _places(group):
            for name in names:
                with found.reading(f"optimizer/{name}"):
                    if (array := stored_array(holder, name, size)) is not None:
                        rows.append((f"optimizer/{name}", array))
    return rows


def _places(group: Group) -> list[tuple[Group, list[str]]]:
    places: list[tuple[Group, list[str]]] = []
    if (named := subgroup(group, "optimizer_weights")) is not None:
        places.append((named, list(dict.fromkeys(attribute_names(named, "weight_names") or ()))))
    if (stored := subgroup(group, "optimizer/vars")) is not None:
        names = [child.name for child in children(stored) if not child.is_group]
        places.append((stored, sorted(names, key=lambda name: (len(name), name))))
    return places
