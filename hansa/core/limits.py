"""Exact limits: how often something may happen in a window of time.

One SQL statement counts and answers, committed on its own, so that fifty clients at once get through exactly as often
as the limit says and a refusal afterwards does not undo the count.
"""

from dataclasses import dataclass

from django.db import connection

from hansa.kernel.errors import TooMany

COUNT = """
INSERT INTO core_counter AS counter (bucket, count, ends_at) VALUES (%(bucket)s, 1, now() + %(seconds)s * interval '1s')
ON CONFLICT (bucket) DO UPDATE SET
    count = CASE WHEN counter.ends_at <= now() THEN 1 ELSE counter.count + 1 END,
    ends_at = CASE WHEN counter.ends_at <= now() THEN excluded.ends_at ELSE counter.ends_at END
RETURNING count, ceil(extract(epoch FROM ends_at - now()))::int
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` in any window of `seconds`, counted per bucket."""

    name: str
    times: int
    seconds: int
    message: str = "That was too often. Please wait a little and try again."

    def take(self, *bucket: object) -> int:
        """Count one attempt and return how many are left. Raises TooMany past the limit."""
        name = ":".join(map(str, (self.name, *bucket)))
        with connection.cursor() as cursor:
            cursor.execute(COUNT, {"bucket": name, "seconds": self.seconds})
            count, wait = (int(number) for number in cursor.fetchone())
        if count > self.times:
            raise TooMany("too_many_attempts", self.message, max(wait, 1))
        return self.times - count
