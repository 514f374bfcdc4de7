"""A world in which every table has a row of every party, and every text in it says whose it is.

Made from the models alone, so that a new table is in it without being named. A text is `CNRY-<party>-<audience>-…`:
whoever reads one that is not meant for them has found a leak.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zlib import crc32

from django.contrib.auth.hashers import make_password
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.utils import timezone

from hansa.accounts.models import ApiKey, Invitation, Membership, Organization, User, Vendor, Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import Actor, System
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.kernel.ids import new_id
from hansa.partnerships.models import Partnership
from hansa.programs.models import PartnerType, usual_week
from hansa.testing.cast import Cast, Person, another_partner, build_cast
from hansa.testing.census import walled_models

PASSWORD_HASH = make_password("a password that nobody types")
PARTIES = ("home", "ours", "rivals", "depot", "wingtip", "tailspin")
# Who stands beside whose deal: a distributor beside its reseller's, and that reseller beside its distributor's.
STANDS_BESIDE = {"ours": "depot", "depot": "ours"}
READ_ALONG = {"deals_deal", "deals_dealline", "deals_party", "partnerships_supply", "core_event"}
SHOWN_BESIDE = {("deals_deal", name) for name in ("customer_name", "customer_domain", "lines_text")}
CANARY = re.compile(r"cnry-([a-z]+)-([a-z]+)-[a-z0-9_.-]+", re.IGNORECASE)


@dataclass
class Party:
    """One side in the world, with a row of every table that it can have one of."""

    name: str
    person: Person
    rows: dict[type[models.Model], Any] = field(default_factory=dict)
    background: dict[type[models.Model], Any] = field(default_factory=dict)  # the vendor's rows that its own refer to

    def shares(self, other: "Party") -> bool:
        """Whether both are of one vendor."""
        return self.vendor_id == other.vendor_id

    @property
    def vendor_id(self) -> UUID:
        return self.person.workspace.vendor_id

    @property
    def partnership_id(self) -> UUID | None:
        return self.person.workspace.partnership_id

    @property
    def actor(self) -> Actor:
        return self.person.actor


@dataclass
class World:
    """The cast and six parties: a vendor with two rivals and the distributor of one, and another vendor with one."""

    cast: Cast
    parties: dict[str, Party]

    def party_of(self, actor: Actor) -> Party:
        """The party for whom somebody acts."""
        return next(
            party
            for party in self.parties.values()
            if (party.vendor_id, party.partnership_id) == (actor.vendor_id, actor.partnership_id)
        )


def build_world() -> World:
    """Make it, committed or not as the caller's transaction has it. Everything a walled model needs is invented."""
    cast = build_cast()
    depot = another_partner(cast, "depot", role=Role.PARTNER_ADMIN, partner_type=PartnerType.DISTRIBUTOR)
    people = (cast.vendor_admin, cast.partner_admin, cast.rival_admin, depot, cast.stranger, cast.stranger_rep)
    world = World(cast, {name: Party(name, person) for name, person in zip(PARTIES, people, strict=True)})
    for party in world.parties.values():
        _mark_people(party)
    for model in _in_order(walled_models()):
        for party in world.parties.values():
            with acting(System("world", party.vendor_id)):
                if _has_one(model, party):
                    party.rows[model] = _made(model, party, party, world)
                elif model.audience != "partner" and not _one_per_vendor(model):  # type: ignore[attr-defined]
                    vendor = next(it for it in world.parties.values() if it.rows.get(model) and it.shares(party))
                    party.background[model] = _made(model, vendor, party, world)
    for party in world.parties.values():
        if party.partnership_id:
            with acting(System("world", party.vendor_id)):
                party.rows[Partnership] = Partnership.objects.get(pk=party.partnership_id)
    return world


def canary(party: str, audience: str, place: str) -> str:
    return f"CNRY-{party}-{audience}-{place}"


def may_read(actor: Actor, reader: str, audience: str, owner: Party) -> bool:
    """Whether a text of `owner` for this audience may reach the actor, whose party's name is `reader`."""
    if owner.vendor_id != actor.vendor_id:
        return False
    if audience == "shared" and STANDS_BESIDE[owner.name] == reader:
        return True
    return actor.side == "vendor" or owner.name == reader or (owner.partnership_id is None and audience == "published")


