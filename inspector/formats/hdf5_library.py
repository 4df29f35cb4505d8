"""h5py, for the values of the few datasets that are stored in ways only the library reads, when they are asked for.

These are filters other than deflate, shuffle and checksums, and chunks indexed as HDF5 1.10 and later do. Everything
else is read by hdf5_file: the library ends the process with a segmentation fault on some damaged files.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from inspector.errors import DamagedFileError

LIBRARY_ERRORS = (KeyError, OSError, RuntimeError, TypeError, ValueError, UnicodeDecodeError, OverflowError)
"""What h5py raises on damaged files."""

Region = tuple[tuple[int, int], ...]


def library_values(file: Any, path: str, regions: Iterator[Region]) -> Iterator[np.ndarray[Any, np.dtype[Any]]]:
    """The values of each region of the dataset at `path`, flat. `file` is a file object over the HDF5 file: the library
    opens no other and takes no lock. Raises DamagedFileError."""
    import h5py

    try:
        with h5py.File(file, "r", rdcc_nbytes=16 << 20) as opened:
            dataset = opened[path]
            for region in regions:
                values = np.asarray(dataset[tuple(slice(*bounds) for bounds in region)]).reshape(-1)
                yield values.view(np.uint16) if values.dtype.kind == "V" else values
    except LIBRARY_ERRORS as error:
        words = (str(error).splitlines() or [type(error).__name__])[0][:160]
        raise DamagedFileError(f"The HDF5 library can't read them ({words}).") from None
