"""A table that is written as a DMN file comes back whole."""

from hypothesis import given, settings

from hansa.rulebook.dmn.reading import read_table
from hansa.rulebook.dmn.syntax import Table
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.tests.strategies import tables


@settings(max_examples=150, deadline=None)
@given(tables())
def test_a_table_comes_back_from_its_file_as_it_was(table: Table) -> None:
    assert read_table(write_table(table), facts=table.facts) == table
