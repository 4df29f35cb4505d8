"""What a user can choose about a C array, described once for the dialog and the command line."""

from dataclasses import dataclass
from typing import Any

from inspector.errors import UsageError


@dataclass(frozen=True, slots=True)
class CArrayOptions:
    """How a model's bytes become C source. Raises UsageError for a value that is none of an option's choices."""

    style: str = "pair"
    symbol: str = ""
    """What the names are made from; "" takes the file's name."""
    alignment: int = 16
    """Bytes; 0 leaves it to the compiler."""
    const: bool = True
    length_type: str = "unsigned int"
    columns: int = 12
    extension: str = ".cc"
    comment: bool = True
    constants: bool = False

    def __post_init__(self) -> None:
        for option in C_ARRAY_OPTIONS:
            value = getattr(self, option.key)
            if option.choices and value not in [choice.value for choice in option.choices]:
                allowed = ", ".join(str(choice.value) for choice in option.choices)
                raise UsageError(f"{option.title} can't be {value}: it is one of {allowed}.")
        if not 1 <= self.columns <= MOST_COLUMNS:
            raise UsageError(f"{self.columns} bytes a line are not possible: 1 to {MOST_COLUMNS} are.")

    @property
    def source_extension(self) -> str:
        return ".c" if self.style == "c" else self.extension


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an option: `title` on screen, `word` on the command line, `tip` what it means."""

    value: Any
    title: str
    tip: str = ""
    word: str = ""

    @property
    def typed(self) -> str:
        return self.word or str(self.value)


@dataclass(frozen=True, slots=True)
class Option:
    """One field of CArrayOptions; without `choices` it is a switch, a number or a name. `styles`: where it counts."""

    key: str
    title: str
    tip: str
    choices: tuple[Choice, ...] = ()
    styles: tuple[str, ...] = ("pair", "header", "c", "xxd")


MOST_COLUMNS = 256
_ALL_BUT_XXD = ("pair", "header", "c")

STYLES = (
    Choice("pair", "Header and source", "for TFLM and Arduino; the source includes its header"),
    Choice("header", "One C++17 header", "inline constexpr, nothing to link"),
    Choice("c", "Plain C", "without alignas, for older compilers"),
    Choice("xxd", "As xxd -i writes it", "byte for byte the same text"),
)
C_ARRAY_OPTIONS: tuple[Option, ...] = (
    Option("style", "Style", "What is written.", STYLES),
    Option("symbol", "Symbol", "The array is named g_SYMBOL_model_data; a symbol that begins with g_ is the whole "
           "name. As xxd -i writes it: the name as it is."),
    Option("alignment", "Alignment", "The array's address is a multiple of so many bytes. TFLM's kernels want 16.",
           (Choice(0, "none", word="none"), Choice(4, "4"), Choice(8, "8"), Choice(16, "16"), Choice(32, "32")),
           _ALL_BUT_XXD),
    Option("length_type", "Length type", "The C type of the array's length.",
           (Choice("int", "int"), Choice("unsigned int", "unsigned", word="unsigned"), Choice("size_t", "size_t")),
           _ALL_BUT_XXD),
    Option("extension", "Source", "The suffix of the source file: Arduino wants .cpp; .c compiles as C11 and as C++.",
           (Choice(".cc", ".cc"), Choice(".cpp", ".cpp"), Choice(".c", ".c")), ("pair", "xxd")),
    Option("columns", "Columns", "Bytes on a line."),
    Option("const", "const (stays in flash)", "Without const the array is copied to RAM when the program starts: for "
           "chips on which the model can't be read from flash while the radio works, such as the nRF52840 with "
           "ArduinoBLE.", styles=_ALL_BUT_XXD),
    Option("comment", "Comment with sizes, SHA-256 and tensors", "A comment above the code: the file's name, bytes and "
           "SHA-256, and the type, shape, scale and zero_point of each input and output. No date: the same file gives "
           "the same text.", styles=_ALL_BUT_XXD),
    Option("constants", "scale and zero_point as constants", "The scale, zero_point and shape of each input and output "
           "as constants in the header, to quantize and dequantize with.", styles=_ALL_BUT_XXD),
)  # fmt: skip
