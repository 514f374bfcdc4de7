"""Who may make decisions of the past again."""

from hansa.accounts.roles import AUDITORS
from hansa.core.permissions import reading

RERUN = reading("decision.rerun", "Make a decision of the past again from its record.", by=AUDITORS, room="rulebook")
