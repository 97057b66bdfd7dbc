"""The environment, read once and strictly; nothing else in the project looks at it.

A value that cannot be meant stops the start with one sentence that says what to write. Defaults are safe for
production; the demonstration is what is switched on. docs/settings.md explains each variable.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from livinglab import embedded

BASE_DIR = Path(__file__).resolve().parent.parent

YEAR = 365 * 24 * 3600  # seconds

# A demonstration shows how it looks; marked, so that nobody goes there.
COUNTER_KO = "시청 1층 시민참여 창구(예시), 평일 09:00–18:00"
COUNTER_EN = "Participation desk, city hall, ground floor (made up), weekdays 09:00–18:00"


class WrongEnvironment(SystemExit):
    """Ends the program with its sentence and no traceback, wherever it is raised."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"livinglab: {sentence}")


@dataclass(frozen=True)
class MailServer:
    host: str
    port: int
    user: str
    password: str
    tls: bool


@dataclass(frozen=True)
class Contact:
    """Where people ask who have a question about the site; empty is what nobody has named."""

    phone: str
    email: str
    counter_ko: str
    counter_en: str


@dataclass(frozen=True)
class PrivacyOfficer:
    """Who answers for personal data, and whom people ask about theirs."""

    name: str
    department: str
    phone: str
    email: str


@dataclass(frozen=True)
class Processor:
    """A company that works with personal data on behalf of the city, and at what."""

    name: str
    task: str


