"""The XML that teaches a Linux desktop the model files (Shared MIME-info Database specification)."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from inspector.desktop.document_types import DocumentType


def mime_package(types: Sequence[DocumentType]) -> str:
    """Of the types that are this program's own: names of others' stay as their owners describe them."""
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">',
        *(line for each in types if each.own for line in _lines(each)),
        "</mime-info>",
        "",
    ])  # fmt: skip


def _lines(each: DocumentType) -> list[str]:
    lines = [f"  <mime-type type={quoteattr(each.mime)}>", f"    <comment>{escape(each.title)}</comment>"]
    if each.parent:
        lines.append(f"    <sub-class-of type={quoteattr(each.parent)}/>")
    if each.magic is not None:
        offset, text = each.magic
        match = f'<match type="string" offset="{offset}" value={quoteattr(text)}/>'
        lines.append(f'    <magic priority="60">{match}</magic>')
    lines += [f"    <glob pattern={quoteattr('*' + suffix)}/>" for suffix in each.suffixes]
    return [*lines, f"    <icon name={quoteattr(each.icon)}/>", "  </mime-type>"]
