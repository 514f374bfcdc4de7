"""The customers that a partner has registered before: offered by name, and told apart where a name is not enough."""

from collections.abc import Iterable
from dataclasses import dataclass

from hansa.core.web.countries import country_name
from hansa.core.web.forms import Suggestion
from hansa.customers.matching.domains import registrable_domain


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the partner wrote it in an earlier registration."""

    name: str
    domain: str
    country: str

    @property
    def told_apart(self) -> str:
        """Its name with where it is, for a list in which the name stands twice."""
        return f"{self.name} ({', '.join(filter(None, (self.domain, country_name(self.country))))})"


class KnownCustomers:
    """Earlier customers by their names, however written large or small."""

    def __init__(self, latest: Iterable[tuple[str, str, str]] = ()) -> None:
        """`latest` are (name, web address, country) of registrations, the newest first."""
        found: dict[tuple[str, str, str], Customer] = {}
        for name, address, country in latest:
            domain = registrable_domain(address) or ""
            found.setdefault((name.casefold(), country, domain), Customer(name, domain, country))
        addressed = {place[:2] for place in found if place[2]}
        self._named: dict[str, list[Customer]] = {}
        for place, customer in sorted(found.items()):
            if customer.domain or place[:2] not in addressed:
                self._named.setdefault(place[0], []).append(customer)
        self._offered = {
            one.told_apart.casefold() if len(same) > 1 else name: one
            for name, same in self._named.items()
            for one in same
        }

    def suggestions(self) -> list[Suggestion]:
        """One for each customer; choosing it fills in who that is and where."""
        return [
            Suggestion(
                one.told_apart if len(self._named[one.name.casefold()]) > 1 else one.name,
                {"customer": one.name, "domain": one.domain, "country": one.country},
            )
            for one in self._offered.values()
        ]

    def name_in(self, text: str) -> str:
        """The name alone, where a text was chosen from the list."""
        written = text.casefold()
        return text if written in self._named or written not in self._offered else self._offered[written].name

    def meant_by(self, text: str) -> list[Customer]:
        """Whom a name may mean; one at most where it was chosen from the list."""
        written = text.casefold()
        return self._named.get(written) or [one for offer, one in self._offered.items() if offer == written]
