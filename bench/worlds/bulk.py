"""python -m bench.worlds.bulk --registrations N: N that wait, each of another customer; prints their ids and a key."""

import argparse
import json
import sys

from bench.worlds.queue import let_wait
from hansa.accounts.actions import create_api_key
from hansa.accounts.models import Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import System
from hansa.core.events import unheard
from hansa.core.tenancy import acting
from hansa.deals.models import Deal


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--registrations", type=int, required=True)
    wanted = parser.parse_args().registrations
    let_wait(2 * wanted)
    workspace = Workspace.objects.get(partnership_id__isnull=True)
    actor = System("bench", workspace.vendor_id)
    with acting(actor):
        waiting = Deal.objects.visible_to(actor).order_by("company", "submitted_at", "id").distinct("company")
        registrations = [deal.public_id for deal in waiting[:wanted]]
    with unheard():
        key = create_api_key(actor, workspace, name="bench", roles=[Role.CHANNEL_MANAGER.value])
    print(json.dumps({"registrations": registrations, "key": str(key.secret)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
