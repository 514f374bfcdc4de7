from hansa.accounts.actions import offboard_member
from hansa.testing.cast import Cast


def test_a_member_gets_in_and_sees_the_way_around(cast: Cast, browse) -> None:
    page = browse(cast.partner_rep).get("/w/northwind-fabrikam/")
    assert page.status_code == 200
    assert "Northwind" in page.content.decode()


def test_outsiders_and_missing_places_look_the_same(cast: Cast, browse) -> None:
    for person in (cast.rival_rep, cast.stranger, cast.stranger_rep, cast.channel_manager):
        client = browse(person)
        foreign, missing = client.get("/w/northwind-fabrikam/"), client.get("/w/no-such-place/")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert foreign.content == missing.content


def test_nobody_gets_in_without_logging_in(cast: Cast, browse) -> None:
    assert browse().get("/w/northwind/").headers["Location"].startswith("/account/login/")


def test_an_offboarded_member_is_out_with_the_next_request(cast: Cast, browse) -> None:
    client = browse(cast.partner_rep)
    assert client.get("/w/northwind-fabrikam/").status_code == 200
    offboard_member(cast.partner_admin.actor, cast.partner_rep.membership)
    assert client.get("/w/northwind-fabrikam/").status_code == 404
