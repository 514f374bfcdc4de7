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


def give_up(task: str) -> None:
    """Let the last attempt at the waiting jobs of this task fail, without a word of why."""
    with connection.cursor() as cursor:
        for status in ("doing", "failed"):  # the queue notes when one became the other
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s WHERE task_name = %s AND status IN ('todo', 'doing')",
                [status, task],
            )
