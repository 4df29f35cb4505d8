"""Every figure of README, each beside its neighbour in the same run: python -m tests.benchmarks (about 20 minutes).

Writes the big models it needs into the system's temporary folder (about 5 GB) and leaves them there for the next run.
"""

import subprocess
import sys

PARTS = (
    "reading", "command_line", "window", "wide_window", "statistics", "keras_structure", "c_array",
    "resident_worker", "window_while_job", "variants", "debugging", "debugger_window",
    "repair", "evaluating", "trying", "sweeping", "handing_over",
)  # fmt: skip


def main() -> int:
    """Runs every part, also after one that missed a target or failed; 1 if any did."""
    worst = 0
    for part in PARTS:
        print(f"\n## {part}\n", flush=True)
        worst |= subprocess.run([sys.executable, "-m", f"tests.benchmarks.{part}"], check=False).returncode
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main())
