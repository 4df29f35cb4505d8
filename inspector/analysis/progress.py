"""How long work says what it does: a fraction (None: unknown) and a few words; raising Cancelled stops the work."""

from collections.abc import Callable

Progress = Callable[[float | None, str], None]
