from pathlib import Path

import allauth
import pytest
from django.core import mail

from hansa.notices.jobs import mail_security_notice
from hansa.notices.security import NEWS
from hansa.testing.cast import Cast


def test_every_change_of_factors_that_the_log_in_tells_of_has_a_letter() -> None:
    told = (Path(allauth.__file__).parent / "templates" / "mfa" / "email").glob("*_subject.txt")
    names = {file.name.removesuffix("_subject.txt") for file in told}
    assert names
    assert names <= NEWS.keys()


@pytest.mark.parametrize("what", NEWS)
def test_each_letter_says_what_to_do_if_it_was_somebody_else(cast: Cast, settings, what: str) -> None:
    mail_security_notice.func(str(cast.partner_rep.user.pk), what)
    [letter] = mail.outbox
    assert letter.to == [cast.partner_rep.user.email]
    assert "If it was not you, choose a new password" in letter.body
    assert f"{settings.BASE_URL}/account/security/" in letter.body


def test_who_was_closed_out_gets_no_letter(cast: Cast) -> None:
    cast.partner_rep.user.is_active = False
    cast.partner_rep.user.save()
    mail_security_notice.func(str(cast.partner_rep.user.pk), "password_changed")
    assert mail.outbox == []
