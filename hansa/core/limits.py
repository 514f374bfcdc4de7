"""Exact limits: how often something may happen in a window of time.

One SQL statement counts and answers, committed on its own, so that fifty clients at once get through exactly as often
as the limit says and a refusal afterwards does not undo the count.
"""

from dataclasses import dataclass

import orjson
from django.db import connection

from hansa.core.database import ask_together
from hansa.kernel.errors import TooMany

# A count that a crash of the server loses does no harm, so nobody waits until it has reached the disk.
COUNT = """
INSERT INTO core_counter AS counter (bucket, count, ends_at)
SELECT bucket, 1, now() + seconds * interval '1s'
FROM json_to_recordset(%s::json) AS asked (bucket text, seconds int),
     (SELECT set_config('synchronous_commit', %s, true)) AS for_this_count
ORDER BY bucket
ON CONFLICT (bucket) DO UPDATE SET
    count = CASE WHEN counter.ends_at <= now() THEN 1 ELSE counter.count + 1 END,
    ends_at = CASE WHEN counter.ends_at <= now() THEN excluded.ends_at ELSE counter.ends_at END
RETURNING bucket, count, ceil(extract(epoch FROM ends_at - now()))::int
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` in any window of `seconds`, counted per bucket."""

    name: str
    times: int
    seconds: int
    message: str = "That was too often. Please wait a little and try again."

    def attempt(self, *bucket: object) -> "Attempt":
        """One more time in this bucket, to be counted by `count`."""
        return Attempt(self, ":".join(map(str, (self.name, *bucket))))

    def take(self, *bucket: object) -> int:
        """Count one attempt and return how many are left. Raises TooMany past the limit."""
        return count(self.attempt(*bucket))[0].left


@dataclass(frozen=True, slots=True)
class Attempt:
    limit: Limit
    bucket: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit, and in how many seconds its window ends."""

    limit: Limit
    left: int
    ends_in: int


def give_back(*attempts: Attempt) -> None:
    """Let these attempts not have counted: what they tried was right."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_counter SET count = count - 1 WHERE bucket = ANY(%s) AND count > 0 AND ends_at > now()",
            [sorted(attempt.bucket for attempt in attempts)],
        )


def count(*attempts: Attempt) -> list[Allowance]:
    """Count attempts at several limits in one statement, and return what is left of each, in their order.

    Raises TooMany with those same allowances if one is past its limit; all of them are counted even then.
    """
    asked = orjson.dumps(
        [{"bucket": attempt.bucket, "seconds": attempt.limit.seconds} for attempt in attempts]
    ).decode()
    [rows] = ask_together((COUNT, [asked, "on" if connection.in_atomic_block else "off"]))
    counted = {bucket: (times, ends_in) for bucket, times, ends_in in rows}
    allowances = []
    for attempt in attempts:
        times, ends_in = counted[attempt.bucket]
        allowances.append(Allowance(attempt.limit, attempt.limit.times - times, max(ends_in, 1)))
    over = [allowance for allowance in allowances if allowance.left < 0]
    if over:
        longest = max(over, key=lambda allowance: allowance.ends_in)
        raise TooMany("too_many_attempts", longest.limit.message, longest.ends_in, allowances)
    return allowances
