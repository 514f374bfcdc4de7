"""Who people are in their organization, and the groups of roles that actions name."""

from django.db.models import TextChoices


class Role(TextChoices):
    """The vendor's roles first, then a partner's."""

    VENDOR_ADMIN = "vendor_admin", "Administrator"
    CHANNEL_CHIEF = "channel_chief", "Channel chief"
    CHANNEL_MANAGER = "channel_manager", "Channel account manager"
    CHANNEL_OPERATIONS = "channel_operations", "Channel operations"
    DEAL_DESK = "deal_desk", "Deal desk"
    PARTNER_MARKETING_MANAGER = "partner_marketing_manager", "Partner marketing manager"
    FINANCE_APPROVER = "finance_approver", "Finance approver"
    ACCOUNT_EXECUTIVE = "account_executive", "Account executive"
    SALES_ENGINEER = "sales_engineer", "Sales engineer"
    CUSTOMER_SUCCESS = "customer_success", "Customer success manager"
    SUPPORT_ENGINEER = "support_engineer", "Support engineer"
    ALLIANCE_LEAD = "alliance_lead", "Alliance lead"
    EXECUTIVE_SPONSOR = "executive_sponsor", "Executive sponsor"
    COMPLIANCE_OFFICER = "compliance_officer", "Compliance and privacy officer"
    AUDITOR = "auditor", "Auditor"

    PARTNER_ADMIN = "partner_admin", "Partner administrator"
    PARTNER_SALES = "partner_sales", "Sales"
    PARTNER_TECHNICAL = "partner_technical", "Technical and delivery"
    PARTNER_MARKETING = "partner_marketing", "Marketing"
    PARTNER_SUPPORT = "partner_support", "Support"
    PARTNER_FINANCE = "partner_finance", "Finance"
    PARTNER_EXECUTIVE = "partner_executive", "Executive"


PARTNER_ROLES = frozenset(role for role in Role if role.startswith("partner_") and role != "partner_marketing_manager")
VENDOR_ROLES = frozenset(Role) - PARTNER_ROLES

VENDOR_ADMINS = frozenset({Role.VENDOR_ADMIN})
PROGRAM_ADMINS = VENDOR_ADMINS | {Role.CHANNEL_CHIEF, Role.CHANNEL_OPERATIONS}
CHANNEL_TEAM = PROGRAM_ADMINS | {Role.CHANNEL_MANAGER}
DEAL_DESK = CHANNEL_TEAM | {Role.DEAL_DESK}
DIRECT_SALES = frozenset({Role.ACCOUNT_EXECUTIVE, Role.SALES_ENGINEER})
PARTNER_ADMINS = frozenset({Role.PARTNER_ADMIN})
PARTNER_SALES = PARTNER_ADMINS | {Role.PARTNER_SALES}
TEAM_ADMINS = VENDOR_ADMINS | PARTNER_ADMINS
VIEWERS = VENDOR_ADMINS | {Role.CHANNEL_MANAGER}  # may look as a partner's person, a channel manager as their own's
AUDITORS = PROGRAM_ADMINS | {Role.AUDITOR, Role.COMPLIANCE_OFFICER}
EVERYONE = frozenset(Role)


def roles_of(side: str) -> frozenset[str]:
    """The roles that people of this side of a workspace can hold."""
    return VENDOR_ROLES if side == "vendor" else PARTNER_ROLES


def listed_roles(side: str) -> str:
    """The roles of this side as they are typed, separated by commas."""
    return ", ".join(role.value for role in Role if role in roles_of(side))
