from datetime import UTC, datetime

from django.utils import timezone

from hansa.rulebook.forms import EndForm, PublishForm


def test_when_a_policy_begins_and_ends_is_written_in_utc_wherever_the_vendor_works() -> None:
    with timezone.override("America/Los_Angeles"):
        begins, ends = PublishForm({"begins": "2027-01-01T00:00"}), EndForm({"ends": "2027-07-01T00:00"})
        assert begins.is_valid()
        assert ends.is_valid()
    assert begins.cleaned_data["begins"] == datetime(2027, 1, 1, tzinfo=UTC)
    assert ends.cleaned_data["ends"] == datetime(2027, 7, 1, tzinfo=UTC)
