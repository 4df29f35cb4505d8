"""Names that a file may carry to do harm: to a terminal, a spreadsheet, a web page, C source, a path."""

NAMES = (
    "", " ", "a", "x" * 70_000, "name\0behind", "\x1b[2J\x1b]0;owned\x07", "a\nb\r\tc\x0b", "\u202egnp.exe\u2066",
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("http://x","y")',
    "<b>bold</b>", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "&lt;b&gt;", "</title>", '"><i>',
    "*/ int main(){} /*", "??/", "a\\", "//", '"', "'", "../../etc/passwd", "/etc/passwd", "C:\\x", "..", ".", "~",
    "$(touch x)", "`touch x`", "%s%n", "{0}", "$a^2$", "T#0", "0", "nan", "日本語/名前", "é" * 300, "e\u0301", "\ud7ff",
    "\U0001f9e8", "\ufeff", "serving_default", "model_config", "layers", "vars", "kernel",
)  # fmt: skip
