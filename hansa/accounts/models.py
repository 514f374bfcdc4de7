"""Who there is: vendors, organizations, people, their memberships and their API keys.

These tables carry no vendor of their own, because a person and a company belong to many; each is in the reviewed list
`hansa.testing.census.WITHOUT_VENDOR`. What a vendor knows about them stands in higher rooms, behind both walls.
"""

from datetime import timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core import signing
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from hansa.accounts.roles import VENDOR_ROLES, Role, roles_of
from hansa.core.actors import Actor, Side
from hansa.core.fields import HansaNow
from hansa.core.guard import Guard
from hansa.core.models import Record, RecordQuerySet, TenantRecord
from hansa.core.walls import Audience
from hansa.kernel.lifecycle import Lifecycle, Move

ACCENT = "#0a6b6b"  # Hansa's own, and a new vendor's
INVITATION_LIFETIME = timedelta(hours=72)
INVITATION_SALT = "hansa.invitation"

color = RegexValidator(r"^#[0-9a-f]{6}$", "Write the color as # and six hexadecimal digits.")


class HoldsRoles:
    """Something with roles: a member, an invitation, a key."""

    roles: list[str]

    @property
    def role_names(self) -> list[str]:
        """The roles as people say them, in their usual order."""
        return [str(role.label) for role in Role if role in self.roles]


class MembershipQuerySet(RecordQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A partner sees its own people; a vendor its own and its partners'."""
        workspaces = Workspace.objects.visible_to(actor)
        return self.filter(organization__in=workspaces.values("organization"))

    def active(self) -> Self:
        return self.filter(status=Membership.Status.ACTIVE)


class VendorQuerySet(RecordQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """The vendor for whom the actor works, or whose partner."""
        return self.filter(pk=actor.vendor_id)


class WorkspaceQuerySet(RecordQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """The workspaces of the actor's side: a partner's own, or all of the vendor's."""
        rows = self.filter(vendor_id=actor.vendor_id)
        return rows if actor.side == "vendor" else rows.filter(partnership_id=actor.partnership_id)


class WorkspaceRecordQuerySet(RecordQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """What belongs to a workspace that the actor sees."""
        return self.filter(workspace__in=Workspace.objects.visible_to(actor))


class Organization(Record):
    """A company whose people use Hansa: a vendor, a partner, or both."""

    id_prefix = "org"

    name = models.TextField()
    country = models.CharField(max_length=2, default="")
    website = models.TextField(default="")

    def __str__(self) -> str:
        return self.name


class Vendor(Record):
    """The tenant: an organization that runs its partner program here.

    Its pages say days and times in its `timezone`, which is the one of its calendar where it keeps one.
    `permission_changes` are its differences from the standard of who may do what, as `core.permissions.change` writes
    them. They stand in this row because it is read with everybody who acts.
    """

    id_prefix = "vendor"

    organization = models.OneToOneField(Organization, models.PROTECT, related_name="vendor")
    name = models.TextField()
    accent = models.CharField(max_length=7, default=ACCENT, validators=[color])
    timezone = models.TextField(default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    registrations_per_day = models.PositiveIntegerField(default=200)
    disputes_per_month = models.PositiveIntegerField(db_default=20, default=20)
    permission_changes = ArrayField(models.TextField(), default=list, db_default=[])
    demands_second_factor = models.BooleanField(db_default=False, default=False)  # of its own team

    objects = VendorQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def snapshot(self) -> dict[str, Any]:
        """Its look, and what others may do here than by the standard: {"deal.approve": ["+auditor"]}."""
        told: dict[str, Any] = {"name": self.name, "accent": self.accent}
        for name, role in map(str.split, sorted(self.permission_changes)):
            told.setdefault(name, []).append(role)
        return told


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "User":
        user = self.model(email=email.strip().lower(), **facts)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. One log-in, however many organizations; with `shortcuts`, single keys lead on in their pages."""

    id = models.UUIDField(primary_key=True, default=Record._meta.get_field("id").default, editable=False)
    email = models.EmailField()
    name = models.TextField()
    locale = models.CharField(max_length=12, default="en")
    timezone = models.TextField(default="", blank=True)
    shortcuts = models.BooleanField(default=True, db_default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=HansaNow())

    id_prefix: ClassVar[str] = "user"
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    is_staff = False

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_user_per_email",
                violation_error_code="email_in_use",
                violation_error_message="Somebody with this e-mail address is here already.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Membership(HoldsRoles, Record):
    """A person at work in one organization, with the roles held there."""

    id_prefix = "member"

    class Status(models.TextChoices):
        ACTIVE = "active"
        SUSPENDED = "suspended"
        DEPROVISIONED = "deprovisioned"

    LIFECYCLE = Lifecycle(
        "status",
        suspend=Move((Status.ACTIVE,), Status.SUSPENDED),
        resume=Move((Status.SUSPENDED,), Status.ACTIVE),
        offboard=Move((Status.ACTIVE, Status.SUSPENDED), Status.DEPROVISIONED),
        rejoin=Move((Status.DEPROVISIONED,), Status.ACTIVE, "let it rejoin"),
    )

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    roles = ArrayField(models.TextField(choices=Role.choices))
    status = models.TextField(choices=Status.choices, default=Status.ACTIVE)
    created_at = models.DateTimeField(db_default=HansaNow())

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "member"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"],
                name="one_membership_per_person",
                violation_error_code="already_a_member",
                violation_error_message="This person is a member already.",
            )
        ]
        triggers = [Guard()]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def works_for_vendor(self) -> bool:
        """Whether the person is at work here on a vendor's side."""
        return self.status == Membership.Status.ACTIVE and not VENDOR_ROLES.isdisjoint(self.roles)

    def snapshot(self) -> dict[str, Any]:
        return {"person": self.user.name, "roles": sorted(self.roles), "status": self.status}


class Workspace(Record):
    """Where an organization's people work for one vendor: the vendor's console, or a partner's portal.

    Its slug stands in the address of every page. `partnership_id` is set in a partner's; partnerships live in a room
    above this one, so it is no reference.
    """

    id_prefix = "ws"

    slug = models.SlugField(unique=True, max_length=60)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="workspaces")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="workspaces")
    partnership_id = models.UUIDField(null=True, unique=True)
    closed = models.BooleanField(default=False)

    objects = WorkspaceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "organization"], name="one_workspace_per_partner")]

    def __str__(self) -> str:
        return self.slug

    @property
    def vendor_name(self) -> str:
        return self.vendor.name

    @property
    def company_name(self) -> str:
        return self.organization.name

    @property
    def accent(self) -> str:
        return self.vendor.accent

    @property
    def side(self) -> Side:
        """Which side of the vendor's program works here."""
        return "partner" if self.partnership_id else "vendor"

    def actor(self, kind: str, id: UUID | None, label: str, roles: list[str]) -> Actor:
        """One party at work here; roles of the other side are worth nothing."""
        usable = roles_of(self.side).intersection(roles)
        return Actor(
            kind,  # type: ignore[arg-type]
            id,
            label,
            frozenset(usable),
            self.vendor_id,
            self.side,
            self.partnership_id,
            changes=frozenset(self.vendor.permission_changes),
        )


