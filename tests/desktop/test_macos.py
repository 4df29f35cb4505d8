"""The bundle's Info.plist: a plist that Python can write, with a type for each kind of file."""

import plistlib

from inspector.desktop.document_types import DOCUMENT_TYPES
from inspector.desktop.macos import info_plist


def test_every_type_is_declared_and_hdf5_only_offered() -> None:
    told = plistlib.loads(plistlib.dumps(info_plist("0.1.0")))
    ranks = {each["LSItemContentTypes"][0]: each["LSHandlerRank"] for each in told["CFBundleDocumentTypes"]}
    assert ranks == {"org.tensorflow.tflite": "Default", "io.keras.model": "Default", "org.hdfgroup.hdf5": "Alternate"}
    declared = {
        each["UTTypeIdentifier"]: each["UTTypeTagSpecification"]["public.filename-extension"]
        for each in told["UTImportedTypeDeclarations"]
    }
    assert declared == {each.uti: [suffix[1:] for suffix in each.suffixes] for each in DOCUMENT_TYPES}
    assert told["CFBundleShortVersionString"] == "0.1.0"
