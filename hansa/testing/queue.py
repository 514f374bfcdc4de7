"""The worker's part in a test: run what is queued, in the test's own transaction."""

import json

from django.db import connection
from procrastinate.contrib.django import app


def run_jobs(most: int = 1000) -> list[str]:
    """Run queued jobs, those that they queue too, until none is left; returns the names of their tasks in order."""
    ran: list[str] = []
    while len(ran) < most:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo' RETURNING id, task_name, args")
            waiting = sorted(cursor.fetchall())
        if not waiting:
            return ran
        for _, name, arguments in waiting:
            app.tasks[name].func(**(json.loads(arguments) if isinstance(arguments, str) else arguments))
            ran.append(name)
    raise AssertionError(f"jobs queue jobs without end: {ran[-5:]}")
