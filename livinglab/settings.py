"""Settings for every install: safe for production by default, the demonstration is what is switched on."""

from typing import Any

from celery.schedules import crontab, schedule
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from livinglab.embedded import database_settings
from livinglab.env import BASE_DIR, ENV
from livinglab.logs import logging_settings

SECRET_KEY = ENV.secret_key
SECRET_KEY_FALLBACKS = ENV.secret_key_fallbacks
DEBUG = ENV.debug
DEMONSTRATION = ENV.demonstration
ALLOWED_HOSTS = ENV.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENV.csrf_trusted_origins
SITE_URL = ENV.site_url
VAR_DIR = ENV.var_dir
PACKAGES = ENV.packages

# The city that runs this install.
CITY_NAME_KO = ENV.city_name_ko
CITY_NAME_EN = ENV.city_name_en
OFFICIAL_GOV_MASTHEAD = ENV.official_gov_masthead
# Whom people ask, who answers for personal data, and who works with them on behalf of the city.
CONTACT = ENV.contact
PRIVACY_OFFICER = ENV.privacy_officer
PROCESSORS = ENV.processors

INSTALLED_APPS = [
    "livinglab.accounts",
    "livinglab.notices",
    "livinglab.web",
    "livinglab.api",
    "proposals",
    "pilots",
    "surveys",
    "feedback",
    "livinglab.web.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "csp",
]

MIDDLEWARE = [
    "livinglab.web.probes.ProbeMiddleware",
    "livinglab.web.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "livinglab.accounts.middleware.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "livinglab.body_limits.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "livinglab.accounts.middleware.PersonLocaleMiddleware",
    "livinglab.accounts.middleware.LastPersonMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "livinglab.accounts.middleware.StaffSecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "livinglab.accounts.middleware.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "livinglab.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "livinglab.urls"
WSGI_APPLICATION = "livinglab.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "livinglab.web.context.site",
            ]
        },
    }
]
FORM_RENDERER = "livinglab.web.forms.Renderer"