def leaks(world: World, actor: Actor | None, text: str) -> set[str]:
    """The canaries in a text that this actor (None: nobody known) must not read."""
    reader = world.party_of(actor).name if actor else ""
    return {
        match.group()
        for match in CANARY.finditer(text)
        if (owner := world.parties.get(match.group(1).lower()))
        and not (actor and may_read(actor, reader, match.group(2).lower(), owner))
    }


def may_see(actor: Actor, row: Any) -> bool:
    """Whether a row is the actor's to read: the oracle, which shares no code with either wall."""
    if isinstance(row, Vendor):
        return row.pk == actor.vendor_id
    if isinstance(row, User):
        return Membership.objects.filter(pk=actor.id, user=row).exists()
    if isinstance(row, Organization | Membership):
        organization = row.pk if isinstance(row, Organization) else row.organization_id
        places = Workspace.objects.filter(vendor_id=actor.vendor_id, organization_id=organization)
        return any(actor.side == "vendor" or place.partnership_id == actor.partnership_id for place in places)
    workspace = row.workspace if isinstance(row, ApiKey | Invitation) else row
    if workspace.vendor_id != actor.vendor_id:
        return False
    if actor.side == "vendor" or getattr(row, "audience", "") == "published":
        return True
    if getattr(row, "audience", "partner") != "partner":
        return False
    return workspace.partnership_id == actor.partnership_id or reads_along(actor, row)


def reads_along(actor: Actor, row: Any) -> bool:
    """Whether a row is another partner's, to be read by who stands beside it and to be changed by nobody of theirs."""
    return actor.partnership_id is not None and actor.partnership_id == getattr(row, "read_along_by", None)


def _mark_people(party: Party) -> None:
    """Give the party's people and company names that say whose they are, and rows beside the walls."""
    person, workspace = party.person, party.person.workspace
    audience = "partner" if party.partnership_id else "published"  # partners know whom they deal with
    organization = workspace.organization
    organization.name = canary(party.name, _shared(party) or audience, "organization.name")
    organization.website = f"https://{canary(party.name, audience, 'organization.website')}.example/"
    organization.save(update_fields=["name", "website"])
    for membership in Membership.objects.filter(organization=organization).select_related("user"):
        membership.user.name = canary(party.name, audience, f"user.name.{membership.public_id[-6:]}")
        membership.user.password = PASSWORD_HASH
        membership.user.save(update_fields=["name", "password"])
    person.user.refresh_from_db()
    inner = "partner" if party.partnership_id else "vendor"
    invitation = Invitation.objects.create(
        workspace=workspace,
        email=f"{canary(party.name, inner, 'invitation.email').lower()}@example.org",
        name=canary(party.name, inner, "invitation.name"),
        roles=person.membership.roles,
        inviter=canary(party.name, inner, "invitation.inviter"),
        invited_by=person.membership.pk,
        expires_at=timezone.now() + timedelta(days=2),
    )
    key = ApiKey.objects.create(
        workspace=workspace,
        name=canary(party.name, inner, "apikey.name"),
        secret_hash=new_id().bytes + new_id().bytes,
        shown_as=canary(party.name, inner, "apikey.shown"),
        roles=person.membership.roles,
        scopes=["read", "write"],
        created_by=person.membership,
    )
    known = (invitation, key, person.membership, workspace, organization, person.user, workspace.vendor)
    party.rows |= {type(row): row for row in known}


def _shared(party: Party) -> str:
    """The audience of what a second company reads too, empty where nobody stands beside."""
    return "shared" if party.name in STANDS_BESIDE else ""


def _second(model: Any) -> bool:
    """Whether each row of the model names a second partner."""
    return any(it.related_model is Partnership and it.name != "partnership" for it in model._meta.concrete_fields)


def _has_one(model: Any, party: Party) -> bool:
    """Partners have what is theirs; vendors have the rest, and the rows that belong to no partner."""
    if _second(model) and party.name not in STANDS_BESIDE:
        return False
    partner = next((it for it in model._meta.concrete_fields if it.column == "partnership_id"), None)
    if party.partnership_id:
        return bool(model.audience == "partner" and partner)
    return model.audience != "partner" or (partner is not None and partner.null)


def _one_per_vendor(model: Any) -> bool:
    """Whether a vendor has a single row of these, or of each row that they are about; others have nothing to add."""
    single = {("vendor",), *(("vendor", it.name) for it in model._meta.concrete_fields if it.is_relation)}
    rules = (rule for rule in model._meta.constraints if getattr(rule, "condition", None) is None)
    return any(tuple(getattr(rule, "fields", ())) in single for rule in rules)


