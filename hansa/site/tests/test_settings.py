import hypothesis
import pytest
from django.test import Client


def test_a_name_that_is_not_ours_is_refused_without_filling_the_log(caplog: pytest.LogCaptureFixture) -> None:
    answer = Client().get("/", headers={"host": "scanner.example"})
    assert answer.status_code == 400
    assert not [record for record in caplog.records if record.exc_info]


def test_no_property_fails_because_the_machine_is_busy() -> None:
    assert hypothesis.settings.default.deadline is None
