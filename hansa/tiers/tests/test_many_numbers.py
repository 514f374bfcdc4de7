"""Numbers of many partners at once: from a file and over the API, all or none."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.kernel.ids import new_id, public_id
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs
from hansa.tiers.models import EnteredFact, TierStanding
from hansa.tiers.tests.running import certify, evaluated, place, run_tiers, standing, today

PAGE = "/w/northwind/tiers/numbers/"


def sent(browse: Any, cast: Cast, text: str) -> Any:
    file = SimpleUploadedFile("numbers.csv", text.encode())
    return browse(cast.channel_manager).post(PAGE, {"file": file})


def entered(cast: Cast) -> dict[str, str]:
    with acting(cast.system):
        return {one.fact: str(one.value) for one in EnteredFact.objects.filter(partnership=cast.partnership)}


def test_a_file_of_numbers_lifts_its_partners(cast: Cast, browse: Any) -> None:
    run_tiers(cast, custom={"custom_1": {"label": "Case studies", "unit": ""}})
    day = today(cast)
    rows = [
        "Partner;Fact;Value;As of",
        f"fabrikam consulting;Certifications;2;{day}",
        f"{cast.partnership.public_id};Case studies;4.5;{day}",
    ]
    assert sent(browse, cast, "\n".join(rows)).status_code == 302
    assert entered(cast) == {"certifications": "2.00", "custom_1": "4.50"}
    run_jobs()
    assert place(cast).tier.rank == 2


def test_every_wrong_row_is_named_and_nothing_is_entered(cast: Cast, browse: Any) -> None:
    day = today(cast)
    rows = [
        "partner,fact,value,as of",
        f"Fabrikam Consulting,certifications,2,{day}",
        f"Nobody Ltd,certifications,2,{day}",
        f"Fabrikam Consulting,charm,2,{day}",
        f"Fabrikam Consulting,satisfaction,many,{day}",
        "Fabrikam Consulting,satisfaction,80,yesterday",
        f"Fabrikam Consulting,satisfaction,-1,{day}",
        f"Fabrikam Consulting,certifications,3,{day}",
    ]
    answer = sent(browse, cast, "\n".join(rows))
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    for said in (
        "Nothing was entered. 6 rows cannot be taken.",
        "Row 3: Nobody Ltd is no partner here.",
        "Row 4: charm is no fact that you enter.",
        "Row 5: many is no number.",
        "Row 6: yesterday is no day.",
        "Row 7: Write a number from 0 on",
        "Row 8: It is about the same partner, fact and day as row 2.",
    ):
        assert said in page
    assert entered(cast) == {}


def test_a_file_without_a_column_says_which(cast: Cast, browse: Any) -> None:
    answer = sent(browse, cast, "partner,fact,value\nFabrikam,certifications,2\n")
    assert "as of is missing" in answer.content.decode()


def test_many_numbers_over_the_api_take_the_place_of_earlier_ones(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 1)
    here, day = standing(cast).public_id, str(today(cast))
    facts = [{"standing": here, "fact": "certifications", "value": "5", "dated": day}]
    facts.append({"standing": here, "fact": "satisfaction", "value": "81.5", "dated": day})
    answer = machine(cast.vendor_admin).post("/tier-facts/batch", {"facts": facts})
    assert (answer.status_code, answer.json()) == (200, {"entered": 2})
    assert entered(cast) == {"certifications": "5.00", "satisfaction": "81.50"}
    with acting(cast.system):
        event = Event.objects.filter(name="tier_fact.entered", changes__has_key="value").get()
    assert event.changes["value"] == ["1.00", "5.00"]


def test_over_the_api_wrong_rows_are_named_by_their_place(cast: Cast) -> None:
    run_tiers(cast)
    here, day = evaluated(cast).public_id, str(today(cast))
    good = {"standing": here, "fact": "certifications", "value": "5", "dated": day}
    strange = {**good, "standing": public_id(TierStanding.id_prefix, new_id())}
    boss = machine(cast.vendor_admin)
    answer = boss.post(
        "/tier-facts/batch", {"facts": [good, strange, {**good, "dated": str(today(cast) + timedelta(days=2))}]}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "rows_unfit")
    assert [one["place"] for one in answer.json()["errors"]] == ["row 2", "row 3"]
    assert entered(cast) == {}
    assert machine(cast.partner_admin).post("/tier-facts/batch", {"facts": [good]}).status_code == 404
