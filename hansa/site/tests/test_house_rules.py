"""The rules of the house, as far as a program can see them. Each rule is shown to find what it is for."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest

from hansa.testing import house

Rule = Callable[[str], list[house.Finding]]

# Data rather than code: one long literal reads better than pieces of it.
LONG_ON_PURPOSE = {"hansa/core/web/showcase.py: samples"}

# Where a partner's act may look across the vendor; only a decision comes out of it.
# Rules come out as partners are told them; from the history of others come digests, which tell nothing but how many
# there are.
MAY_LOOK_VENDOR_WIDE = {
    "hansa/deals/actions/answer_question.py",
    "hansa/deals/actions/extend_deal.py",
    "hansa/deals/actions/register_deal.py",
    "hansa/deals/terms.py",
    "hansa/history/export.py",
    "hansa/rulebook/in_force.py",
    "hansa/rulebook/kept.py",
}

# Where a distributor acts for a reseller, having asked whether it supplies it.
MAY_ACT_IN_NAME = {"hansa/deals/actions/register_in_name.py"}

# Help texts are written in code, and Django's own are markup.
UNESCAPED = {"hansa/core/web/templates/forms/said.html"}

# An import's outcome for one row of a file is a result, not a state that moves.
NO_STATES = {"hansa/customers/imports/accounts.py", "hansa/customers/imports/records.py"}


def files(suffix: str, *, within: str = "") -> Iterator[tuple[Path, str]]:
    """The project's own files of this kind, generated ones and migrations aside."""
    for path in house.tracked():
        name = house.shown(path)
        if name.endswith(suffix) and name.startswith(within) and "/migrations/" not in name:
            yield path, path.read_text()


def broken(rule: Rule, suffix: str, *, within: str = "", but: Collection[str] = ()) -> list[str]:
    """Where the rule is broken, as "file:line what"."""
    return [
        f"{house.shown(path)}:{line} {what}"
        for path, source in files(suffix, within=within)
        if house.shown(path) not in but
        for line, what in rule(source)
    ]


def test_a_file_has_at_most_400_lines() -> None:
    assert [name for kind in (".py", ".html", ".css", ".js") for name in broken(house.too_long, kind)] == []


def test_a_function_has_at_most_50_lines_and_a_view_25() -> None:
    found = broken(house.long_functions, ".py")
    assert [line for line in found if not any(_same(line, known) for known in LONG_ON_PURPOSE)] == []


def test_control_flow_is_found_by_reading() -> None:
    assert broken(house.hidden_control_flow, ".py", within="hansa/") == []


def test_states_move_through_their_lifecycle_alone() -> None:
    tests = {house.shown(path) for path, _ in files(".py") if "tests" in path.parts or "testing" in path.parts}
    assert broken(house.status_written_by_hand, ".py", within="hansa/", but=NO_STATES | tests) == []


def test_few_modules_look_across_the_vendor() -> None:
    known = MAY_LOOK_VENDOR_WIDE | {house.shown(path) for path, _ in files(".py") if "tests" in path.parts}
    assert broken(house.calls_vendor_wide, ".py", within="hansa/", but=known) == []


def test_one_module_acts_for_another_partner() -> None:
    assert broken(house.acts_in_name, ".py", within="hansa/", but=MAY_ACT_IN_NAME) == []


def test_actions_stand_in_the_actions_of_their_room() -> None:
    strays = [
        f"{house.shown(path)}:{line} {what}"
        for path, source in files(".py", within="hansa/")
        if path.name != "actions.py" and path.parent.name != "actions" and "tests" not in path.parts
        for line, what in house.declares_actions(source)
    ]
    assert strays == []


def test_pages_are_escaped_and_free_of_inline_script_and_style() -> None:
    assert broken(house.unsafe_markup, ".html", but=UNESCAPED) == []


def test_a_template_is_read_line_by_line() -> None:
    assert [line for line in broken(house.long_lines, ".html", within="hansa/") if "/templates/" in line] == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    kinds = (".py", ".html", ".md", ".toml", ".yml", ".yaml", ".txt", ".css", ".js", "Makefile", ".sh", "run", ".json")
    assert [line for kind in kinds for line in broken(house.foreign_names, kind)] == []


def test_links_between_documents_lead_somewhere() -> None:
    dead = [
        f"{house.shown(path)}:{line} {what}"
        for path, source in files(".md")
        for line, what in house.dead_links(path, source)
    ]
    assert dead == []


def test_a_dead_link_would_be_found(tmp_path: Path) -> None:
    assert house.dead_links(tmp_path / "page.md", "See [this](missing.md).") == [(1, "missing.md")]


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        (house.too_long, "\n" * 401),
        (house.long_functions, "def long():\n" + "    x = 1\n" * 50),
        (house.long_functions, "def page(request) -> HttpResponse:\n" + "    x = 1\n" * 25),
        (house.hidden_control_flow, "from django.db.models.signals import post_save"),
        (house.hidden_control_flow, "from django.dispatch import receiver"),
        (house.hidden_control_flow, "import threading\nstate = threading.local()"),
        (house.hidden_control_flow, "from threading import local"),
        (house.status_written_by_hand, "deal.status = 'approved'"),
        (house.status_written_by_hand, "deal.note, deal.outcome = '', 'won'"),
        (house.status_written_by_hand, "Deal.objects.filter(pk=1).update(status='approved')"),
        (house.calls_vendor_wide, "with tenancy.vendor_wide('curious'):\n    pass"),
        (house.acts_in_name, "actor.in_name_of(partner, 'Fabrikam', home=home)"),
        (house.declares_actions, "@action('deal.steal', emits='deal.stolen', by=EVERYONE)\ndef steal(): ..."),
        (house.unsafe_markup, "<p style='color: red'>"),
        (house.unsafe_markup, "<script>alert(1)</script>"),
        (house.unsafe_markup, '<button onclick="go()">'),
        (house.unsafe_markup, "{{ note|safe }}"),
        (house.long_lines, "<ul>" + "<li>one</li>" * 20 + "</ul>"),
        (house.foreign_names, "see " + house.FORBIDDEN[0]),
    ],
)
def test_each_rule_finds_what_it_is_for(rule: Rule, bad: str) -> None:
    assert rule(bad)


def _same(line: str, known: str) -> bool:
    file, name = known.split(": ")
    return line.startswith(f"{file}:") and f" {name} has " in line
