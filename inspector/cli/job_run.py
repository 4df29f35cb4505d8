"""A job that the command line waits for, with a line of progress."""

import sys
from collections.abc import Callable
from typing import Any

from inspector.cli.progress import ProgressLine
from inspector.errors import JobError
from inspector.jobs.options import JobOptions


def run_shown(
    options: JobOptions, show_log: bool, on_detail: Callable[[dict[str, Any], ProgressLine], object] | None = None
) -> dict[str, Any]:
    """Does the job in a worker, with a line of progress; `on_detail` gets what it tells of its parts.

    Raises JobError and what the job raises.
    """
    from inspector.jobs.client import run_in_worker
    from inspector.jobs.protocol import Detail, Event, Progress

    with ProgressLine(every=True) as progress:

        def show(event: Event) -> None:
            if isinstance(event, Progress):
                progress(event.fraction, event.message)
            elif isinstance(event, Detail) and on_detail is not None:
                on_detail(event.values, progress)

        try:
            return run_in_worker(options, show)
        except JobError as error:
            if show_log and error.log:
                sys.stderr.write(error.log)
            raise
