from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from ninja import Schema

from hansa.portal.reference import pages


def test_the_reference_for_people_has_every_operation(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    page = client.get("/api/docs").content.decode()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert f"{method.upper()} {path}" in page
            assert f'id="{operation["operationId"]}"' in page
            assert f"<code>{method.upper()} {path.removeprefix('/api/v1')}</code></a>" in page
    assert "`" not in page


def test_every_link_of_the_reference_leads_somewhere(client: Client) -> None:
    page = client.get("/api/docs").content.decode()
    links = {part.split('"')[0] for part in page.split('href="#')[1:]} - {"main"}
    assert links
    assert [link for link in links if f'id="{link}"' not in page] == []


def test_the_reference_is_found_from_the_apis_own_address(client: Client) -> None:
    answer = client.get("/api/v1/docs")
    assert (answer.status_code, answer["Location"]) == (302, "/api/docs")


def test_no_two_shapes_of_the_api_have_one_name() -> None:
    """The document keeps shapes by their names: of two that share one, it would describe the second alone."""
    names = [
        shape.__name__
        for shape in _shapes(Schema)
        if shape.__module__.startswith("hansa.") and "[" not in shape.__name__
    ]
    assert [name for name, many in Counter(names).items() if many > 1] == []


def _shapes(shape: type[Schema]) -> set[type[Schema]]:
    return {one for below in shape.__subclasses__() for one in (below, *_shapes(below))}


def test_the_checked_in_pages_say_what_the_code_says() -> None:
    call_command("docs", check=True)


def test_a_page_that_is_behind_is_named_and_written_anew(settings: Any, tmp_path: Path) -> None:
    settings.REFERENCE = tmp_path
    with pytest.raises(CommandError, match=r"lifecycles\.md"):
        call_command("docs", check=True)
    call_command("docs", stdout=StringIO())
    (tmp_path / "events.md").write_text("old")
    with pytest.raises(CommandError, match=r"behind the code in events\.md:"):
        call_command("docs", check=True)
    assert {path.name for path in tmp_path.iterdir()} == set(pages())
