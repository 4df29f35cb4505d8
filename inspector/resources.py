"""Where the files of `resources/` are: the same call from a checkout, a wheel and a frozen build."""

import sys
from pathlib import Path


def resource_path(name: str) -> Path:
    """The path of `resources/NAME`, such as "icons/open.svg".

    A wheel holds the folder as `inspector/resources`; an editable install and a checkout have it beside the package.
    """
    package = Path(__file__).parent
    frozen = getattr(sys, "_MEIPASS", None)
    roots = [Path(frozen)] if frozen else [package, package.parent]
    for root in roots:
        path = root / "resources" / name
        if path.exists():
            return path
    return roots[-1] / "resources" / name
