"""The files that open with this program, described once for Linux, macOS and Windows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentType:
    """`magic` is (offset, bytes) that such a file has; `parent` the MIME type it is a kind of. `own`: the type is this
    program's to describe, and it is the usual program for it; else it only offers itself beside others."""

    id: str
    title: str
    suffixes: tuple[str, ...]
    mime: str
    uti: str
    uti_parent: str
    own: bool = True
    magic: tuple[int, str] | None = None
    parent: str = ""

    @property
    def icon(self) -> str:
        """Its name in an icon theme."""
        return self.mime.replace("/", "-")


TFLITE = DocumentType(
    "tflite", "TensorFlow Lite model", (".tflite",), "application/x-tflite", "org.tensorflow.tflite", "public.data",
    magic=(4, "TFL3"),
)  # fmt: skip
KERAS = DocumentType(
    "keras", "Keras model", (".keras",), "application/x-keras-model", "io.keras.model", "public.zip-archive",
    parent="application/zip",
)  # fmt: skip
HDF5 = DocumentType(
    "hdf5", "HDF5 file", (".h5", ".hdf5"), "application/x-hdf", "org.hdfgroup.hdf5", "public.data", own=False
)
DOCUMENT_TYPES = (TFLITE, KERAS, HDF5)
"""HDF5 holds much beside Keras models: never taken over, only offered."""
