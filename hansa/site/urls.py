"""Every address, by room."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkey
from allauth.usersessions import views as usersessions
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path, reverse_lazy

from hansa.accounts import security
from hansa.accounts.log_out import LogOutView, end_session
from hansa.core.web.showcase import showcase
from hansa.rulebook.showcase import tables as tables_showcase
from hansa.site.api import api

ROOMS = (
    "accounts",
    "notices",
    "filters",
    "rulebook",
    "programs",
    "customers",
    "partnerships",
    "tiers",
    "files",
    "talk",
    "deals",
    "disputes",
    "exports",
    "history",
    "portal",
)


def health(request: HttpRequest) -> HttpResponse:
    """200 when the web server and the database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


account_pages = [
    path("login/", account.login, name="account_login"),
    path("logout/", LogOutView.as_view(), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.PasswordResetFromKeyView.as_view(success_url=reverse_lazy("account_login")),
        name="account_reset_password_from_key",
    ),
    path("sessions/", usersessions.list_usersessions, name="usersessions_list"),
    path("sessions/<int:number>/end/", end_session, name="end-session"),
    path("second-step/", factors.authenticate, name="mfa_authenticate"),
    path("reauthenticate/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("reauthenticate/passkey/", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("login/passkey/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path("security/", security.overview, name="mfa_index"),
    path("security/passkeys/add/", security.add_passkey, name="mfa_add_webauthn"),
    path("security/passkeys/<int:number>/rename/", security.rename_passkey, name="mfa_edit_webauthn"),
    path("security/passkeys/<int:number>/remove/", security.remove_passkey, name="mfa_remove_webauthn"),
    path("security/app/add/", app.activate_totp, name="mfa_activate_totp"),
    path("security/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("security/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("security/codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]

urlpatterns = [
    path("healthz", health, name="health"),
    path("account/", include(account_pages)),
    path("look/", showcase, name="showcase"),
    path("look/tables/", tables_showcase, name="showcase-tables"),
    path("api/v1/", api.urls),
    path("", include("hansa.core.web.urls")),
    *(path("", include(f"hansa.{room}.urls")) for room in ROOMS),
]
