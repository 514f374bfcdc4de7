"""One decision: made and recorded, explained to whom it concerns, and made again."""

from bench import Result
from bench.load import Installation, machine

MANY = 300


def run(size: int | None = None) -> list[Result]:
    """Through the action, on a durable PostgreSQL: by itself in a transaction, and within a whole registration.

    The limit is the rules and the record without the database.
    """
    many = size or MANY
    with Installation() as installation:
        found = installation.fill("decision", many=many)
    context = machine() | {"registrations": many, "rows": found["rows"]}
    return [
        Result("decision: registered and recorded", "ms", found["register"], limit=found["record"], context=context),
        Result("decision: decided, recorded and committed", "ms", found["store"], 2, limit=found["record"]),
        Result("decision: explained to the partner", "ms", found["partner"], limit=found["remembered"]),
        Result("decision: explained to the vendor", "ms", found["vendor"]),
        Result("decision: made again", "1/s", found["rerun_per_second"], more_is_better=True),
    ]
