"""The text of the .desktop file (Desktop Entry Specification 1.0)."""

from collections.abc import Sequence

from inspector.desktop.document_types import DocumentType
from inspector.desktop.program import NAME, TITLE

_RESERVED = frozenset(" \t\n\"'\\><~|&;$*?#()`")
KEPT = "X-TFLiteInspector-Kept"
"""A key for the defaults of others that the installation wrote down, so that its removal finds them."""


def desktop_entry(program: str, types: Sequence[DocumentType], kept: str = "") -> str:
    """`program` is an absolute path. `kept` is a value for KEPT."""
    command = exec_word(program)
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        "Version=1.0",
        f"Name={TITLE}",
        "GenericName=Model Inspector",
        "Comment=See every tensor, operator and weight of a TensorFlow Lite or Keras model",
        f"TryExec={_string(program)}",
        f"Exec={command} %F",
        f"Icon={NAME}",
        "Terminal=false",
        "Categories=Development;",
        "Keywords=TensorFlow;TFLite;LiteRT;Keras;quantization;machine learning;",
        f"MimeType={''.join(f'{each.mime};' for each in types)}",
        "StartupNotify=true",
        f"StartupWMClass={NAME}",
        "Actions=new-window;",
        *([f"{KEPT}={kept}"] if kept else []),
        "",
        "[Desktop Action new-window]",
        "Name=New Window",
        f"Exec={command} --new-window",
    ]
    return "\n".join(lines) + "\n"


def exec_word(word: str) -> str:
    """One argument of an Exec key: field codes escaped, quoted where it has to be, then escaped as a string.

    Quotes are spared where they are not needed: xdg-open 1.1 without a desktop around it does not understand them.
    """
    word = word.replace("%", "%%")
    if not _RESERVED.isdisjoint(word):
        word = '"' + "".join(f"\\{each}" if each in '"`$\\' else each for each in word) + '"'
    return _string(word)


def _string(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return text
