"""Small files of each kind that may be attached."""

from __future__ import annotations

import io
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TEXT = "Case note of 3 March: seen alone, “well”.\n".encode()
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
NOTHING_MORE: Mapping[str, bytes] = {}
MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
}


def picture(form: str = "PNG") -> bytes:
    """Eight points by eight."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(file, form)
    return file.getvalue()


def office(ending: str = "docx", more: Mapping[str, bytes] = NOTHING_MORE) -> bytes:
    """The parts by which Word or Excel know their own; `more`: further parts."""
    part, kind = MAIN[ending]
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        f'PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.'
        f'{kind}.main+xml"/></Types>'
    )
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr("[Content_Types].xml", types)
        zipped.writestr(part, "<document/>")
        for name, content in more.items():
            zipped.writestr(name, content)
    return file.getvalue()


GOOD = {
    "page.pdf": PDF,
    "photo.png": picture(),
    "photo.jpg": picture("JPEG"),
    "letter.docx": office(),
    "dates.xlsx": office("xlsx"),
    "note.txt": TEXT,
}
