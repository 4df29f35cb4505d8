"""Damaged model files by the thousand, the same ones each time: `python -m tests.fuzz` (`make fuzz`)."""
