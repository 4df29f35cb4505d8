"""Whether what a process held stayed the same, from the first look to the last."""

from collections.abc import Sequence
from statistics import median

from tests.soak.resources import Held

_PIPES = 4
"""What a worker that is at work at the end takes: a leak of one file in 200 cycles is more."""


def verdict(seen: Sequence[Held], flat: float) -> list[str]:
    """A sentence for each thing that grew; memory may by the factor `flat`.

    The first quarter of the looks is compared with the last. Jobs under way take memory, files and threads for a
    while, so of the last looks the lowest counts: what leaks never comes down again.
    """
    wrong = []
    part = max(len(seen) // 4, 1)
    first, last = seen[:part], seen[-part:]
    before, after = median(each.private for each in first), min(each.private for each in last)
    if after > flat * before:
        wrong.append(f"Memory grew from {before / 1024:,.1f} to {after / 1024:,.1f} MB ({after / before - 1:+.1%}).")
    for what, spare in (("files", _PIPES), ("threads", 2)):  # a pool's threads come and go
        most, least = max(getattr(each, what) for each in first), min(getattr(each, what) for each in last)
        if least > most + spare:
            wrong.append(f"Open {what} grew from {most} to {least}.")
    if left := seen[-1].children - seen[0].children:
        wrong.append(f"{len(left)} processes were left: {sorted(left)}.")
    if left_files := seen[-1].temporary - seen[0].temporary:
        wrong.append(f"Temporary files were left: {sorted(left_files)[:10]}.")
    return wrong
