"""Who may read what happened."""

from hansa.accounts.roles import AUDITORS
from hansa.core.permissions import reading

READ_AUDIT = reading("audit.read", "Read everything that happened here, and who did it.", by=AUDITORS, room="portal")
