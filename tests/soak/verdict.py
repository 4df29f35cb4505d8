"""Whether what a process held stayed the same, from the first look to the last."""

from collections.abc import Sequence
from statistics import median

from tests.soak.resources import Held


def verdict(seen: Sequence[Held], flat: float) -> list[str]:
    """A sentence for each thing that grew; memory may by the factor `flat`, from the first looks to the last ones."""
    wrong = []
    first, last = seen[0], seen[-1]
    part = max(len(seen) // 4, 1)
    before, after = (median(each.private for each in looks) for looks in (seen[:part], seen[-part:]))
    if after > flat * before:
        wrong.append(f"Memory grew from {before / 1024:,.1f} to {after / 1024:,.1f} MB ({after / before - 1:+.1%}).")
    if last.files > first.files:
        wrong.append(f"Open files grew from {first.files} to {last.files}.")
    if last.threads > first.threads + 2:  # a pool's threads come and go
        wrong.append(f"Threads grew from {first.threads} to {last.threads}.")
    if left := last.children - first.children:
        wrong.append(f"{len(left)} processes were left: {sorted(left)}.")
    if left_files := last.temporary - first.temporary:
        wrong.append(f"Temporary files were left: {sorted(left_files)[:10]}.")
    return wrong
