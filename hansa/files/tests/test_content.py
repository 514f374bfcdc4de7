"""What a file is, whatever it is called."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from hansa.files.content import KEPT, FileType, name_for, type_of
from hansa.files.tests.samples import HOSTILE, TAKEN
from hansa.kernel.errors import Invalid
from hansa.kernel.text import seen


@pytest.mark.parametrize("kind", FileType)
def test_a_kind_is_found_from_the_bytes(kind: FileType) -> None:
    assert type_of(TAKEN[kind]) == kind


@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_run_or_is_unknown_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        type_of(HOSTILE[name])
    assert refused.value.field == "file"


@given(some.binary(max_size=400), some.sampled_from([b"", *(content[:60] for content in TAKEN.values())]))
def test_any_bytes_are_taken_or_refused(content: bytes, beginning: bytes) -> None:
    with suppress(Invalid):
        assert type_of(beginning + content) in KEPT


@given(some.text(max_size=300), some.sampled_from(FileType))
@example("..\\..\\CON/offer.pdf.exe", FileType.PDF)
@example("\u202efdp.offer", FileType.PDF)
@example('a"\r\nSet-Cookie: x=1;.PDF', FileType.PDF)
def test_a_name_is_one_that_every_system_keeps_and_says_what_the_file_is(name: str, kind: FileType) -> None:
    kept = name_for(name, kind)
    stem, _, ending = kept.rpartition(".")
    assert stem.strip()
    assert ending in KEPT[kind].endings
    assert len(kept) <= 130
    assert not set(kept) & set('<>:"/\\|?*\r\n')
    assert seen(kept) == kept
    assert name_for(kept, kind) == kept


def test_a_name_keeps_what_people_gave_it() -> None:
    assert name_for("C:\\Users\\ada\\Angebot  Größe 3.PDF", FileType.PDF) == "Angebot Größe 3.pdf"
    assert name_for("offer.html", FileType.TEXT) == "offer.html.txt"
    assert name_for("", FileType.JPEG) == "file.jpg"
