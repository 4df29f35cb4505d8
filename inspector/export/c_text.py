"""The text around the bytes of a C array: comments, includes, declarations, in each style."""

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.errors import ExportError
from inspector.export.c_constants import inline_constants, macros
from inspector.export.c_names import ArrayNames, array_names, check_include, comment_text, xxd_name
from inspector.export.c_options import CArrayOptions
from inspector.export.model_bytes import ModelBytes, TensorFacts

HASH_UNKNOWN = "is computed when the files are written"
_MOST_TENSORS = 64  # listed in a comment
_LARGEST = {"int": 2**31 - 1, "unsigned int": 2**32 - 1, "size_t": 2**64 - 1}


@dataclass(frozen=True, slots=True)
class CFile:
    """One file of an export: `head`, the lines of bytes where `has_bytes`, `tail`."""

    name: str
    head: str
    tail: str = ""
    has_bytes: bool = True


def c_files(source: ModelBytes, options: CArrayOptions, stem: str = "") -> tuple[CFile, ...]:
    """The files of an export, the one with the bytes first; `stem` is their name without suffix, "" for the usual.

    A `stem` with the suffix of a C file is the whole name where the style makes one file.
    Raises ExportError: the length does not fit its type, the name can't be included.
    """
    names = names_of(source, options)
    stem = stem or names.stem
    if options.style == "xxd":
        return (_xxd(source, names, single_name(stem, options)),)
    if source.size > _LARGEST[options.length_type]:
        raise ExportError(f"{source.size:,} bytes are too many for a length of type {options.length_type}: use size_t.")
    if options.style == "header":
        return (_header_only(source, options, names, single_name(stem, options)),)
    return _pair(source, options, names, check_include(stem))


def names_of(source: ModelBytes, options: CArrayOptions) -> ArrayNames:
    """The names in the code. In the xxd style they are those `xxd -i FILE`, or `xxd -i -n SYMBOL FILE`, gives."""
    names = array_names(options.symbol or source.path.stem)
    if options.style != "xxd":
        return names
    array = xxd_name(options.symbol or source.typed)
    return ArrayNames(array, f"{array}_len", "", "", names.stem)


