"""Small files of every kind, and some that nobody should take."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40)
MAIL = b"From: ada@contoso.example\r\nSubject: Yes, we want it\r\n\r\n<html><script>alert(1)</script></html>\r\n"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500)


def packed(*names: str, first: str = "") -> bytes:
    """A ZIP archive with these parts; `first` is the content of a `mimetype` that stands before them."""
    kept = BytesIO()
    with ZipFile(kept, "w") as archive:
        if first:
            archive.writestr("mimetype", first, ZIP_STORED)
        for name in names:
            archive.writestr(name, "<x/>", ZIP_DEFLATED)
    return kept.getvalue()


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


OFFICE = "[Content_Types].xml"
TAKEN = {
    "pdf": PDF,
    "jpeg": JPEG,
    "png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(20),
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(20),
    "eml": MAIL,
    "msg": OLE + wide("__substg1.0_0037001F"),
    "docx": packed(OFFICE, "word/document.xml"),
    "xlsx": packed(OFFICE, "xl/workbook.xml"),
    "pptx": packed(OFFICE, "ppt/presentation.xml"),
    "odt": packed("content.xml", first="application/vnd.oasis.opendocument.text"),
    "ods": packed("content.xml", first="application/vnd.oasis.opendocument.spreadsheet"),
    "odp": packed("content.xml", first="application/vnd.oasis.opendocument.presentation"),
    "text": "Größe;Menge\n3 < 4;5\n".encode("latin-1"),
}
HOSTILE = {
    "html": b"\n <!DOCTYPE html><script>alert(1)</script>",
    "html in the middle": b"hello\n" * 50_000 + b"< html onload=alert(1)>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "xml": b"\xef\xbb\xbf<?xml version='1.0'?><x/>",
    "php": b"x <?php system($_GET[0]);",
    "gif with script": b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)",
    "program": b"MZ\x90\x00" + bytes(100),
    "elf": b"\x7fELF" + bytes(100),
    "old spreadsheet": OLE + wide("Workbook"),
    "mail with macros": OLE + wide("__substg1.0_") + wide("_VBA_PROJECT"),
    "document with macros": packed(OFFICE, "word/document.xml", "word/vbaProject.bin"),
    "spreadsheet with old macros": packed(OFFICE, "xl/workbook.xml", "xl/macrosheets/sheet1.xml"),
    "open document with scripts": packed("Scripts/a.py", first="application/vnd.oasis.opendocument.text"),
    "archive": packed("anything.txt"),
    "program for Java": packed("META-INF/MANIFEST.MF", "A.class"),
    "broken archive": b"PK\x03\x04" + bytes(60),
    "archive of very many parts": packed(OFFICE, "word/document.xml") + b"PK\x01\x02" * 10_001,
    "page before a document": b"<html>" + packed(OFFICE, "word/document.xml"),
    "junk before a PDF": b"junk\x00" + PDF,
    "nothing": b"",
    "too large": PDF + bytes(10 * 1024 * 1024),
}
