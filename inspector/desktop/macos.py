"""macOS: the document types in a bundle's Info.plist; the system registers them when it sees the bundle."""

from collections.abc import Sequence
from typing import Any

from inspector.desktop.document_types import DOCUMENT_TYPES, DocumentType
from inspector.desktop.program import TITLE

IDENTIFIER = "io.github.tflite-inspector"


def info_plist(version: str, types: Sequence[DocumentType] = DOCUMENT_TYPES) -> dict[str, Any]:
    """For BUNDLE's `info_plist` in build.spec. Types that are not the program's own get the rank Alternate: offered,
    never taken over."""
    return {
        "CFBundleName": TITLE,
        "CFBundleDisplayName": TITLE,
        "CFBundleIdentifier": IDENTIFIER,
        "CFBundleShortVersionString": version,
        "NSHighResolutionCapable": True,
        "NSPrincipalClass": "NSApplication",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": each.title,
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Default" if each.own else "Alternate",
                "LSItemContentTypes": [each.uti],
            }
            for each in types
        ],
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": each.uti,
                "UTTypeDescription": each.title,
                "UTTypeConformsTo": [each.uti_parent],
                "UTTypeTagSpecification": {
                    "public.filename-extension": [suffix.removeprefix(".") for suffix in each.suffixes],
                    "public.mime-type": [each.mime],
                },
            }
            for each in types
        ],
    }
