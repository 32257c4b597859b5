"""Django's settings, all of them derived from the configuration of the home that `BELVEDERE_HOME` names."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from belvedere.cli.layout import INITIAL_FILE, SECRET_FILE
from belvedere.conf.config import HOMELESS
from belvedere.conf.databases import database_settings
from belvedere.conf.describing import commented_file
from belvedere.conf.logs import logging_settings
from belvedere.conf.proxies import origin_of
from belvedere.conf.reading import read_config
from belvedere.conf.secret import read_secret
from belvedere.conf.telling import settings_told

_home = os.environ.get("BELVEDERE_HOME")

BELVEDERE = read_config(Path(_home).absolute() if _home else HOMELESS, os.environ)
BELVEDERE_FILE = commented_file  # for the floors below, which write it into a new home
BELVEDERE_TOLD = settings_told  # likewise, to show it
BELVEDERE_INITIAL = BELVEDERE.home / INITIAL_FILE  # the first administrator's credentials, until somebody deletes it

# Without a home nothing is kept, so a secret of this process alone serves, and nobody can run a site on it.
SECRET_KEY = read_secret(BELVEDERE.home / SECRET_FILE) if _home else secrets.token_hex(32)

DEBUG = False

# Nothing that outlives a request (mail, hooks, caches) may use the Host header: it takes `base_url`. What is told
# within a request goes back to the one who sent the header.
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "belvedere.events",
    "belvedere.choices",
    "belvedere.accounts",
    "belvedere.repos",
    "belvedere.reviews",
    "belvedere.gists",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "belvedere.web.compression.compression",
    "belvedere.web.policy.content_security_policy",
]
ROOT_URLCONF = "belvedere.conf.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": sorted(Path(__file__).parents[1].glob("*/templates")),
        "OPTIONS": {
            "environment": "belvedere.conf.templating.environment",
            "context_processors": ["belvedere.web.shell.shell", "django.contrib.messages.context_processors.messages"],
        },
    }
]
FORM_RENDERER = "belvedere.web.forms.Renderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
WSGI_APPLICATION = "belvedere.conf.wsgi.application"
APPEND_SLASH = False

DATABASES = {"default": database_settings(BELVEDERE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "belvedere.conf.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Mail goes out by jobs alone (see `belvedere.mail`); where `smtp_host` is empty there are none.
EMAIL_HOST = BELVEDERE.smtp_host
EMAIL_PORT = BELVEDERE.smtp_port
EMAIL_USE_TLS = BELVEDERE.smtp_security == "starttls"
EMAIL_USE_SSL = BELVEDERE.smtp_security == "tls"
EMAIL_HOST_USER = BELVEDERE.smtp_user
EMAIL_HOST_PASSWORD = BELVEDERE.smtp_password
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = BELVEDERE.mail_from

USE_TZ = True
TIME_ZONE = BELVEDERE.time_zone
USE_I18N = False

# The largest body that is read into memory: an API call or a form. Pushes and uploads are streamed and counted apart.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# The session's own cookie is set by `web.visitors`; these are of the token against forged forms and of short messages,
# and the door adds `Secure` to all of them where the request came by HTTPS.
CSRF_COOKIE_NAME = "belvedere_form"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [origin_of(BELVEDERE.base_url)] if BELVEDERE.base_url else []  # where proxies change the host
CSRF_FAILURE_VIEW = "belvedere.web.door.forged"
SESSION_COOKIE_HTTPONLY = True

SECURE_HSTS_SECONDS = 31_536_000 if BELVEDERE.base_url.startswith("https://") else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = logging_settings(BELVEDERE.log_level)