class Invitation(HoldsRoles, Record):
    """An offer to one e-mail address to join an organization. Its link is signed, not stored, and works once."""

    id_prefix = "invite"

    class Status(models.TextChoices):
        SENT = "sent"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        REVOKED = "revoked"

    LIFECYCLE = Lifecycle(
        "status",
        accept=Move((Status.SENT,), Status.ACCEPTED),
        decline=Move((Status.SENT,), Status.DECLINED),
        revoke=Move((Status.SENT,), Status.REVOKED),
    )

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    name = models.TextField(default="")
    roles = ArrayField(models.TextField(choices=Role.choices))
    status = models.TextField(choices=Status.choices, default=Status.SENT)
    invited_by = models.UUIDField(null=True)
    inviter = models.TextField()
    sent_at = models.DateTimeField(db_default=HansaNow())
    expires_at = models.DateTimeField()

    objects = WorkspaceRecordQuerySet.as_manager()

    class Meta:
        triggers = [Guard()]

    @property
    def partnership_id(self) -> UUID | None:
        """The partnership that the invitation leads into, None for the vendor's own people."""
        return self.workspace.partnership_id

    @property
    def token(self) -> str:
        """What the link carries: only this installation can make it."""
        return signing.Signer(salt=INVITATION_SALT).sign(self.public_id)

    @property
    def path(self) -> str:
        """The page on which the invitation is accepted."""
        return f"/invitations/{self.token}/"

    def snapshot(self) -> dict[str, Any]:
        return {"email": self.email, "roles": sorted(self.roles), "status": self.status}


class ApiKey(HoldsRoles, Record):
    """A machine's credential in one workspace: 256 random bits, kept as SHA-256 and shown once."""

    id_prefix = "key"

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="api_keys")
    name = models.TextField()
    secret_hash = models.BinaryField(unique=True)
    shown_as = models.TextField()
    roles = ArrayField(models.TextField(choices=Role.choices))
    scopes = ArrayField(models.TextField())
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="api_keys")
    created_at = models.DateTimeField(db_default=HansaNow())
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = WorkspaceRecordQuerySet.as_manager()

    @property
    def partnership_id(self) -> UUID | None:
        """The partnership that the key works in, None for the vendor's own."""
        return self.workspace.partnership_id

    def snapshot(self) -> dict[str, Any]:
        return {"name": self.name, "roles": sorted(self.roles), "scopes": self.scopes, "revoked": bool(self.revoked_at)}


class ViewAs(TenantRecord):
    """A vendor's person looks at the portal as a partner's person sees it: for a reason, for a while, changing nothing.

    It holds while the viewer keeps the `role` that allowed it. `page` is the one opened last; each leaves its event.
    """

    id_prefix = "viewas"
    audience: ClassVar[Audience] = "partner"

    partnership_id = models.UUIDField()
    viewer = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    role = models.TextField()
    reason = models.TextField()
    page = models.TextField(default="")
    started_at = models.DateTimeField(db_default=HansaNow())
    ends_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "viewer"],
                condition=models.Q(stopped_at=None),
                name="one_view_at_a_time",
                violation_error_code="looking_already",
                violation_error_message="You are looking at the portal as somebody already. Stop that first.",
            )
        ]
        indexes = [models.Index(fields=["vendor", "person", "-started_at"], name="views_of_a_person")]

    @property
    def on_behalf_of(self) -> str:
        """Whom events about this name beside who acted."""
        return self.person.user.name

    def snapshot(self) -> dict[str, Any]:
        return {
            "person": self.person.user.name,
            "viewer": self.viewer.user.name,
            "reason": self.reason,
            "page": self.page,
            "stopped": bool(self.stopped_at),
        }
