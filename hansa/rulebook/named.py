"""Policies, versions and replays by what an address calls them; what is not there, or not any more, raises Http404."""

from django.http import Http404

from hansa.core.actors import Actor
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import POLICIES, Policy
from hansa.rulebook.replay_models import Replay


def known_policy(name: str) -> Policy:
    """The policy of this name that vendors may have their own tables for."""
    if name not in POLICIES:
        raise Http404("No such policy.")
    return POLICIES[name]


def version_named(actor: Actor, reference: str) -> PolicyVersion:
    """The version with its program, within `acting`."""
    found: PolicyVersion = PolicyVersion.objects.visible_to(actor).select_related("program").named(reference)
    known_policy(found.policy)
    return found


def replay_named(actor: Actor, reference: str) -> Replay:
    """The replay with its report, within `acting`."""
    found: Replay = Replay.objects.visible_to(actor).named(reference)
    known_policy(found.policy)
    return found
