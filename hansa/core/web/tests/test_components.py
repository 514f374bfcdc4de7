import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

import hansa.core.web
from hansa.core.web.color import contrast
from hansa.core.web.showcase import showcase
from hansa.core.web.table import Table, noted, row_link, status
from hansa.core.web.templatetags.hansa import breaks, browser, initials, is_number, pager, progress

ROOM = Path(hansa.core.web.__file__).parent
SHEET = (ROOM / "static/hansa/hansa.css").read_text()
PAGES = ["/", "/?page=deal", "/?page=queue", "/?page=register", "/?page=register&wrong=1"]


class Page(HTMLParser):
    """What a page promises to a browser and a screen reader."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def values(self, attribute):
        return [attrs[attribute] for _, attrs in self.elements if attrs.get(attribute)]


@pytest.fixture(params=PAGES)
def page(request, rf):
    response = showcase(rf.get(request.param))
    assert response.status_code == 200
    return Page(response.content.decode())


def test_a_page_has_one_heading_and_one_main(page):
    tags = Counter(tag for tag, _ in page.elements)
    assert tags["h1"] == tags["main"] == 1


def test_ids_are_unique_and_every_inner_link_arrives(page):
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in page.values("href") if href.startswith("#") and len(href) > 1}
    assert targets <= set(ids)


def test_every_label_names_a_field_that_exists(page):
    assert set(page.values("for")) <= set(page.values("id"))


def test_a_page_obeys_a_policy_without_inline_style_or_script(page):
    for tag, attrs in page.elements:
        assert tag != "style"
        assert tag != "script" or attrs.get("src")
        assert not any(name == "style" or name.startswith("on") for name in attrs)


def test_every_class_in_a_template_is_in_the_sheet():
    known = set(re.findall(r"\.([a-z][\w-]*)", SHEET))
    for template in (ROOM / "templates").rglob("*.html"):
        spoken = re.sub(r"{%.*?%}|{{.*?}}", " ", template.read_text())
        used = {name for value in re.findall(r'class="([^"]*)"', spoken) for name in value.split()}
        assert used <= known, template


@pytest.mark.parametrize("shade", [0, 1], ids=["light", "dark"])
def test_words_can_be_read_on_every_ground(shade):
    tokens = {name: pair.split(", ")[shade] for name, pair in re.findall(r"--([\w-]+): light-dark\(([^)]*)\)", SHEET)}
    colors = {name: re.sub(r"^#(.)(.)(.)$", r"#\1\1\2\2\3\3", value) for name, value in tokens.items()}
    pairs = [(ink, ground) for ink in ("ink", "ink-2", "link") for ground in ("ground", "paper", "sunk")]
    pairs += [(tone, f"{tone}-bg") for tone in ("good", "wait", "bad", "calm")] + [("bad", "paper")]
    assert {
        pair: contrast(*(colors[name] for name in pair))
        for pair in pairs
        if contrast(*(colors[name] for name in pair)) < 4.5
    } == {}
    assert contrast(colors["edge"], colors["paper"]) >= 3
    assert contrast(colors["accent-line"], colors["paper"]) >= 3


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_a_refusal_page_needs_no_context(name):
    assert "<h1>" in render_to_string(f"{name}.html")


def test_a_status_is_a_word_and_a_shape():
    assert status("Approved", "good") == '<span class="status good">Approved</span>'


def test_an_unknown_tone_is_an_error():
    with pytest.raises(ValueError, match="no tone"):
        status("Approved", "green")


def test_a_card_escapes_its_title_and_keeps_its_body():
    html = Template("{% load hansa %}{% card title %}<p>{{ title }}</p>{% endcard %}").render(Context({"title": "A<b"}))
    tight = re.sub(r"\s*\n\s*", "", html)
    assert (
        tight == '<section class="card"><header><h2>A&lt;b</h2></header><div class="body"><p>A&lt;b</p></div></section>'
    )


def test_the_pager_links_only_where_there_is_more():
    html = pager({"newer": "", "older": "?before=7"})
    assert 'href="?before=7"' in html
    assert "Newer" not in html
    assert pager({"newer": "", "older": ""}).strip() == ""


def test_work_is_followed_by_its_page_and_may_be_stopped_there():
    given = Context({"done": 2, "step": ""})
    told = Template(
        '{% load hansa %}{% at_work done 5 step|default:"Waiting" %}<button>Stop</button>{% endat_work %}'
    ).render(given)
    assert "data-follow" in told
    assert "40 %" in told
    assert "You may leave this page; it goes on." in told
    assert "<button>Stop</button>" in told


def test_progress_over_nothing_is_not_an_error():
    assert 'max="0"' not in progress(0, 0, "Reading")
    assert "40 %" in progress(2, 5, "Reading")


def test_a_vendors_accent_is_a_sheet_of_its_own(settings):
    settings.ROOT_URLCONF = "hansa.core.web.urls"
    link = Template("{% load hansa %}{% accent_sheet color %}")
    assert link.render(Context({"color": "#B4005A"})) == '<link rel="stylesheet" href="/accent/b4005a.css">'
    assert link.render(Context({"color": '"><script>'})) == link.render(Context()) == ""


@pytest.mark.parametrize(
    ("name", "letters"), [("Mara Lindqvist", "ML"), ("jonas", "J"), ("Ana de la Cruz", "AC"), ("", "")]
)
def test_initials_are_first_and_last(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) Version/20.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.0", "Unknown browser"),
    ],
)
def test_a_browser_is_named_as_people_name_it(agent, words):
    assert browser(agent) == words


def test_a_bare_number_is_told_from_a_name():
    numbers, names = ("127.0.0.1:8000", "10.0.0.7", "[::1]:8000"), ("localhost:8000", "hansa.example", "")
    assert [*map(is_number, numbers), *map(is_number, names)] == [True] * 3 + [False] * 3


def test_a_table_escapes_text_and_sets_numbers_right():
    html = Table("Deals", ("Customer", "Amount#")).of([(row_link("a/", "<b>", "x & y"), "€5"), (noted("<i>", ""), "<")])
    assert '<td><a class="row" href="a/">&lt;b&gt;</a><small>x &amp; y</small></td><td class="n">€5</td>' in html
    assert '<td>&lt;i&gt;</td><td class="n">&lt;</td>' in html


def test_a_row_of_another_length_than_the_headings_is_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        Table("Deals", ("Customer",)).of([("Contoso", "5")])


def test_addresses_break_at_their_joints_and_nothing_else_does():
    assert breaks("Tomas, tomas.albers@weyerfall.example") == "Tomas, tomas.albers@<wbr>weyerfall.<wbr>example"
    link = mark_safe('<a href="https://weyerfall.example/">theirs</a>')
    assert breaks(link) == link
    assert breaks("Linovbrook B.V. & <Co>, 1,234.50") == "Linovbrook B.V. &amp; &lt;Co&gt;, 1,234.50"
