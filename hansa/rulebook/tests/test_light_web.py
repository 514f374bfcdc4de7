"""What serves pages stays light: Ibis and its engines belong to jobs over many cases alone."""

import subprocess
import sys

import pytest

LOAD = """
import sys
import hansa.site.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
from hansa.site.urls import urlpatterns
{more}
heavy = sorted({{"ibis", "duckdb", "pyarrow", "sqlglot", "hansa.rulebook.dmn.to_ibis"}} & set(sys.modules))
print(",".join(heavy))
"""


def loaded(more: str = "") -> str:
    """The heavy modules in a process that has loaded everything that serves pages."""
    command = [sys.executable, "-c", LOAD.format(more=more)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_what_serves_pages_loads_no_ibis_and_no_engine() -> None:
    assert loaded() == ""


@pytest.mark.parametrize("more", ["import hansa.rulebook.dmn.to_ibis"])
def test_a_page_that_loads_it_would_be_found(more: str) -> None:
    assert "ibis" in loaded(more).split(",")