SUFFIXES = (".cc", ".cpp", ".cxx", ".c", ".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".txt")


def single_name(stem: str, options: CArrayOptions) -> str:
    """The name of the only file of a style."""
    suffix = ".h" if options.style == "header" else options.source_extension
    return stem if stem.lower().endswith(SUFFIXES) else stem + suffix


def _xxd(source: ModelBytes, names: ArrayNames, name: str) -> CFile:
    head = f"unsigned char {names.array}[] = {{\n"
    return CFile(name, head, f"}};\nunsigned int {names.length} = {source.size};\n")


def _header_only(source: ModelBytes, options: CArrayOptions, names: ArrayNames, name: str) -> CFile:
    length_type = options.length_type
    alignment = f"alignas({options.alignment}) " if options.alignment else ""
    constness = "constexpr " if options.const else ""
    head = [
        *_comment(source, options),
        f"#ifndef {names.guard}",
        f"#define {names.guard}",
        "",
        *(["#include <cstddef>", ""] if length_type == "size_t" else []),
        f"{alignment}inline {constness}unsigned char {names.array}[] = {{",
    ]
    typed = "std::size_t" if length_type == "size_t" else length_type
    tail = ["};", f"inline constexpr {typed} {names.length} = {source.size};"]
    if options.constants:
        tail += ["", *inline_constants(source.tensors, names.constants)]
    return CFile(name, _joined(head), _joined([*tail, "", f"#endif  // {names.guard}"]))


def _pair(source: ModelBytes, options: CArrayOptions, names: ArrayNames, stem: str) -> tuple[CFile, ...]:
    constness = "const " if options.const else ""
    alignment, preparation = _alignment(options, names)
    head = [
        *_comment(source, options),
        f'#include "{stem}.h"',
        "",
        *preparation,
        f"{alignment}{constness}unsigned char {names.array}[] = {{",
    ]
    tail = ["};", f"const {options.length_type} {names.length} = {source.size};"]
    code = CFile(stem + options.source_extension, _joined(head), _joined(tail))
    return code, CFile(f"{stem}.h", _joined(_declarations(source, options, names)), has_bytes=False)


def _alignment(options: CArrayOptions, names: ArrayNames) -> tuple[str, list[str]]:
    """What stands in front of the array, and the lines that make it possible."""
    if not options.alignment:
        return "", []
    if options.style == "pair":
        in_c = ["#ifndef __cplusplus", "#include <stdalign.h>", "#endif", ""]
        return f"alignas({options.alignment}) ", in_c if options.extension == ".c" else []
    macro = f"{names.array.upper()}_ALIGN"
    return f"{macro} ", [
        "#if defined(__GNUC__) || defined(__clang__)",
        f"#define {macro} __attribute__((aligned({options.alignment})))",
        "#elif defined(_MSC_VER)",
        f"#define {macro} __declspec(align({options.alignment}))",
        "#else",
        '#error "How this compiler aligns an array is not known: export without alignment, or align it here."',
        "#endif",
        "",
    ]


def _declarations(source: ModelBytes, options: CArrayOptions, names: ArrayNames) -> Iterator[str]:
    """The header of a pair. C++ can include it whichever language the source is compiled as."""
    constness = "const " if options.const else ""
    c_source = options.source_extension == ".c"
    yield from _comment(source, options)
    yield from (f"#ifndef {names.guard}", f"#define {names.guard}", "")
    if options.length_type == "size_t":
        yield from ("#include <stddef.h>", "")
    if c_source:
        yield from ("#ifdef __cplusplus", 'extern "C" {', "#endif", "")
    yield f"extern {constness}unsigned char {names.array}[];"
    yield f"extern const {options.length_type} {names.length};"
    if c_source:
        yield from ("", "#ifdef __cplusplus", "}", "#endif")
    if options.constants:
        yield from ("", *macros(source.tensors, names.constants.removeprefix("g_").upper()))
    yield from ("", f"#endif  /* {names.guard} */" if options.style == "c" else f"#endif  // {names.guard}")


def _comment(source: ModelBytes, options: CArrayOptions) -> list[str]:
    """The comment block and an empty line; nothing where it is not wanted."""
    if not options.comment:
        return []
    digest = source.sha256
    lines = [f"{comment_text(source.path.name)}: {source.size:,} bytes"]
    lines += [f"SHA-256 {digest[:32]}", f"        {digest[32:]}"] if digest else [f"SHA-256 {HASH_UNKNOWN}"]
    lines += _tensor_lines(source.tensors)
    if options.style != "c":
        return [*(f"// {line}" for line in lines), ""]
    return [*(f"{' *' if place else '/*'} {line}" for place, line in enumerate(lines)), " */", ""]


def _tensor_lines(tensors: tuple[TensorFacts, ...]) -> list[str]:
    """`input  0: INT8  [1, 3, 40]  scale 0.101960786  zero_point -128`, in columns."""
    several = {direction: sum(t.direction == direction for t in tensors) > 1 for direction in ("input", "output")}
    rows = []
    for tensor in tensors[:_MOST_TENSORS]:
        shape = f"{list(tensor.shape)}"
        if tensor.dynamic_shape is not None:
            shape += f" (dynamic: {list(tensor.dynamic_shape)})"
        scale = "" if tensor.scale is None else f"scale {tensor.scale:.9g}"
        zero_point = "" if tensor.zero_point is None else f"zero_point {tensor.zero_point}"
        name = tensor.name if several[tensor.direction] else ""
        row = (tensor.direction, str(tensor.index), tensor.type, shape, scale or tensor.note, zero_point, name)
        rows.append(tuple(map(comment_text, row)))
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(7)]
    lines = []
    for direction, index, *cells in rows:
        start = f"{direction:<{widths[0]}} {index:>{widths[1]}}: {cells[0]:<{widths[2]}} "
        rest = (f"{cell:<{width}}" for cell, width in zip(cells[1:], widths[3:], strict=True) if width)
        lines.append((start + "  ".join(rest)).rstrip())
    left_out = len(tensors) - len(rows)
    return [*lines, f"and {left_out:,} more"] if left_out else lines


def _joined(lines: list[str] | Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