@dataclass(frozen=True)
class Environment:
    """What the environment says, checked.

    `database_url` and `redis_url` always hold an address: the given one, or that of the embedded server under
    `var_dir`, in which case `embedded_database` or `embedded_redis` is true.
    """

    secret_key: str
    secret_key_fallbacks: list[str]
    debug: bool
    demonstration: bool
    site_url: str
    port: int
    bind_address: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    behind_proxy: bool
    proxy_count: int
    database_url: str
    redis_url: str
    email: MailServer
    default_from_email: str
    var_dir: Path
    packages: Path | None
    embedded_database: bool
    embedded_redis: bool
    city_name_ko: str
    city_name_en: str
    official_gov_masthead: bool
    staff_idle_hours: int
    frozen_after: int
    hsts_seconds: int
    hsts_include_subdomains: bool
    hsts_preload: bool
    metrics_token: str
    least_free_disk: int
    logs_to_files: bool
    contact: Contact
    privacy_officer: PrivacyOfficer
    processors: tuple[Processor, ...]


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Read and check every variable; raises `WrongEnvironment` at the first that cannot be meant."""
    debug, demonstration = _boolean(environ, "DEBUG"), _boolean(environ, "DEMONSTRATION")
    port = _number(environ, "PORT", default=8000, least=1, most=65535)
    var_dir = Path(environ.get("VAR_DIR") or BASE_DIR / "var").absolute()
    secret_key = _secret_key(environ, demonstration, var_dir)
    site_url = _site_url(environ, demonstration, port)
    host = urlsplit(site_url).hostname or ""
    database_url, redis_url = environ.get("DATABASE_URL", ""), environ.get("REDIS_URL", "")
    if database_url:
        example = "postgresql://user:password@host:5432/name"
        _check_url("DATABASE_URL", database_url, {"postgresql", "postgres"}, example)
    if redis_url:
        _check_url("REDIS_URL", redis_url, {"redis", "rediss", "redis+socket"}, "redis://host:6379/0")
    return Environment(
        secret_key=secret_key,
        secret_key_fallbacks=_secret_key_fallbacks(environ, secret_key),
        debug=debug,
        demonstration=demonstration,
        site_url=site_url,
        port=port,
        bind_address=_bind_address(environ),
        allowed_hosts=_list(environ, "ALLOWED_HOSTS") or [host, *(["127.0.0.1", "[::1]"] if demonstration else [])],
        csrf_trusted_origins=_origins(environ),
        behind_proxy=_behind_proxy(environ, site_url),
        proxy_count=_number(environ, "PROXY_COUNT", default=1, least=1, most=9),
        database_url=database_url or embedded.postgres_url(var_dir / "postgres"),
        redis_url=redis_url or embedded.redis_url(var_dir / "redis"),
        email=_mail_server(environ),
        default_from_email=_from_email(environ, host),
        var_dir=var_dir,
        packages=_packages(environ),
        embedded_database=not database_url,
        embedded_redis=not redis_url,
        city_name_ko=environ.get("CITY_NAME_KO") or "세종",
        city_name_en=environ.get("CITY_NAME_EN") or "Sejong",
        official_gov_masthead=_boolean(environ, "OFFICIAL_GOV_MASTHEAD"),
        staff_idle_hours=_number(environ, "STAFF_IDLE_HOURS", default=2, least=1, most=24),
        frozen_after=_number(environ, "FROZEN_AFTER", default=60, least=2, most=3600),
        hsts_seconds=_hsts_seconds(environ),
        hsts_include_subdomains=_boolean(environ, "HSTS_INCLUDE_SUBDOMAINS"),
        hsts_preload=_hsts_preload(environ),
        metrics_token=_metrics_token(environ),
        least_free_disk=_number(environ, "LEAST_FREE_DISK", default=500, least=1, most=10**6) * 1024 * 1024,
        logs_to_files=_logs_to_files(environ),
        contact=Contact(
            phone=_telephone(environ, "CONTACT_PHONE", made_up="044-000-0120" if demonstration else ""),
            email=_address(environ, "CONTACT_EMAIL", made_up="lab@example.kr" if demonstration else ""),
            counter_ko=environ.get("CONTACT_COUNTER_KO") or (COUNTER_KO if demonstration else ""),
            counter_en=environ.get("CONTACT_COUNTER_EN") or (COUNTER_EN if demonstration else ""),
        ),
        privacy_officer=PrivacyOfficer(
            name=environ.get("PRIVACY_OFFICER_NAME") or ("한지킴 (예시)" if demonstration else ""),
            department=environ.get("PRIVACY_OFFICER_DEPARTMENT") or ("정보보호과 (예시)" if demonstration else ""),
            phone=_telephone(environ, "PRIVACY_OFFICER_PHONE", made_up="044-000-0118" if demonstration else ""),
            email=_address(environ, "PRIVACY_OFFICER_EMAIL", made_up="privacy@example.kr" if demonstration else ""),
        ),
        processors=_processors(environ),
    )


def _telephone(environ: Mapping[str, str], name: str, *, made_up: str) -> str:
    value = environ.get(name, "").strip()
    if value and not re.fullmatch(r"[0-9+][0-9 ()-]{1,28}", value):
        raise WrongEnvironment(f"{name} is “{value}”; write a telephone number such as 044-120 or 044-300-0000.")
    return value or made_up


def _address(environ: Mapping[str, str], name: str, *, made_up: str) -> str:
    value = environ.get(name, "").strip()
    if value and not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise WrongEnvironment(f"{name} is “{value}”; write an e-mail address such as lab@example.kr.")
    return value or made_up


def _processors(environ: Mapping[str, str]) -> tuple[Processor, ...]:
    entries = [entry.strip() for entry in environ.get("PROCESSORS", "").split(";") if entry.strip()]
    found = []
    for entry in entries:
        name, colon, task = (part.strip() for part in entry.partition(":"))
        if not (name and colon and task):
            raise WrongEnvironment(
                f"PROCESSORS holds “{entry}”; write each as name: task, "
                "such as Host Ltd: runs the servers; Mail Ltd: sends mail."
            )
        found.append(Processor(name, task))
    return tuple(found)


def _boolean(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "") or "false"
    if value not in ("true", "false"):
        raise WrongEnvironment(f"{name} is “{value}”; write true or false.")
    return value == "true"


def _list(environ: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in environ.get(name, "").split(",") if part.strip()]


def _number(environ: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    value = environ.get(name, "") or str(default)
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise WrongEnvironment(f"{name} is “{value}”; write a number from {least} to {most}.")
    return int(value)


def _bind_address(environ: Mapping[str, str]) -> str:
    value = environ.get("BIND_ADDRESS", "") or "127.0.0.1"
    try:
        return str(ip_address(value))
    except ValueError:
        raise WrongEnvironment(
            f"BIND_ADDRESS is “{value}”; write an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all."
        ) from None


def _site_url(environ: Mapping[str, str], demonstration: bool, port: int) -> str:
    value = environ.get("SITE_URL", "")
    if not value and demonstration:
        return f"http://localhost:{port}"
    if not value:
        raise WrongEnvironment(
            "SITE_URL is missing; write the address people use, such as https://lab.example.kr, "
            "or DEMONSTRATION=true for a demonstration."
        )
    url = _check_url("SITE_URL", value, {"https", "http"}, "https://lab.example.kr")
    if url.path not in ("", "/") or url.query or url.fragment:
        raise WrongEnvironment(f"SITE_URL is “{value}”; write it without a path, such as https://lab.example.kr.")
    if url.scheme == "http" and url.hostname != "localhost":
        raise WrongEnvironment(f"SITE_URL is “{value}”; write https://, because plain http is for localhost only.")
    return value.rstrip("/")


def _behind_proxy(environ: Mapping[str, str], site_url: str) -> bool:
    value = _boolean(environ, "BEHIND_PROXY")
    if site_url.startswith("https://") and not value:
        # Every page would lead to itself, for ever: the server speaks plain http and sees https only through a proxy.
        raise WrongEnvironment(
            "SITE_URL begins with https://, but BEHIND_PROXY is false and the server itself speaks plain http; put a "
            "proxy before it that sets X-Forwarded-Proto and write BEHIND_PROXY=true (docs/deployment.md)."
        )
    return value


def _origins(environ: Mapping[str, str]) -> list[str]:
    origins = _list(environ, "CSRF_TRUSTED_ORIGINS")
    for origin in origins:
        if not origin.startswith(("https://", "http://")):
            raise WrongEnvironment(
                f"CSRF_TRUSTED_ORIGINS holds “{origin}”; write origins such as https://lab.example.kr."
            )
    return origins


def _from_email(environ: Mapping[str, str], host: str) -> str:
    value = environ.get("DEFAULT_FROM_EMAIL") or f"Living Lab <no-reply@{host}>"
    if "@" not in value:
        raise WrongEnvironment(
            f"DEFAULT_FROM_EMAIL is “{value}”; write an address such as Living Lab <lab@example.kr>."
        )
    return value


def _mail_server(environ: Mapping[str, str]) -> MailServer:
    example = "smtp://user:password@host:587?tls=true"
    url = _check_url("EMAIL_URL", environ.get("EMAIL_URL") or "smtp://localhost:25", {"smtp"}, example)
    options = dict(parse_qsl(url.query))
    if options not in ({}, {"tls": "true"}, {"tls": "false"}):
        raise WrongEnvironment(f"EMAIL_URL asks for “{url.query}”; write only ?tls=true or ?tls=false after the port.")
    return MailServer(
        host=url.hostname or "localhost",
        port=url.port or 25,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        tls=options.get("tls") == "true",
    )


def _check_url(name: str, value: str, schemes: set[str], example: str) -> SplitResult:
    # The value is not repeated in the sentence: it may hold a password.
    wrong = WrongEnvironment(f"{name} cannot be read as an address; write it like {example}.")
    try:
        url = urlsplit(value)
        url.port  # noqa: B018 (raises what is wrong with it)
    except ValueError:
        raise wrong from None
    if url.scheme not in schemes or not (url.hostname or url.path.strip("/")):
        raise wrong
    return url


def _hsts_seconds(environ: Mapping[str, str]) -> int:
    return _number(environ, "HSTS_SECONDS", default=3600, least=0, most=2 * YEAR)


def _hsts_preload(environ: Mapping[str, str]) -> bool:
    value = _boolean(environ, "HSTS_PRELOAD")
    if value and not (_hsts_seconds(environ) >= YEAR and _boolean(environ, "HSTS_INCLUDE_SUBDOMAINS")):
        # Browsers keep such a site in a list that nobody can leave soon.
        raise WrongEnvironment(
            f"HSTS_PRELOAD is the last step; it needs HSTS_SECONDS={YEAR} or more and HSTS_INCLUDE_SUBDOMAINS=true."
        )
    return value


def _metrics_token(environ: Mapping[str, str]) -> str:
    value = environ.get("METRICS_TOKEN", "")
    if value and not re.fullmatch(r"[!-~]{20,200}", value):
        raise WrongEnvironment("METRICS_TOKEN cannot be used; write 20 to 200 random letters and digits.")
    return value


def _logs_to_files(environ: Mapping[str, str]) -> bool:
    value = environ.get("LOGS", "") or "files"
    if value not in ("files", "console"):
        raise WrongEnvironment(f"LOGS is “{value}”; write files or console.")
    return value == "files"


def _packages(environ: Mapping[str, str]) -> Path | None:
    value = environ.get("PACKAGES", "")
    if not value:
        return None
    folder = Path(value).absolute()
    if not (folder / "npm").is_dir():
        raise WrongEnvironment(f"PACKAGES is “{value}”; write the folder that make packages has filled.")
    return folder


def _secret_key(environ: Mapping[str, str], demonstration: bool, var_dir: Path) -> str:
    value = environ.get("SECRET_KEY", "")
    if value:
        _check_secret_key("SECRET_KEY", value)
        return value
    if not demonstration:
        raise WrongEnvironment(
            "SECRET_KEY is missing; write at least 50 random characters, or DEMONSTRATION=true for a demonstration."
        )
    return _kept_secret_key(var_dir)


def _check_secret_key(name: str, value: str) -> None:
    if len(value) < 50:
        raise WrongEnvironment(f"{name} is too short to be safe; write at least 50 random characters.")
    # Some letters over and over, or the same words again and again, are guessed however long they are.
    if len(set(value)) < 12 or value in (value + value)[1:-1]:
        raise WrongEnvironment(f"{name} repeats itself; write at least 50 random characters.")


def _secret_key_fallbacks(environ: Mapping[str, str], secret_key: str) -> list[str]:
    keys = _list(environ, "SECRET_KEY_FALLBACKS")
    for key in keys:
        _check_secret_key("A key of SECRET_KEY_FALLBACKS", key)
        if key == secret_key:
            raise WrongEnvironment("SECRET_KEY_FALLBACKS holds the key that is in use; write only earlier ones.")
    return keys


def _kept_secret_key(var_dir: Path) -> str:
    kept = var_dir / "secret-key"
    try:
        if not kept.exists():
            var_dir.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=var_dir)  # mode 600
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(64))
            # Only a whole key may appear under the name: two processes starting at once must agree on one.
            try:
                os.link(name, kept)
            except FileExistsError:
                pass
            finally:
                os.unlink(name)
        return kept.read_text()
    except OSError as error:
        raise WrongEnvironment(
            f"{var_dir} cannot be written ({error.strerror}); set VAR_DIR to a folder of yours."
        ) from None


ENV = read_environment(os.environ)
