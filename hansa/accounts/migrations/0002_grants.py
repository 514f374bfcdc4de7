from django.db import migrations

from hansa.core.walls import Grant


class Migration(migrations.Migration):
    """What the runtime role may do with tables that carry no vendor: who there is, sessions, and the queue."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        Grant(
            "accounts_organization",
            "accounts_vendor",
            "accounts_user",
            "accounts_membership",
            "accounts_workspace",
            "accounts_invitation",
            "accounts_apikey",
            rights="SELECT, INSERT, UPDATE",
        ),
        Grant("django_session", "usersessions_usersession", "account_emailaddress"),
        Grant("procrastinate_jobs", "procrastinate_events", "procrastinate_workers", "procrastinate_periodic_defers"),
        Grant(
            "SEQUENCE usersessions_usersession_id_seq",
            "SEQUENCE account_emailaddress_id_seq",
            "SEQUENCE procrastinate_jobs_id_seq",
            "SEQUENCE procrastinate_events_id_seq",
            "SEQUENCE procrastinate_workers_id_seq",
            "SEQUENCE procrastinate_periodic_defers_id_seq",
            rights="USAGE",
        ),
    ]
