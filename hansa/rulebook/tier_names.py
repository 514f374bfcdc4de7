"""What tiers are called, for tables and records that know them by their rank alone."""

from hansa.core.actors import Actor
from hansa.programs.models import Tier


def tier_names(actor: Actor) -> tuple[str, ...]:
    """The tiers from the first on, within `acting`; of programs that call one differently, all its names."""
    called: dict[int, list[str]] = {}
    for rank, name in Tier.objects.visible_to(actor).order_by("rank", "program__name").values_list("rank", "name"):
        called.setdefault(rank, []).append(name)
    return tuple("/".join(dict.fromkeys(called.get(rank, ["–"]))) for rank in range(1, max(called, default=0) + 1))