# PostgreSQL is the only engine; without DATABASE_URL the project's own embedded server is used.
DATABASES = {"default": database_settings(ENV.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rows that still count are never thrown away for others: from MAX_ENTRIES on, expired ones are, and of the rest one in
# so many that it is none. Allauth keeps its limits and the used codes of authenticator apps in "default"; what any
# visitor of the API leaves behind has a table of its own.
DATABASE_CACHE: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "OPTIONS": {"MAX_ENTRIES": 10_000, "CULL_FREQUENCY": 10**9},
}
CACHES = {"default": DATABASE_CACHE | {"LOCATION": "cache"}, "throttles": DATABASE_CACHE | {"LOCATION": "throttles"}}
SESSION_ENGINE = "livinglab.accounts.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["livinglab.accounts.backends.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "home"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "livinglab.notices.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "signup": "livinglab.accounts.forms.SignupForm",
    "request_login_code": "livinglab.accounts.code_forms.RequestLoginCodeForm",
    "confirm_login_code": "livinglab.accounts.code_forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "livinglab.accounts.code_forms.ConfirmEmailVerificationCodeForm",
    "confirm_reauthentication_code": "livinglab.accounts.code_forms.ConfirmReauthenticationCodeForm",
}
# What allauth counts itself; everything else stands in livinglab/accounts/limits.py. Behind one address there may be a
# hall of people: by address only what nobody does by hand is stopped.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "signup": "300/h/ip",
    "reset_password": "120/h/ip,5/m/key",
    "reset_password_from_key": "300/h/ip",
    "request_login_code": "300/h/ip",
    # Only second factors still ask for it: passwords are counted by the adapter.
    "login_failed": "5/5m/key",
    # One code in ten seconds, the default, would meet a double click with an error page.
    "confirm_email": "3/m/key",
}
# Six digits in the mail, which phones offer to fill in.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# Whoever finds a session open can read, but neither take the account over nor end it.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
# Limits count by address (livinglab/accounts/limits.py); behind proxies it is the one the outermost of them saw.
PROXY_COUNT = ENV.proxy_count if ENV.behind_proxy else 0
MFA_ADAPTER = "livinglab.accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Living Lab"
# Browsers allow passkeys on http only for localhost; allauth must be told.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://localhost")

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [path for path in (VAR_DIR / "assets", BASE_DIR / "livinglab" / "static") if path.is_dir()]
MEDIA_URL = "media/"
MEDIA_ROOT = VAR_DIR / "media"
# Photos of drafts are among them; pages hand them out, no other server does.
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
METRICS_TOKEN = ENV.metrics_token
LEAST_FREE_DISK = ENV.least_free_disk
# Reports and packs; never served as plain files, only through views that ask who may read them.
REPORTS_ROOT = VAR_DIR / "reports"
EXPORTS_ROOT = VAR_DIR / "exports"
# Put there by build_assets.
REPORT_FONTS = VAR_DIR / "fonts"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Requests write rows; only the worker that walks them talks to the mail server.
EMAIL_BACKEND = (
    "django.core.mail.backends.dummy.EmailBackend" if DEMONSTRATION else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = ENV.email.host
EMAIL_PORT = ENV.email.port
EMAIL_HOST_USER = ENV.email.user
EMAIL_HOST_PASSWORD = ENV.email.password
EMAIL_USE_TLS = ENV.email.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV.default_from_email

CELERY_BROKER_URL = ENV.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ROUTES = {
    "surveys.tasks.make_ordered_reports": {"queue": "reports"},
    "surveys.tasks.recount_wave": {"queue": "reports"},
    "surveys.tasks.make_exports": {"queue": "reports"},
    "surveys.tasks.work_out_closed_waves": {"queue": "analysis"},
}
# A sweep that was not taken within its own period is worth nothing: the next one finds the same rows.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": schedule(10.0), "options": {"expires": 9}}
    for name, task in {
        "send waiting mail": "livinglab.notices.tasks.send_waiting_mail",
        "write mails of new notices": "livinglab.notices.tasks.write_mails_of_notices",
        "open and close waves": "surveys.tasks.open_and_close_waves",
        "invite and remind": "surveys.tasks.invite_and_remind",
        "refresh touched waves": "surveys.tasks.refresh_touched_waves",
        "make ordered reports": "surveys.tasks.make_ordered_reports",
        "make exports": "surveys.tasks.make_exports",
        "delete old exports": "surveys.tasks.delete_old_exports",
        "work out closed waves": "surveys.tasks.work_out_closed_waves",
        "tell news of pilots": "pilots.tasks.tell_news_of_pilots",
        "tell people of decisions": "feedback.tasks.tell_people_of_decisions",
    }.items()
} | {
    "recount waves": {"task": "surveys.tasks.recount_waves", "schedule": crontab(hour=3, minute=0)},
    "write access digest": {
        "task": "livinglab.notices.tasks.write_access_digest",
        "schedule": crontab(hour=5, minute=0),
    },
    "apply retention": {"task": "livinglab.web.tasks.apply_retention", "schedule": crontab(hour=4, minute=0)},
}

LOCAL = SITE_URL.startswith("http://localhost")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_AGE = 14 * 24 * 3600
# Sessions of staff end sooner: after this time without a press.
STAFF_IDLE_HOURS = ENV.staff_idle_hours
SECURE_SSL_REDIRECT = not LOCAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.behind_proxy else None
# Taken in steps (docs/deployment.md): what a browser has been told here it keeps, whatever we say later.
SECURE_HSTS_SECONDS = 0 if LOCAL else ENV.hsts_seconds
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.hsts_include_subdomains
SECURE_HSTS_PRELOAD = ENV.hsts_preload
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# What a form may hold beside its files; how much a request may bring in all stands in livinglab/body_limits.py.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "livinglab.api.authentication.TokenAuthentication",
        "livinglab.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_PAGINATION_CLASS": "livinglab.api.pagination.Cursor",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["livinglab.api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "livinglab.api.schema.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "livinglab.api.throttling.AnonymousThrottle",
        "livinglab.api.throttling.PersonThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "600/min"},
    "EXCEPTION_HANDLER": "livinglab.api.errors.problem_response",
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Living Lab",
    "DESCRIPTION": "The loop of a living lab, open to programs: the same actions and rules as the pages.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["livinglab.api.schema.tidy"],
}

LOGGING = logging_settings(VAR_DIR / "logs", to_files=ENV.logs_to_files)
