"""What a file is by its bytes, whatever it is called: a short list of harmless kinds, and a name that fits the kind."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from django.db.models import TextChoices

from hansa.kernel.errors import Invalid
from hansa.kernel.text import seen

LARGEST = 10 * 1024 * 1024  # bytes
MOST_PARTS = 10_000
LONGEST_STEM = 120
HEADER = 64 * 1024

REFUSED = (
    "This kind of file is not taken. Send a PDF, a picture (JPEG, PNG, WebP, HEIC), an e-mail (EML, MSG), a document, "
    "spreadsheet or presentation of Office or OpenDocument, or plain text."
)
ACTIVE = "This file holds macros or markup that could run. Send it without them, or as a PDF."

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
MACROS = re.compile(r"vbaproject|/macrosheets/|/activex/|^basic/|^scripts/")
OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
UNTYPED = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|svg|script|iframe|object|embed|\?xml|\?php|%)", re.IGNORECASE)
FIELD = re.compile(rb"[!-9;-~]+:")
UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


class FileType(TextChoices):
    PDF = "pdf", "PDF"
    JPEG = "jpeg", "Picture (JPEG)"
    PNG = "png", "Picture (PNG)"
    WEBP = "webp", "Picture (WebP)"
    HEIC = "heic", "Picture (HEIC)"
    EML = "eml", "E-mail"
    MSG = "msg", "E-mail (Outlook)"
    DOCX = "docx", "Document (Word)"
    XLSX = "xlsx", "Spreadsheet (Excel)"
    PPTX = "pptx", "Presentation (PowerPoint)"
    ODT = "odt", "Document (OpenDocument)"
    ODS = "ods", "Spreadsheet (OpenDocument)"
    ODP = "odp", "Presentation (OpenDocument)"
    TEXT = "text", "Plain text"


@dataclass(frozen=True, slots=True)
class Kept:
    """How a kind is served, and the endings that its names may have, the usual one first."""

    media_type: str
    endings: tuple[str, ...]


OFFICE = "application/vnd.openxmlformats-officedocument."
OASIS = "application/vnd.oasis.opendocument."
KEPT = {
    FileType.PDF: Kept("application/pdf", ("pdf",)),
    FileType.JPEG: Kept("image/jpeg", ("jpg", "jpeg")),
    FileType.PNG: Kept("image/png", ("png",)),
    FileType.WEBP: Kept("image/webp", ("webp",)),
    FileType.HEIC: Kept("image/heic", ("heic", "heif")),
    FileType.EML: Kept("message/rfc822", ("eml",)),
    FileType.MSG: Kept("application/vnd.ms-outlook", ("msg",)),
    FileType.DOCX: Kept(f"{OFFICE}wordprocessingml.document", ("docx",)),
    FileType.XLSX: Kept(f"{OFFICE}spreadsheetml.sheet", ("xlsx",)),
    FileType.PPTX: Kept(f"{OFFICE}presentationml.presentation", ("pptx",)),
    FileType.ODT: Kept(f"{OASIS}text", ("odt",)),
    FileType.ODS: Kept(f"{OASIS}spreadsheet", ("ods",)),
    FileType.ODP: Kept(f"{OASIS}presentation", ("odp",)),
    FileType.TEXT: Kept("text/plain; charset=utf-8", ("txt", "csv", "log", "md")),
}
OPEN_DOCUMENTS = {b"text": FileType.ODT, b"spreadsheet": FileType.ODS, b"presentation": FileType.ODP}
# What the button that chooses a file offers; on a phone the camera too, because of the pictures.
ACCEPT = ",".join(["image/*", *(f".{ending}" for kind in KEPT.values() for ending in kind.endings)])


def type_of(content: bytes) -> FileType:
    """The kind of a file. Raises Invalid for an empty one, one that is too large, and what is not on the list."""
    if not content:
        raise Invalid("file_empty", "The file is empty. Choose another one.", "file")
    if len(content) > LARGEST:
        raise Invalid("file_too_large", f"The file is larger than {LARGEST // 1024 // 1024} MB.", "file")
    found = next((kind for kind, fits in PLAIN if fits(content)), None) or _composed(content)
    if found is None:
        raise Invalid("file_type_refused", REFUSED, "file")
    return found


def name_for(name: str, kind: FileType) -> str:
    """A file's name without its path, what nobody sees and what some system stumbles over, with a fitting ending."""
    bare = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    bare = " ".join(UNFIT.sub("", seen(bare)).split())
    stem, dot, ending = bare.rpartition(".")
    endings = KEPT[kind].endings
    if not dot or ending.lower() not in endings:
        stem, ending = bare, endings[0]
    return f"{stem.strip(' .')[:LONGEST_STEM].rstrip(' .') or 'file'}.{ending.lower()}"


def _is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _begins(mark: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(mark)


PLAIN: tuple[tuple[FileType, Callable[[bytes], bool]], ...] = (
    (FileType.PDF, _begins(b"%PDF-")),
    (FileType.JPEG, _begins(b"\xff\xd8\xff")),
    (FileType.PNG, _begins(b"\x89PNG\r\n\x1a\n")),
    (FileType.WEBP, _is_webp),
    (FileType.HEIC, _is_heic),
)


def _composed(content: bytes) -> FileType | None:
    """The kind of what has to be looked into."""
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    if content.startswith(OLE):
        return _outlook(content)
    return _text(content)


def _packed(content: bytes) -> FileType | None:
    """A document that is a ZIP archive; only the names of its parts are read, so that none unfolds."""
    if content.count(b"PK\x01\x02") > MOST_PARTS:
        return None
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (BadZipFile, ValueError, NotImplementedError, OverflowError):
        return None
    if any(MACROS.search(name) for name in names):
        raise Invalid("file_active", ACTIVE, "file")
    if content[30:].startswith(OPEN_DOCUMENT):
        rest = content[30 + len(OPEN_DOCUMENT) :]
        return next((kind for word, kind in OPEN_DOCUMENTS.items() if rest.startswith(word)), None)
    if "[content_types].xml" not in names:
        return None
    return next((FileType(kind) for part, kind in OFFICE_PARTS.items() if part in names), None)


def _outlook(content: bytes) -> FileType | None:
    """An e-mail as Outlook saves it; other files of this container may hold macros."""
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Invalid("file_active", ACTIVE, "file")
    return FileType.MSG if "__substg1.0_".encode("utf-16-le") in content else None


def _text(content: bytes) -> FileType | None:
    """An e-mail, whose parts may be anything, or text without markup."""
    if _is_mail(content):
        return FileType.EML
    if UNTYPED.search(content):
        return None
    if MARKUP.search(content):
        raise Invalid("file_active", ACTIVE, "file")
    return FileType.TEXT


def _is_mail(content: bytes) -> bool:
    """Whether it begins as a mail does: header fields, among them who wrote it and when or about what."""
    lines = content[:HEADER].lstrip(b"\r\n").replace(b"\r\n", b"\n").split(b"\n\n")[0].split(b"\n")
    fields = [line for line in lines if line[:1] not in (b" ", b"\t")]
    if b"\0" in content or not all(FIELD.match(line) for line in fields):
        return False
    names = {line.split(b":")[0].lower() for line in fields}
    return b"from" in names and bool(names & {b"date", b"subject", b"message-id", b"received"})
