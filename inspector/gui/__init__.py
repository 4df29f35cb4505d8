"""The window: Qt only here. `session` remembers, `main_window` arranges, panels show, functions elsewhere compute."""

# Before PySide6: its import hook reads the source of every module that is imported after it.
import inspector.analysis.measurements
import inspector.formats.tflite  # noqa: F401
