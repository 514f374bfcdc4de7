"""Workloads, each measured against a peer or a limit in one sitting. See README.md beside this file."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """One number of ours beside the peer's and the limit's, in one unit; `target` is what ours must reach.

    `limit` is the best that the machine or the data allow. `context` holds sizes, seeds and whatever explains.
    """

    workload: str
    unit: str
    ours: float
    target: float | None = None
    peer: float | None = None
    limit: float | None = None
    more_is_better: bool = False
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        if self.target is None:
            return True
        return self.ours >= self.target if self.more_is_better else self.ours <= self.target
