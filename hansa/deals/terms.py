"""The terms of one deal: the program's usual numbers, and what the policies say beside them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hansa.core.database import ask_together
from hansa.core.tenancy import moment, vendor_wide
from hansa.deals.evidence import Standing
from hansa.deals.models import Deal
from hansa.deals.rules import AT_ONCE, COOLING_OFF, EXTENSION, REVIEW
from hansa.deals.vocabulary import shared_facts
from hansa.programs.models import Program
from hansa.rulebook.in_force import IN_FORCE_SQL, Versions, rules_of, versions_of
from hansa.rulebook.policies import Answer, Policy, Rules

PLACE_SQL = """
SELECT coalesce(tier.rank, 0), coalesce(enrollment.partner_types, '{}'), IN_FORCE
FROM partnerships_partnership partnership
LEFT JOIN partnerships_enrollment enrollment
  ON enrollment.vendor_id = partnership.vendor_id AND enrollment.partnership_id = partnership.id
 AND enrollment.program_id = %(program)s
LEFT JOIN programs_tier tier ON tier.vendor_id = partnership.vendor_id AND tier.id = enrollment.tier_id
WHERE partnership.vendor_id = %(vendor)s AND partnership.id = %(partnership)s
""".replace("IN_FORCE", IN_FORCE_SQL)


@dataclass(frozen=True, slots=True)
class ExtensionTerms:
    """How often and by how many days at most the protection is extended, and what the policy answers."""

    answer: Answer
    times: int
    longest: int

    @property
    def at_once(self) -> bool:
        return bool(self.answer.outputs["answer"] == AT_ONCE)


@dataclass(slots=True)
class Terms:
    """Asks the policies about one deal. `answers` are those that were asked for, each once, in their order."""

    facts: dict[str, Any]
    rules: Callable[[Policy], Rules]
    answers: list[Answer] = field(default_factory=list)

    def review_hours(self, days_to_close: int) -> int:
        """Business hours beside the usual time to decide."""
        return int(self._asked(REVIEW, days_to_close=days_to_close).outputs["extra_review_hours"])

    def pause_days(self, usual: int) -> int:
        """For how many days after a protection the same partner does not register the customer again."""
        return max(0, usual + int(self._asked(COOLING_OFF).outputs["extra_pause_days"]))

    def extension(self, program: Program, *, granted: int, days: int | None, days_left: int) -> ExtensionTerms:
        """How the protection can be extended, `granted` times already; `days` None where none are asked for yet."""
        answer = self._asked(EXTENSION, extensions_granted=granted, days_asked=days, days_left=days_left)
        said = answer.outputs
        return ExtensionTerms(
            answer,
            max(0, program.extensions_max + int(said["extra_extensions"])),
            max(0, program.extension_days + int(said["extra_extension_days"])),
        )

    def _asked(self, policy: Policy, **facts: Any) -> Answer:
        answer = self.rules(policy).evaluate(self.facts | facts)
        self.answers.append(answer)
        return answer


def terms_at_registration(deal: Deal, standing: Standing) -> Terms:
    """The terms of a deal that is registered now, by what `standing_query` found. Within `vendor_wide`."""
    versions = standing.policies
    return Terms(
        shared_facts(deal, standing.tier_rank, standing.partner_types), lambda policy: rules_of(policy, versions)
    )


def terms_of_deal(deal: Deal) -> Terms:
    """The terms of a deal as they are today, also for its partner. Within `acting`; one query beside the switch."""
    given = {"vendor": deal.vendor_id, "partnership": deal.partnership_id, "program": deal.program_id}
    with vendor_wide("the policies' terms for this partner's deal"):
        [[(rank, types, found)]] = ask_together((PLACE_SQL, given))
        versions: Versions = versions_of(found)
        ready = {policy: rules_of(policy, versions) for policy in (REVIEW, COOLING_OFF, EXTENSION)}
    return Terms(shared_facts(deal, rank, types), ready.__getitem__)


def extension_terms(deal: Deal, *, granted: int, days: int | None = None, at: datetime | None = None) -> ExtensionTerms:
    """How this deal's protection can be extended now; its program at hand. Within `acting`."""
    left = (deal.protected_until - (at or moment())).days if deal.protected_until else 0
    return terms_of_deal(deal).extension(deal.program, granted=granted, days=days, days_left=left)
