from time import sleep

import pytest
from django.db import connection

from hansa.core.database import ask_together


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_postgresql_ended_is_made_anew_at_the_next_request() -> None:
    [[(first,)]] = ask_together(("SELECT pg_backend_pid()", []))
    assert connection.is_usable()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [first])
    other.close()
    sleep(0.2)
    connection.health_check_enabled, connection.health_check_done = True, False
    connection.close_if_health_check_failed()
    [[(second,)]] = ask_together(("SELECT pg_backend_pid()", []))
    assert second != first
