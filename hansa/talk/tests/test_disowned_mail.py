"""A mail with the right sender and a genuine address, about which a mail server on the way wrote that it is forged."""

import time

import pytest

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.talk.inbound.authentication import failed
from hansa.talk.inbound.receive import receive
from hansa.testing.cast import Cast
from hansa.testing.mails import filed, written

MARA = "mara@fabrikam.example"
pytestmark = pytest.mark.usefixtures("reply_domain")
FORGED = {
    "plainly": "Authentication-Results: mx.example; spf=pass; dkim=none; dmarc=fail header.from=fabrikam.example",
    "in capitals": "AUTHENTICATION-RESULTS: MX.EXAMPLE; DMARC = FAIL",
    "with a space before the colon": "Authentication-Results : mx.example; dmarc=fail",
    "with a version": "Authentication-Results: mx.example 1; dmarc/1=fail",
    "without a server's name": "Authentication-Results: spf=none; dmarc=fail action=none",
    "folded": "Authentication-Results: mx.example;\r\n\tdkim=pass header.d=x.example;\r\n dmarc=\r\n fail",
    "behind comments": "Authentication-Results: mx.example (a (b) c\\)); dmarc (p=none) = (really) fail (oh)",
    "behind a comment that never ends": "Authentication-Results: mx.example; spf=pass smtp.mailfrom=(x; dmarc=fail",
    "behind a quote that never ends": 'Authentication-Results: mx.example; spf=pass smtp.mailfrom="x; dmarc=fail',
    "beside one that passes": "Authentication-Results: a; dmarc=pass\r\nAuthentication-Results: b; dmarc=fail",
    "before one that passes": "Authentication-Results: b; dmarc=fail\r\nAuthentication-Results: a; dmarc=pass",
    "behind very many others": f"Authentication-Results: mx; {'dkim=none header.d=x.example; ' * 500}dmarc=fail",
    "by both others": "Authentication-Results: mx.example; spf=fail; dkim=fail",
    "by both others, no policy found": "Authentication-Results: mx.example; spf=fail; dkim=fail; dmarc=none",
    "by both others apart": "Authentication-Results: mx; spf=fail\r\nAuthentication-Results: mx; dkim=fail",
    "by both others, denied by itself": "Authentication-Results: me; dmarc=pass; spf=pass; dkim=pass\r\n"
    "Authentication-Results: mx.example; spf=fail; dkim=fail",
}
GENUINE = {
    "nothing is said": "X-Nothing: dmarc=fail",
    "all passes": "Authentication-Results: mx.example; spf=pass; dkim=pass; dmarc=pass",
    "no result": "Authentication-Results: mx.example; none",
    "one of two failed": "Authentication-Results: mx.example; spf=fail; dkim=pass",
    "one of two signatures": "Authentication-Results: mx.example; spf=fail; dkim=fail; dkim=pass",
    "it passed all the same": "Authentication-Results: mx.example; spf=fail; dkim=fail; dmarc=pass",
    "in a comment": "Authentication-Results: mx.example; dmarc=pass (before: ; dmarc=fail)",
    "in a quoted reason": 'Authentication-Results: mx.example; dmarc=pass reason="not ; dmarc=fail"',
    "of another thing": "Authentication-Results: mx.example; dmarc=pass policy.dmarc=fail x-dmarc=fail",
    "another word": "Authentication-Results: mx.example; dmarc=failsafe",
    "softly": "Authentication-Results: mx.example; spf=softfail; dkim=fail",
    "in another header": "ARC-Authentication-Results: i=1; mx.example; dmarc=fail",
}


def marked(to: str, header: str) -> bytes:
    return header.encode() + b"\r\n" + written(MARA, to)


def test_it_is_refused_and_the_vendor_reads_that(cast: Cast, address: str) -> None:
    outcome = receive(marked(address, FORGED["plainly"]))
    assert (outcome.code, outcome.filed, outcome.dropped) == ("disowned", False, False)
    assert filed(cast) == []
    with acting(cast.system):
        [event] = Event.objects.visible_to(cast.system).filter(name="reply.refused")
    assert event.data["refused"] == "disowned"


def test_a_pass_opens_nothing(cast: Cast, address: str) -> None:
    passed = GENUINE["all passes"].encode() + b"\r\n"
    assert receive(passed + written("remo@proseware.example", address)).code == "other_sender"
    assert receive(passed + written(MARA, address)).filed


@pytest.mark.parametrize("how", FORGED)
def test_a_failure_is_found_however_it_is_written(how: str) -> None:
    for line in ("\r\n", "\n"):
        assert failed(f"From: {MARA}\r\n{FORGED[how]}\r\nSubject: Re".replace("\r\n", line))


@pytest.mark.parametrize("how", GENUINE)
def test_nothing_else_is_taken_for_one(how: str) -> None:
    assert not failed(f"From: {MARA}\r\n{GENUINE[how]}\r\nSubject: Re")


@pytest.mark.parametrize("odd", ["(" * 250_000, "()" * 125_000, '"' * 249_999, '\\"' * 125_000, '"\\"' * 83_000])
def test_what_is_made_to_be_slow_is_not(odd: str) -> None:
    began = time.process_time()
    failed(f"Authentication-Results: {odd}")
    assert time.process_time() - began < 5
