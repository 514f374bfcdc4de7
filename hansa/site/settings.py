"""Django's settings. What differs between installations comes from the environment; secrets make themselves."""

import hashlib
import hmac
import os
from ipaddress import ip_network
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from hansa.site import home

DEMO = os.environ.get("HANSA_DEMO") == "1"
DEBUG = False
SECRET_KEY = os.environ.get("HANSA_SECRET_KEY") or home.secret("django")
BASE_URL = os.environ.get("HANSA_URL") or f"http://127.0.0.1:{home.port()}"
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
PROXIES = [ip_network(word) for word in os.environ.get("HANSA_PROXIES", "").replace(",", " ").split()]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "pgtrigger",
    "csp",
    "django_htmx",
    "hansa.core.web",  # before allauth, whose pages it dresses
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_linear_migrations",
    "hansa.core",
    "hansa.accounts",
    "hansa.notices",
    "hansa.history",
    "hansa.filters",
    "hansa.rulebook",
    "hansa.programs",
    "hansa.customers",
    "hansa.partnerships",
    "hansa.tiers",
    "hansa.files",
    "hansa.talk",
    "hansa.deals",
    "hansa.disputes",
    "hansa.exports",
    "hansa.portal",
    "hansa.simulator",
]

MIDDLEWARE = [
    "hansa.core.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "hansa.core.web.middleware.SeenTextMiddleware",
    "hansa.core.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "hansa.site.urls"
API = "hansa.site.api.api"
REFERENCE = home.PROJECT / "docs" / "reference"
WSGI_APPLICATION = "hansa.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hansa.portal.context.workspace",
            ],
            "builtins": ["django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "hansa.core.web.forms.FormRenderer"


def database(url: str, **changes: Any) -> dict[str, Any]:
    """Django's settings for a PostgreSQL address, as a URL or in libpq's words."""
    words = conninfo_to_dict(url)
    return {
        "ENGINE": "hansa.core.postgresql",
        "NAME": str(words.pop("dbname", "hansa")),
        "USER": str(words.pop("user", "")),
        "PASSWORD": str(words.pop("password", "")),
        "HOST": str(words.pop("host", "")),
        "PORT": str(words.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": words,
        **changes,
    }


def runtime_password(owner: dict[str, Any]) -> str:
    """The runtime role's password where none is given: the same for whoever holds the owner's."""
    key = owner["PASSWORD"] or home.secret("runtime role")
    return hmac.new(key.encode(), b"hansa runtime role", hashlib.sha256).hexdigest()


OWNER = database(os.environ.get("DATABASE_URL") or "postgresql://hansa@localhost/hansa", CONN_MAX_AGE=0)
if runtime_url := os.environ.get("DATABASE_APP_URL"):
    RUNTIME = database(runtime_url)
else:
    RUNTIME = {
        **OWNER,
        "OPTIONS": dict(OWNER["OPTIONS"]),
        "USER": "hansa_app",
        "PASSWORD": runtime_password(OWNER),
        "CONN_MAX_AGE": None,
    }
RUNTIME["OPTIONS"] |= {
    "options": "-c statement_timeout=20s -c synchronous_commit=on",
    "server_side_binding": True,  # without it, nothing can be prepared
    "prepare_threshold": 5,
}

DATABASES = {"default": RUNTIME, "owner": OWNER}
DATABASE_ROUTERS = ["hansa.core.routing.OwnerMigrates"]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AUTHENTICATION_BACKENDS = ["hansa.accounts.backend.PersonBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody makes Hansa write to strangers
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(BASE_URL).scheme
ACCOUNT_ADAPTER = "hansa.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "hansa.accounts.password_forms.LoginForm",
    "reauthenticate": "hansa.accounts.password_forms.ReauthenticateForm",
    "reset_password": "hansa.accounts.password_forms.ResetPasswordForm",
    "reset_password_from_key": "hansa.accounts.password_forms.ResetPasswordKeyForm",
    "change_password": "hansa.accounts.password_forms.ChangePasswordForm",
    "set_password": "hansa.accounts.password_forms.SetPasswordForm",
}
ACCOUNT_RATE_LIMITS = False  # its limiter counts in the cache and is not exact; hansa.core.limits is
MFA_ADAPTER = "hansa.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "hansa.accounts.factor_forms.CodeForm",
    "reauthenticate": "hansa.accounts.factor_forms.CodeAgainForm",
    "authenticate_webauthn": "hansa.accounts.factor_forms.PasskeyForm",
    "reauthenticate_webauthn": "hansa.accounts.factor_forms.PasskeyAgainForm",
    "login_webauthn": "hansa.accounts.factor_forms.PasskeyLoginForm",
    "add_webauthn": "hansa.accounts.factor_forms.AddPasskeyForm",
    "edit_webauthn": "hansa.accounts.factor_forms.RenamePasskeyForm",
    "activate_totp": "hansa.accounts.factor_forms.AddAppForm",
}
MFA_RATE_LIMITS = False
PASSWORD_RESET_TIMEOUT = 30 * 60
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "hansa.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https:")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
WHITENOISE_ROOT = home.PROJECT / "hansa" / "core" / "web" / "top"  # files whose address must be at the top
REPLAY_COPIES = home.home() / "replays"  # what replays read of the decisions, a folder for each vendor
STATIC_ROOT = home.home() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

EMAIL_BACKEND = "hansa.notices.mailbox.DemonstrationBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("HANSA_MAIL_FROM", "Hansa <hansa@localhost>")
# Answers to mail come in at reply+…@ this domain; empty: mail is not answered.
MAIL_REPLY_DOMAIN = os.environ.get("HANSA_MAIL_REPLY_DOMAIN") or ("reply.example" if DEMO else "")
if smtp := os.environ.get("HANSA_SMTP_URL"):
    EMAIL_HOST = urlsplit(smtp).hostname
    EMAIL_PORT = urlsplit(smtp).port or 587
    EMAIL_HOST_USER = unquote(urlsplit(smtp).username or "")
    EMAIL_HOST_PASSWORD = unquote(urlsplit(smtp).password or "")
    EMAIL_USE_TLS = urlsplit(smtp).scheme == "smtps"
EMAIL_TIMEOUT = 15

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}},  # every passing scanner sends such names
}

SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # a constraint over lower(email) makes it unique
