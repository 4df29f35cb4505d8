"""Where a job's files grow until they are whole: a hidden folder beside their place, gone when the job is."""

import shutil
from pathlib import Path


def scratch_folder(output_folder: str | Path, job_id: str) -> Path:
    """Its path; worker and client both know it, so that the client can clear up after a worker that was killed."""
    return Path(output_folder) / f".tflite-inspector-{job_id}"


def remove_scratch(output_folder: str | Path, job_id: str) -> None:
    """Removes what a job left, if anything."""
    shutil.rmtree(scratch_folder(output_folder, job_id), ignore_errors=True)
