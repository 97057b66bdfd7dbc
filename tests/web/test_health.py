"""What watches the site: /healthz, /readyz and /metrics, asked as load balancers and Prometheus ask."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from livinglab.env import BASE_DIR
from livinglab.notices.actions import notify
from livinglab.notices.models import Mail
from livinglab.web.models import Heartbeat
from livinglab.web.readiness import QUEUES
from livinglab.web.request_times import BUCKETS, REQUEST_TIMES, RequestTimes
from livinglab.web.views.health import FORWARDED
from tests.workers import database_away

TOKEN = "a-token-of-a-test-0123456789"
PROBES = ("/healthz", "/readyz", "/metrics")


@pytest.fixture
def workers(db) -> None:
    Heartbeat.objects.create(name="celery@here", queues=list(QUEUES), at=timezone.now())
    Heartbeat.objects.create(name="beat@here", at=timezone.now())


@pytest.fixture
def in_production(settings) -> None:
    settings.ALLOWED_HOSTS = ["lab.example.kr"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def ready(client: Client) -> tuple[int, dict]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)


def metric(client: Client, name: str) -> float:
    text = client.get("/metrics").content.decode()
    found = re.search(rf"^livinglab_{re.escape(name)} (.+)$", text, re.MULTILINE)
    assert found, text
    return float(found[1])


@pytest.mark.parametrize("headers", [{}, {"HTTP_X_FORWARDED_PROTO": "https"}, {"HTTP_X_FORWARDED_PROTO": "http"}])
@pytest.mark.parametrize("host", ["10.0.3.7:8000", "lab.example.kr", "", "not a host!"])
def test_load_balancer_is_answered_whatever_it_calls_us(in_production, workers, host, headers):
    client = Client(HTTP_HOST=host, **headers)

    assert client.get("/healthz").status_code == 200
    assert client.head("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    # Anybody else still has to say the right name.
    assert client.get("/about/").status_code in ({200, 301} if host == "lab.example.kr" else {400})


@pytest.mark.parametrize("path", PROBES)
def test_probes_are_never_cached_set_no_cookie_and_take_no_post(client, workers, path):
    answer = client.get(path)

    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert client.post(path).status_code == 405


def test_alive_is_whoever_answers_whatever_else_is_away(transactional_db):
    with database_away():
        answer = Client().get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_alive_asks_nothing_of_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_ready_is_a_site_whose_database_workers_and_disk_do_their_work(client, workers):
    status, told = ready(client)

    assert (status, told["ready"], told["problems"], told["database"]) == (200, True, [], "answers")
    assert [worker["name"] for worker in told["workers"]] == ["beat@here", "celery@here"]
    assert told["disk_free_mb"] > 0


def test_database_that_is_away_is_named(transactional_db):
    with database_away():
        status, told = ready(Client())

    assert (status, told["database"]) == (503, "away")
    assert told["problems"] == ["The database does not answer (OperationalError)."]


def test_silent_worker_is_named_with_the_queue_that_nobody_takes(client, workers):
    Heartbeat.objects.filter(name="celery@here").update(at=timezone.now() - timedelta(minutes=2))
    Heartbeat.objects.create(name="celery@there", queues=["celery", "reports"], at=timezone.now())

    status, told = ready(client)

    assert status == 503
    assert told["problems"] == ["No worker takes the queue “analysis”."]
    assert {worker["name"]: worker["alive"] for worker in told["workers"]} == {
        "beat@here": True,
        "celery@here": False,
        "celery@there": True,
    }


def test_silent_beat_is_named(client, workers):
    Heartbeat.objects.filter(name="beat@here").update(at=timezone.now() - timedelta(minutes=2))

    status, told = ready(client)

    assert (status, told["problems"]) == (503, ["No beat is running: nothing starts by itself."])


def test_disk_that_is_nearly_full_is_named(client, workers, settings):
    settings.LEAST_FREE_DISK = 2**60

    status, told = ready(client)

    assert status == 503
    assert told["problems"][0].startswith("The disk is nearly full: ")


def test_mail_that_waits_for_too_long_is_named_and_one_that_has_just_come_is_not(client, workers, ben):
    at = timezone.now()
    mail = Mail.objects.create(to=ben.email, subject="Your code", body="123456", next_try_at=at - timedelta(minutes=1))
    assert ready(client)[0] == 200

    Mail.objects.filter(pk=mail.pk).update(next_try_at=at - timedelta(hours=1))
    status, told = ready(client)

    assert status == 503
    assert re.fullmatch(r"Waiting for too long: mails, 36\d\d s\.", told["problems"][0])
    assert told["waiting"]["mails"]["rows"] == 1


def test_what_is_told_is_about_nobody(client, workers, ben):
    notify(ben, "pilot_joined", occasion="sample", at=timezone.now())
    Mail.objects.create(to=ben.email, subject="For Ben only", body="secret words")

    told = client.get("/readyz").content.decode() + client.get("/metrics").content.decode()

    assert [word for word in (ben.email, ben.nickname, ben.name, "For Ben only", "secret words") if word in told] == []


def test_metrics_are_for_the_machine_itself_or_with_the_token(client, db, settings):
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200
    assert client.get("/metrics", **elsewhere).status_code == 403
    # Without a token in the settings there is none to show.
    assert client.get("/metrics", **elsewhere, headers={"Authorization": "Bearer "}).status_code == 403

    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics", **elsewhere, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert client.get("/metrics", **elsewhere, headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 403
    assert client.get("/metrics", **elsewhere, headers={"Authorization": TOKEN}).status_code == 403


@pytest.mark.parametrize("header", FORWARDED)
def test_proxy_on_the_machine_is_not_the_machine_itself(client, db, header):
    assert client.get("/metrics", headers={header: "https"}).status_code == 403


def test_metrics_tell_what_waits_and_who_lives(client, workers, ben):
    Mail.objects.create(to=ben.email, subject="s", body="b", next_try_at=timezone.now() - timedelta(minutes=5))
    Mail.objects.create(to=ben.email, subject="s", body="b", given_up_at=timezone.now())

    assert metric(client, 'waiting_rows{kind="mails"}') == 1
    assert 300 <= metric(client, 'waiting_oldest_seconds{kind="mails"}') < 400
    assert metric(client, "mails_given_up") == 1
    assert metric(client, 'heartbeat_age_seconds{name="celery@here"}') < 60
    assert metric(client, "database_up") == 1
    assert metric(client, "disk_free_bytes") > 0


def test_metrics_without_database_say_so(transactional_db):
    with database_away():
        assert metric(Client(), "database_up") == 0


def test_request_times_are_counted_by_view_and_kind_of_answer(client, db):
    client.get("/about/")
    counted = 'request_seconds_count{view="about",status="2xx"}'
    before = metric(client, counted)

    client.get("/about/")
    client.get("/nothing/of/the/kind/")

    assert metric(client, counted) == before + 1
    assert metric(client, 'request_seconds_bucket{view="about",status="2xx",le="+Inf"}') == before + 1
    assert metric(client, 'request_seconds_count{view="none",status="4xx"}') >= 1


ANOTHER_PROCESS = """
import django
django.setup()
from livinglab.web.request_times import REQUEST_TIMES
for seconds in (0.2, 0.2, 20.0):
    REQUEST_TIMES.add("a view of another process", 200, seconds)