def _in_order(walled: list[type[models.Model]]) -> list[type[models.Model]]:
    """Models after those that they refer to."""
    done: list[type[models.Model]] = []
    while rest := [model for model in walled if model not in done]:
        ready = [
            model for model in rest if not any(target in rest and target is not model for target in _targets(model))
        ]
        if not ready:
            raise RuntimeError(f"{rest} refer to each other")
        done += ready
    return done


def _targets(model: type[models.Model]) -> set[Any]:
    """The models that this one refers to; loosely, by a bare `subject_id`, to a deal."""
    loose = {Deal} if any(it.name == "subject_id" for it in model._meta.concrete_fields) else set()
    return {it.related_model for it in model._meta.concrete_fields if it.is_relation} | loose


def _made(model: Any, owner: Party, party: Party, world: World) -> Any:
    """A row that belongs to `owner`, made for the rows of `party` to refer to."""
    facts = {
        it.name: _value(it, model, owner, party, world) for it in model._meta.concrete_fields if not _left_alone(it)
    }
    row = model(**facts)
    model.objects.bulk_create([row])
    if model._meta.db_table in READ_ALONG and owner.name in STANDS_BESIDE:
        row.read_along_by = world.parties[STANDS_BESIDE[owner.name]].partnership_id
    return row


def _left_alone(it: models.Field) -> bool:
    return it.primary_key or isinstance(it, models.CompositePrimaryKey)


def _value(it: Any, model: Any, owner: Party, party: Party, world: World) -> Any:
    place = f"{model._meta.db_table}.{it.column}.{party.name}"
    if it.name == "vendor":
        return owner.person.workspace.vendor
    if it.column == "partnership_id":
        named = owner if owner.partnership_id or it.null else _a_partner_of(owner, world)
        return _partnership(it, named)
    if it.related_model is Partnership:
        return _partnership(it, world.parties[STANDS_BESIDE[owner.name]])
    if it.is_relation:
        return _target(it, model, party, world)
    shown = (model._meta.db_table, it.column) in SHOWN_BESIDE
    mark = canary(owner.name, (shown and _shared(owner)) or model.audience, place)
    if shape := SHAPES.get((model._meta.db_table, it.column)):
        return shape(mark)
    if it.choices:
        return it.default if it.has_default() else it.choices[0][0]
    for kinds, invent in INVENTED:
        if isinstance(it, kinds):
            return invent(it, mark, party)
    raise LookupError(f"nothing is known to put into {place}; add its type to INVENTED")


def _a_partner_of(owner: Party, world: World) -> Party:
    """Whom a row of the vendor's own is about that has to be about a partner."""
    return next(it for it in world.parties.values() if it.vendor_id == owner.vendor_id and it.partnership_id)


def _partnership(it: Any, party: Party) -> Any:
    if party.partnership_id is None or not it.is_relation:
        return party.partnership_id
    return Partnership(pk=party.partnership_id)


def _target(it: Any, model: Any, party: Party, world: World) -> Any:
    """The party's own row of the other table, else one that its vendor has."""
    if it.related_model is model:
        return None
    near = [party.rows, party.background, *(other.rows for other in world.parties.values() if other.shares(party))]
    found = next((row for rows in near if (row := rows.get(it.related_model))), None)
    if found is None and not it.null:
        raise LookupError(f"{model._meta.label}.{it.name} has nothing to refer to")
    return found


def _text(it: Any, mark: str, party: Party) -> Any:
    if isinstance(it, models.SlugField):
        return mark.lower().replace(".", "-")[: it.max_length]
    if isinstance(it, models.EmailField):
        return f"{mark.lower()}@example.org"
    if it.max_length and it.max_length < len(mark):
        return {2: "NL", 3: "EUR"}.get(it.max_length, "")
    return mark


def _uuid(it: Any, mark: str, party: Party) -> UUID:
    """A loose reference: to the party's own deal where the name says that it is about something."""
    deal = party.rows.get(Deal)
    return deal.pk if deal and it.name == "subject_id" else new_id()


def _range(it: Any, mark: str, party: Party) -> Any:
    return (datetime.now(UTC), datetime.now(UTC) + timedelta(days=90))


