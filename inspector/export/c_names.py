"""Names in C source: legal identifiers, file names an #include can hold, and text that can't leave its comment."""

import os
import re
import unicodedata
from dataclasses import dataclass

from inspector.errors import ExportError

_C_KEYWORDS = """
auto break case char const continue default do double else enum extern float for goto if inline int long register
restrict return short signed sizeof static struct switch typedef union unsigned void volatile while alignas alignof
bool constexpr false nullptr static_assert thread_local true typeof typeof_unqual asm fortran
"""
_CPP_KEYWORDS = """
and and_eq bitand bitor catch char8_t char16_t char32_t class compl concept consteval constinit const_cast co_await
co_return co_yield decltype delete dynamic_cast explicit export friend mutable namespace new noexcept not not_eq
operator or or_eq private protected public reinterpret_cast requires static_cast template this throw try typeid
typename using virtual wchar_t xor xor_eq
"""
KEYWORDS = frozenset((_C_KEYWORDS + _CPP_KEYWORDS).split())
_LONGEST = 100  # of a symbol: the file's name is made from it, and 255 bytes are the most a file system takes
_LONGEST_COMMENT = 200


@dataclass(frozen=True, slots=True)
class ArrayNames:
    """What an export is called: in the code, and on disk (`stem`, without the suffix)."""

    array: str
    length: str
    guard: str
    constants: str
    """What the names of constants begin with, such as "g_okay_nabu"; in upper case for macros."""
    stem: str


def array_names(symbol: str) -> ArrayNames:
    """The names of `okay_nabu`: g_okay_nabu_model_data, ...; a symbol with g_ in front is the array's whole name."""
    legal = legal_symbol(symbol)
    array = legal if legal.startswith("g_") else f"g_{legal}_model_data"
    prefix = array.removesuffix("_model_data")
    return ArrayNames(array, f"{array}_len", f"{array.upper()}_H_", prefix, array.removeprefix("g_"))


def legal_symbol(text: str) -> str:
    """`text` as an identifier that C and C++ accept and leave to programs: "my-modél.v2" becomes my_model_v2.

    ASCII letters, digits and single underscores (two belong to the compiler), no digit in front, no keyword.
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.sub(r"[^A-Za-z0-9]+", "_", plain)[:_LONGEST].strip("_")
    if not words:
        return "model"
    return f"model_{words}" if words[0].isdigit() or words in KEYWORDS else words


def xxd_name(path: str) -> str:
    """The name `xxd -i` gives: the path as typed, each byte that is no ASCII letter or digit as an underscore."""
    name = re.sub(rb"[^A-Za-z0-9]", b"_", os.fsencode(path)).decode("ascii")
    return f"__{name}" if name[:1].isdigit() else name


def check_include(name: str) -> str:
    """`name` as it is. Raises ExportError where an `#include "..."` could not hold it."""
    unsafe = [letter for letter in name if letter in '"\\' or not letter.isprintable()]
    if unsafe or "??" in name:
        raise ExportError(
            f"The file name {comment_text(name)} can't stand in an #include. Choose one without quotes, backslashes, "
            "?? and control characters."
        )
    return name


def comment_text(text: str) -> str:
    """`text` in printable ASCII that neither ends a comment nor continues its line; the rest as <U+00E9>.

    No comment sign, backslash or trigraph survives. What is longer than 200 characters is cut.
    """
    cut = text if len(text) <= _LONGEST_COMMENT else text[:_LONGEST_COMMENT] + "..."
    safe = "".join(letter if " " <= letter <= "~" and letter != "\\" else f"<U+{ord(letter):04X}>" for letter in cut)
    safe = re.sub(r"\?(?=\?)", "? ", safe)
    return re.sub(r"\*(?=/)|/(?=\*)", lambda sign: sign[0] + " ", safe)
