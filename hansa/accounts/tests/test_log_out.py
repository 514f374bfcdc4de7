from hansa.testing.cast import Cast

LOG_OUT = "/account/logout/"


def test_the_page_says_that_what_is_not_sent_goes_from_the_device(cast: Cast, browse) -> None:
    page = browse(cast.partner_rep).get(LOG_OUT).content.decode()
    assert "Registrations that you wrote without a network, and that are not sent yet, are deleted" in page
    assert f'data-person="{cast.partner_rep.user.pk.hex}"' in page


def test_logging_out_clears_the_device(cast: Cast, browse) -> None:
    assert browse(cast.partner_rep).post(LOG_OUT)["Clear-Site-Data"] == '"storage"'


def test_a_link_to_the_page_clears_nothing_whether_or_not_the_session_is_over(cast: Cast, browse) -> None:
    for client in (browse(cast.partner_rep), browse()):
        assert "Clear-Site-Data" not in client.get(LOG_OUT)
