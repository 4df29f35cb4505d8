"""Text from files of others, made harmless: it acts on no terminal, and no message grows without end."""

_UNSEEN = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {  # controls of terminals
    code: f"\\u{code:04x}"
    for code in (0x061C, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
}  # and of the direction of writing: a name from a file must not act on the screen


def printable(text: str) -> str:
    """`text` on one line with control characters written out: `\\x1b[31m`, `\\x0a`."""
    return text if text.isascii() and text.isprintable() else text.translate(_UNSEEN)


def printable_lines(text: str, most: int = 2000) -> str:
    """As `printable`, but line ends stay and a line of over `most` letters loses its middle."""
    return "\n".join(shortened(printable(line), most) for line in text.split("\n"))


def shortened(text: str, most: int = 120) -> str:
    """`text` in at most `most` letters: its beginning and its end, with … between."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 1]}…{text[-end:]}"


def name_text(name: str) -> str:
    """A name from a file, as a sentence can carry it: one line, printable, at most 120 letters."""
    return shortened(printable(shortened(name, 400)))
