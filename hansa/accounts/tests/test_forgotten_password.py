from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs

ASK, LOG_IN = "/account/password/reset/", "/account/login/"
PASSWORD = "a long new password 7"


def ask(cast: Cast) -> None:
    Client().post(ASK, {"email": cast.partner_rep.user.email})


def letter() -> EmailMultiAlternatives:
    run_jobs()
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    return sent


def link_in(text: str) -> str:
    return next(word for word in text.split() if "/password/reset/key/" in word)


def choose(client: Client, link: str) -> str:
    """Follow the link and choose the password; returns the page that this leads to."""
    page = client.get(urlsplit(link).path, follow=True)
    filled = {"password1": PASSWORD, "password2": PASSWORD}
    return client.post(page.request["PATH_INFO"], filled, follow=True).content.decode()


def test_the_letter_says_the_same_in_text_and_in_our_design(cast: Cast) -> None:
    ask(cast)
    sent = letter()
    assert (sent.to, sent.subject) == ([cast.partner_rep.user.email], "Hansa: choose a new password")
    [html] = [str(part.content) for part in sent.alternatives if part.mimetype == "text/html"]
    for part in (str(sent.body), html):
        assert "The link works once, for 30 minutes." in part
        assert link_in(str(sent.body)) in part


def test_the_link_lets_choose_a_password_that_logs_in(cast: Cast) -> None:
    ask(cast)
    assert "Your password is changed" in choose(Client(), link_in(str(letter().body)))
    client = Client()
    client.post(LOG_IN, {"login": cast.partner_rep.user.email, "password": PASSWORD})
    assert client.get("/w/northwind-fabrikam/").status_code == 200


def test_the_link_works_once(cast: Cast) -> None:
    ask(cast)
    link = link_in(str(letter().body))
    choose(Client(), link)
    assert "This link no longer works" in Client().get(urlsplit(link).path).content.decode()


def test_the_queue_never_holds_the_link(cast: Cast) -> None:
    ask(cast)
    [job] = ProcrastinateJob.objects.filter(task_name="mail_password_reset")
    assert job.args == {"email": cast.partner_rep.user.email}


def test_one_person_gets_three_letters_an_hour(cast: Cast) -> None:
    for _ in range(5):
        ask(cast)
    run_jobs()
    assert len(mail.outbox) == 3


def test_a_stranger_costs_the_same_and_gets_no_letter(cast: Cast) -> None:
    client = Client()
    known, unknown = (
        client.post(ASK, {"email": email}) for email in (cast.partner_rep.user.email, "who@nobody.example")
    )
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert ProcrastinateJob.objects.filter(task_name="mail_password_reset").count() == 2
    assert letter().to == [cast.partner_rep.user.email]


def test_who_was_closed_out_gets_no_letter(cast: Cast) -> None:
    ask(cast)
    cast.partner_rep.user.is_active = False
    cast.partner_rep.user.save()
    run_jobs()
    assert mail.outbox == []


@pytest.fixture
def demonstration(settings) -> None:
    settings.DEMO = True
    settings.EMAIL_BACKEND = "hansa.notices.mailbox.DemonstrationBackend"


def test_the_demonstration_shows_the_letter_among_its_sent_mail(cast: Cast, demonstration: None) -> None:
    ask(cast)
    run_jobs()
    assert "Hansa: choose a new password" in Client().get("/outbox/").content.decode()
