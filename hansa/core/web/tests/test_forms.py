from html.parser import HTMLParser

import pytest
from django import forms

from hansa.core.web.forms import DateInput, FormRenderer, MoneyInput, SuggestInput
from hansa.core.web.templatetags.hansa import form_errors, form_fields


class Claim(forms.Form):
    company = forms.CharField(label="Which company?", help_text="Name or domain", widget=SuggestInput(["A & B"]))
    lines = forms.MultipleChoiceField(label="Lines", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    amount = forms.DecimalField(widget=MoneyInput("EUR"))
    close = forms.DateField(required=False, widget=DateInput)
    told = forms.BooleanField(required=False, label="Told")
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        if self.data.get("company") == "taken":
            raise forms.ValidationError("This customer is taken.")


def claim(**data):
    return Claim(data or None, renderer=FormRenderer())


class Elements(HTMLParser):
    """Every element of a fragment, with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, name):
        return next(attrs for _, attrs in self.found if attrs.get("name") == name)


def test_a_form_without_errors_has_no_summary():
    assert "There is a problem" not in str(claim())
    assert form_errors(claim()) == ""


def test_the_summary_links_each_refusal_to_an_element_that_exists():
    found = Elements(str(claim(amount="much"))).found
    ids = {attrs["id"] for _, attrs in found if "id" in attrs}
    links = [attrs["href"].removeprefix("#") for tag, attrs in found if tag == "a"]
    assert links == ["id_company", "id_lines_0", "id_amount"]
    assert set(links) <= ids


def test_the_summary_says_of_each_field_what_is_wrong():
    summary = form_errors(claim(amount="much", lines="a"))
    assert ">Which company? This field is required.</a>" in summary
    assert ">Amount: Enter a number.</a>" in summary


def test_the_summary_takes_the_focus_and_is_announced():
    summary = next(attrs for _, attrs in Elements(str(claim(amount="much"))).found if attrs.get("role") == "alert")
    assert summary["tabindex"] == "-1"
    assert "autofocus" in summary


def test_a_refusal_of_the_whole_form_stands_in_the_summary():
    assert "<li>This customer is taken.</li>" in form_errors(claim(company="taken"))


def test_a_refused_hidden_field_is_told_without_a_link():
    assert "#id_token" not in form_errors(claim(amount="1"))


def test_a_refused_field_points_at_its_hint_and_its_error():
    company = Elements(str(claim(amount="1"))).named("company")
    assert company["aria-invalid"] == "true"
    assert company["aria-describedby"] == "id_company_helptext id_company_error"


def test_what_describes_a_field_exists():
    found = Elements(str(claim(amount="much"))).found
    ids = {attrs["id"] for _, attrs in found if "id" in attrs}
    described = {one for _, attrs in found for one in attrs.get("aria-describedby", "").split()}
    assert described
    assert described <= ids


def test_only_fields_that_may_stay_empty_say_so():
    html = str(claim())
    assert html.count("(optional)") == 1
    assert 'for="id_close">Close <small>(optional)</small>' in html


def test_the_summary_can_be_placed_apart_from_the_fields():
    assert "There is a problem" not in form_fields(claim(amount="much"))


def test_what_was_typed_is_escaped():
    assert "<script>" not in str(claim(company='"><script>'))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("company", {"list": "company_suggestions"}),
        ("amount", {"inputmode": "decimal"}),
        ("close", {"type": "date"}),
        ("token", {"type": "hidden"}),
    ],
)
def test_each_field_asks_the_browser_for_the_right_keyboard(name, expected):
    assert expected.items() <= Elements(str(claim())).named(name).items()


def test_suggestions_are_escaped_options():
    assert '<option value="A &amp; B">' in str(claim())


def test_a_date_is_sent_back_as_the_browser_expects():
    assert 'value="2026-01-31"' in str(claim(close="2026-01-31"))