# What is read by its parts.
SHAPES: dict[tuple[str, str], Callable[[str], Any]] = {
    ("talk_thread", "subject_type"): lambda mark: "deal",
    ("talk_note", "subject_type"): lambda mark: "deal",
    ("files_attachment", "subject_type"): lambda mark: "deal",
    ("files_internalfile", "subject_type"): lambda mark: "deal",
    ("talk_message", "mail_key"): lambda mark: None,
    ("customers_import", "mapping"): lambda mark: {
        "columns": {"name": "Account"},
        "headers": ["Account"],
        "date_order": "",
        "decimal": ".",
        "currency": "EUR",
    },
    ("customers_import", "content"): lambda mark: f"Account\n{mark}\n".encode(),
    ("customers_import", "totals"): lambda mark: {"created": 1},
    ("exports_export", "asked"): lambda mark: {"q": mark},
    ("rulebook_policyversion", "for_types"): lambda mark: "",
    ("rulebook_policyversion", "pilot_partners"): lambda mark: [new_id()],
    ("rulebook_decision", "outputs"): lambda mark: {"status": "under_review", "note": mark},
    ("rulebook_replay", "policy"): lambda mark: "registration-approval",
    ("rulebook_replay", "partners"): lambda mark: [new_id()],
    ("rulebook_replay", "counts"): lambda mark: {"recorded": 1, "changed": 1, "missing": 0},
    ("rulebook_replay", "changes"): lambda mark: [],
    ("rulebook_replay", "missing"): lambda mark: [],
    ("rulebook_replaycases", "decisions"): lambda mark: new_id().bytes,
    ("rulebook_replaycases", "fired"): lambda mark: bytes(4),
    ("rulebook_replaycases", "amounts"): lambda mark: bytes(8),
    ("tiers_tierterms", "periods"): lambda mark: {"won_deals": "year"},
    ("tiers_tierterms", "custom"): lambda mark: {"custom_1": {"label": mark, "unit": ""}},
    ("tiers_tierstanding", "facts"): lambda mark: {"won_deals": 1},
    ("programs_program", "reminders"): lambda mark: [50, 80],
    ("programs_program", "answer_times"): lambda mark: [],
    ("programs_calendar", "timezone"): lambda mark: "Europe/Amsterdam",
    ("programs_calendar", "hours"): lambda mark: usual_week(),
    ("programs_calendar", "holidays"): lambda mark: {"2090-12-25": mark},
    ("programs_program", "reminder_days"): lambda mark: [14, 3],
    ("deals_amendment", "changes"): lambda mark: {"product_lines": ["", mark]},
    ("deals_verdict", "becomes"): lambda mark: "approved",
    ("deals_verdict", "decided_at"): lambda mark: timezone.now(),
    ("deals_assignment", "ended_at"): lambda mark: timezone.now(),
    ("deals_verdict", "decision"): lambda mark: {
        "policy": mark,
        "version": mark,
        "outputs": {"status": "approved"},
        "note": mark,
        "made_by": mark,
    },
    ("deals_verdict", "proof"): lambda mark: {},
    ("core_event", "changes"): lambda mark: {"note": ["", mark]},
    # One of each within a vendor.
    ("history_seal", "position"): lambda mark: crc32(mark.encode()),
    ("history_head", "day"): lambda mark: date(2026, 1, 1) + timedelta(days=crc32(mark.encode()) % 10_000),
    ("history_check", "extent"): lambda mark: mark,
    ("rulebook_decisionevidence", "evidence"): lambda mark: [{"table": mark, "row": "new-customer", "why": mark}],
}

INVENTED: tuple[tuple[Any, Any], ...] = (
    ((models.CharField, models.TextField), _text),
    (models.UUIDField, _uuid),
    (DateTimeRangeField, _range),
    (models.DateTimeField, lambda it, mark, party: None if it.null else timezone.now()),
    (models.DateField, lambda it, mark, party: date.today() + timedelta(days=30)),  # noqa: DTZ011
    (models.BooleanField, lambda it, mark, party: it.default if it.has_default() else None),
    (models.IntegerField, lambda it, mark, party: it.default if it.has_default() else 7),
    (models.DecimalField, lambda it, mark, party: it.default if it.has_default() else 7),
    (models.FloatField, lambda it, mark, party: 0.5),
    (models.JSONField, lambda it, mark, party: [] if it.default is list else {"note": mark}),
    (ArrayField, lambda it, mark, party: [mark] if not it.base_field.choices else [it.base_field.choices[0][0]]),
    (models.BinaryField, lambda it, mark, party: mark.encode()),
)
