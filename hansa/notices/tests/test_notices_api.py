from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs


def test_a_machine_reads_the_inbox_of_the_person_who_made_its_key(cast: Cast) -> None:
    admin, rival = machine(cast.partner_admin), machine(cast.rival_admin)
    waiting = cast.register(cast.partner_admin, domain="")
    machine(cast.vendor_admin).post(f"/deal-registrations/{waiting.public_id}/approval", {})
    run_jobs()
    [notice] = admin.get("/notices").json()["data"]
    assert notice["read_at"] is None
    assert rival.get("/notices").json()["data"] == []
    assert rival.post(f"/notices/{notice['id']}/reading").status_code == 404
    assert admin.post(f"/notices/{notice['id']}/reading").json()["read_at"]
    assert admin.get(f"/notices/{notice['id']}").json()["read_at"]