REQUEST_TIMES.write()
print(flush=True)
input()
"""


def test_web_processes_add_up_and_what_ended_stays_counted(client, db):
    def counted() -> list[float]:
        labels = 'view="a view of another process",status="2xx"'
        ends = ("0.1", "0.25", "10", "+Inf")
        return [metric(client, f'request_seconds_bucket{{{labels},le="{end}"}}') for end in ends]

    REQUEST_TIMES.add("a view of another process", 200, 0.01)
    others = [
        subprocess.Popen(
            [sys.executable, "-c", ANOTHER_PROCESS],
            cwd=BASE_DIR,
            env=os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _process in range(2)
    ]
    try:
        for other in others:
            assert other.stdout is not None
            assert other.stdout.readline() == b"\n"
        assert counted() == [1, 5, 5, 7]
    finally:
        for other in others:
            other.communicate(b"\n")

    assert counted() == [1, 5, 5, 7]


def test_counts_of_an_ended_process_stay_when_another_one_gets_its_number(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    for _process in range(3):
        process = RequestTimes()
        process.add("home", 200, 0.01)
        process.write()
        process.write()

    counted = process.of_all_processes()[("home", "2xx")]

    assert counted == [3] + (len(BUCKETS) - 1) * [0] + [pytest.approx(0.03)]
