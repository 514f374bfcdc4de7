"""python -m bench.worlds.portal_list --deals N: one partner with so many deals; prints a session of its rep as JSON."""

import argparse
import json
import sys

from django.test import Client
from django.utils import timezone

from hansa.accounts.models import User, Workspace
from hansa.simulator.tell import Size, tell_new_vendor


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--deals", type=int, required=True)
    deals = parser.parse_args().deals
    tell_new_vendor("bench", Size(seed=7, partners=1, registrations=deals, months=18), timezone.now())
    workspace = Workspace.objects.get(partnership_id__isnull=False)
    rep = User.objects.filter(memberships__organization=workspace.organization).order_by("created_at").last()
    client = Client()
    client.force_login(rep)
    print(json.dumps({"workspace": workspace.slug, "session": client.cookies["sessionid"].value}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
