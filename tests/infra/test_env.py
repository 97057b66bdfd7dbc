"""The environment is read strictly, and every variable is documented."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from livinglab.env import BASE_DIR, WrongEnvironment, read_environment

KEY = "a key of an install in a test, of 60 characters, w/o meaning"
EARLIER = "the-key-before-that-one-also-quite-long-0123456789-XYZ"
PRODUCTION = {"SECRET_KEY": KEY, "SITE_URL": "https://lab.example.kr", "BEHIND_PROXY": "true"}


class Recorded(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.asked: set[str] = set()

    def get(self, name, default=None):
        self.asked.add(name)
        return super().get(name, default)


def test_production_needs_a_key_and_an_address_and_is_safe_with_them():
    env = read_environment(PRODUCTION)

    assert (env.debug, env.demonstration, env.official_gov_masthead) == (False, False, False)
    assert env.bind_address == "127.0.0.1"
    assert env.allowed_hosts == ["lab.example.kr"]
    assert env.default_from_email == "Living Lab <no-reply@lab.example.kr>"


def test_earlier_keys_are_named_beside_the_one_in_use():
    assert read_environment(PRODUCTION).secret_key_fallbacks == []
    assert read_environment(PRODUCTION | {"SECRET_KEY_FALLBACKS": f" {EARLIER}, "}).secret_key_fallbacks == [EARLIER]

    with pytest.raises(WrongEnvironment, match="holds the key that is in use"):
        read_environment(PRODUCTION | {"SECRET_KEY": EARLIER, "SECRET_KEY_FALLBACKS": EARLIER})


def test_demonstration_needs_nothing(tmp_path):
    env = read_environment({"DEMONSTRATION": "true", "PORT": "9000", "VAR_DIR": str(tmp_path)})

    assert env.site_url == "http://localhost:9000"
    assert env.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert env.embedded_database
    assert env.embedded_redis


def test_key_of_the_demonstration_is_random_kept_and_private(tmp_path):
    first, second = (
        read_environment({"DEMONSTRATION": "true", "VAR_DIR": str(tmp_path / name)}).secret_key for name in "ab"
    )

    assert first != second
    assert len(first) >= 50
    assert read_environment({"DEMONSTRATION": "true", "VAR_DIR": str(tmp_path / "a")}).secret_key == first
    assert stat.S_IMODE((tmp_path / "a" / "secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"DEBUG": "yes"}, "DEBUG is “yes”; write true or false."),
        ({"DEBUG": "True"}, "write true or false"),
        ({"DEMONSTRATION": "1"}, "DEMONSTRATION is “1”; write true or false."),
        ({"BEHIND_PROXY": "on"}, "write true or false"),
        ({"BEHIND_PROXY": "false"}, "the server itself speaks plain http; put a proxy before it"),
        ({"BIND_ADDRESS": "localhost"}, "BIND_ADDRESS is “localhost”; write an address of this machine"),
        ({"FROZEN_AFTER": "0"}, "FROZEN_AFTER is “0”; write a number from 2 to 3600."),
        ({"HSTS_SECONDS": "a year"}, "write a number from 0 to 63072000"),
        ({"HSTS_PRELOAD": "true", "HSTS_SECONDS": "31536000"}, "HSTS_PRELOAD is the last step"),
        ({"HSTS_PRELOAD": "true", "HSTS_INCLUDE_SUBDOMAINS": "true"}, "it needs HSTS_SECONDS=31536000 or more"),
        ({"METRICS_TOKEN": "secret"}, "METRICS_TOKEN cannot be used; write 20 to 200 random letters and digits."),
        ({"LEAST_FREE_DISK": "1 GB"}, "LEAST_FREE_DISK is “1 GB”; write a number"),
        ({"LOGS": "syslog"}, "LOGS is “syslog”; write files or console."),
        ({"OFFICIAL_GOV_MASTHEAD": "no"}, "write true or false"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "at least 50 random characters"),
        ({"SECRET_KEY": "x" * 60}, "SECRET_KEY repeats itself"),
        ({"SECRET_KEY": "change this key!" * 4}, "SECRET_KEY repeats itself"),
        ({"SECRET_KEY_FALLBACKS": f"{EARLIER},short"}, "A key of SECRET_KEY_FALLBACKS is too short"),
        ({"SECRET_KEY_FALLBACKS": "y" * 60}, "A key of SECRET_KEY_FALLBACKS repeats itself"),
        ({"STAFF_IDLE_HOURS": "0"}, "STAFF_IDLE_HOURS is “0”; write a number from 1 to 24."),
        ({"PORT": "http"}, "write a number from 1 to 65535"),
        ({"PORT": "70000"}, "write a number from 1 to 65535"),
        ({"PORT": "٨٠"}, "write a number from 1 to 65535"),
        ({"SITE_URL": ""}, "SITE_URL is missing"),
        ({"SITE_URL": "lab.example.kr"}, "write it like https://lab.example.kr"),
        ({"SITE_URL": "http://lab.example.kr"}, "write https://"),
        ({"SITE_URL": "https://lab.example.kr/city"}, "without a path"),
        ({"CSRF_TRUSTED_ORIGINS": "lab.example.kr"}, "write origins such as https://"),
        ({"DATABASE_URL": "mysql://host/name"}, "DATABASE_URL cannot be read as an address; write it like postgresql"),
        ({"DATABASE_URL": "postgresql://host:port/name"}, "DATABASE_URL cannot be read"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL cannot be read as an address; write it like redis://"),
        ({"EMAIL_URL": "mail.example.kr"}, "EMAIL_URL cannot be read as an address"),
        ({"EMAIL_URL": "smtp://host:25?tls=yes"}, "write only ?tls=true or ?tls=false"),
        ({"DEFAULT_FROM_EMAIL": "Living Lab"}, "write an address"),
        ({"CONTACT_PHONE": "call us"}, "CONTACT_PHONE is “call us”; write a telephone number such as 044-120"),
        ({"PRIVACY_OFFICER_EMAIL": "the officer"}, "write an e-mail address such as lab@example.kr"),
        ({"PROCESSORS": "Host Ltd"}, "PROCESSORS holds “Host Ltd”; write each as name: task"),
    ],
)
def test_value_that_cannot_be_meant_stops_with_a_sentence_that_says_what_to_write(given, sentence):
    with pytest.raises(WrongEnvironment, match=re.escape(sentence)):
        read_environment(PRODUCTION | given)


def test_site_on_localhost_needs_no_proxy():
    env = read_environment({"SECRET_KEY": KEY, "SITE_URL": "http://localhost:8000"})

    assert not env.behind_proxy


def test_hsts_begins_with_an_hour_for_this_address_only_and_every_step_can_be_taken_and_taken_back():
    first = read_environment(PRODUCTION)
    last_step = {"HSTS_SECONDS": "31536000", "HSTS_INCLUDE_SUBDOMAINS": "true", "HSTS_PRELOAD": "true"}
    last, back = read_environment(PRODUCTION | last_step), read_environment(PRODUCTION | {"HSTS_SECONDS": "0"})

    assert (first.hsts_seconds, first.hsts_include_subdomains, first.hsts_preload) == (3600, False, False)
    assert (last.hsts_seconds, last.hsts_include_subdomains, last.hsts_preload) == (31536000, True, True)
    assert (back.hsts_seconds, back.hsts_include_subdomains, back.hsts_preload) == (0, False, False)


def test_sentence_about_an_address_does_not_show_its_password():
    with pytest.raises(WrongEnvironment) as refusal:
        read_environment(PRODUCTION | {"DATABASE_URL": "mysql://user:hunter2@host/name"})

    assert "hunter2" not in str(refusal.value)


def test_mail_server_is_read_from_its_address():
    email = read_environment(PRODUCTION | {"EMAIL_URL": "smtp://lab%40city:p%2Fw@mail.example.kr:587?tls=true"}).email

    assert (email.host, email.port, email.user, email.password, email.tls) == (
        "mail.example.kr",
        587,
        "lab@city",
        "p/w",
        True,
    )


def test_wrong_value_ends_a_command_with_one_line_and_no_traceback():
    environment = os.environ | PRODUCTION | {"DEBUG": "yes", "DJANGO_SETTINGS_MODULE": "livinglab.settings"}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "livinglab: DEBUG is “yes”; write true or false.\n"


def test_folder_that_cannot_be_written_is_told():
    with pytest.raises(WrongEnvironment, match="cannot be written"):
        read_environment({"DEMONSTRATION": "true", "VAR_DIR": "/proc/livinglab"})


def test_whom_to_ask_is_nobody_in_production_and_made_up_in_a_demonstration(tmp_path):
    production = read_environment(PRODUCTION)
    demonstration = read_environment({"DEMONSTRATION": "true", "VAR_DIR": str(tmp_path)})

    assert (production.contact.phone, production.privacy_officer.name, production.processors) == ("", "", ())
    assert "예시" in demonstration.privacy_officer.name
    assert "made up" in demonstration.contact.counter_en


def test_processors_are_read_with_what_they_do():
    env = read_environment(PRODUCTION | {"PROCESSORS": "Host Ltd: runs the servers; Mail Ltd: sends mail"})

    assert [(processor.name, processor.task) for processor in env.processors] == [
        ("Host Ltd", "runs the servers"),
        ("Mail Ltd", "sends mail"),
    ]


def test_every_variable_is_documented_and_nothing_else():
    asked = Recorded(PRODUCTION)
    read_environment(asked)
    text = (BASE_DIR / "docs" / "settings.md").read_text(encoding="utf-8").split("\n## ")[0]

    assert re.findall(r"^\| `([A-Z_]+)`", text, flags=re.MULTILINE) == sorted(asked.asked)


def test_nothing_else_reads_the_environment():
    readers = [
        path.relative_to(BASE_DIR).as_posix()
        for package in ("livinglab", "proposals", "pilots", "surveys", "feedback")
        for path in sorted(Path(BASE_DIR / package).rglob("*.py"))
        if re.search(r"os\.getenv|os\.environ\.get\(|os\.environ\[[^]]+\](?! *[,=])", path.read_text(encoding="utf-8"))
    ]

    assert readers == []
