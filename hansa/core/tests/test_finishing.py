"""The last writes of a transaction, sent together with its COMMIT."""

import pytest
from django.db import IntegrityError

from hansa.core.inserts import insert
from hansa.core.tenancy import acting, finish_together
from hansa.customers.models import Company
from hansa.customers.resolve import rows_of
from hansa.testing.cast import Cast


def a_company(cast: Cast, name: str) -> Company:
    return Company(vendor_id=cast.system.vendor_id, name=name, domain="contoso.com", country="NL")


def names_of_companies(cast: Cast) -> set[str]:
    with acting(cast.system):
        return set(Company.objects.visible_to(cast.system).values_list("name", flat=True))


def test_what_is_sent_with_the_commit_stands_after_it(committed: Cast) -> None:
    with acting(committed.system):
        finish_together()
        insert(*rows_of(a_company(committed, "Contoso")))
    assert names_of_companies(committed) == {"Contoso"}


def test_a_constraint_broken_with_the_commit_undoes_the_whole_transaction(committed: Cast) -> None:
    def write() -> None:
        with acting(committed.system):
            insert(a_company(committed, "Before"))
            finish_together()
            insert(*rows_of(a_company(committed, "First")))
            insert(*rows_of(a_company(committed, "Second")))

    with pytest.raises(IntegrityError):
        write()
    assert names_of_companies(committed) == set()


def test_a_refusal_after_the_last_writes_undoes_them(committed: Cast) -> None:
    def write() -> None:
        with acting(committed.system):
            finish_together()
            insert(*rows_of(a_company(committed, "Contoso")))
            raise LookupError

    with pytest.raises(LookupError):
        write()
    assert names_of_companies(committed) == set()


def test_only_a_transaction_can_be_finished() -> None:
    with pytest.raises(RuntimeError):
        finish_together()
