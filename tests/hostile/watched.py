"""`python -m tests.hostile.watched OUT FILE...`: does all that looks at a model, and tells what Python did for it.

Run in a process of its own: Python's audit events can't be switched off again. The last line on stdout is JSON:
`opened`, the paths opened once the program's own modules were there; `ran`, the dangerous things done.
"""

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

from tests.fuzz.uses import FORMS, Uses

WATCHED: list[str] = []
RAN: list[str] = []
_DANGEROUS = ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "pickle.find_class", "socket.connect",
              "urllib.Request", "ctypes.dlopen", "marshal.loads")  # fmt: skip
_on = [False]


def hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _on[0]:
        return
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        WATCHED.append(os.fsdecode(arguments[0]))
    elif event in _DANGEROUS:
        RAN.append(event)


def main(out: Path, paths: list[Path]) -> None:
    uses = Uses(out)
    _look(paths, uses)  # imports what there is to import
    sys.addaudithook(hook)
    _on[0] = True
    _look(paths, uses)
    _on[0] = False
    print(json.dumps({"opened": sorted(set(WATCHED)), "ran": RAN}))


def _look(paths: list[Path], uses: Uses) -> None:
    for path in paths:
        uses.whole(path)
        for name, forms in FORMS.items():
            for form in forms:
                uses.command(name, form, path, path, random.Random(0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), list(map(Path, sys.argv[2:])))
