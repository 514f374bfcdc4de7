import pytest

from hansa.deals.models import Deal
from hansa.testing.cast import Cast
from hansa.testing.mails import answerable
from hansa.testing.queue import run_jobs


@pytest.fixture
def reply_domain(settings) -> None:
    settings.MAIL_REPLY_DOMAIN = "reply.hansa.example"


@pytest.fixture
def deal(cast: Cast, reply_domain: None) -> Deal:
    """One that its partner was told of by mail."""
    deal = cast.register()
    run_jobs()
    return deal


@pytest.fixture
def address(cast: Cast, deal: Deal) -> str:
    """Where Mara can answer."""
    return answerable(cast, deal)["mara@fabrikam.example"]
