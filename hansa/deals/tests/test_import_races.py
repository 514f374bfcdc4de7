"""An import and registrations that name the same new customers at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from hansa.core.tenancy import acting
from hansa.customers.actions import start_import, upload_import
from hansa.customers.imports.run import run_to_the_end
from hansa.customers.models import Company, IdentityKey
from hansa.deals.models import Deal
from hansa.testing.cast import Cast

NAMES = [f"Contoso {number}" for number in range(30)]


def domain(name: str) -> str:
    return name.lower().replace(" ", "") + ".com"


def test_each_customer_is_one_company(committed: Cast) -> None:
    cast = committed
    text = "Account,Website,Country\n" + "".join(f"{name},{domain(name)},NL\n" for name in NAMES)
    vendor = cast.vendor_admin.workspace.vendor
    import_ = upload_import(cast.channel_manager.actor, vendor, file_name="a.csv", content=text.encode())
    start_import(cast.channel_manager.actor, import_)

    def closing(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connection.close()

    def bring_in() -> Any:
        return run_to_the_end(cast.system, import_.pk, at_once=10)

    def register(names: list[str]) -> list[Deal]:
        return [cast.register(customer=f"{name} B.V.", domain=domain(name), lines=[cast.planner]) for name in names]

    with ThreadPoolExecutor(4) as pool:
        work = [bring_in, bring_in, lambda: register(NAMES[::-1]), lambda: register(NAMES[5:] + NAMES[:5])]
        done, _, *registered = [task.result() for task in [pool.submit(closing, each) for each in work]]
    assert sum(done.totals.values()) == len(NAMES)
    with acting(cast.system):
        named = dict(IdentityKey.objects.values_list("key", "company_id"))
        assert Company.objects.count() == len(named) == len(NAMES)
        for deal in [deal for deals in registered for deal in deals]:
            assert named[f"d:{deal.customer_domain}"] == deal.company_id
