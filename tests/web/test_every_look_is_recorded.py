"""Every door behind which staff meet people's data leaves a row in the audit trail, and residents leave none."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.models import AccessRecord, Person
from livinglab.notices.actions import notify
from livinglab.notices.models import Mail
from pilots.actions.enrol import leave_pilot
from surveys.actions.exports import request_export
from surveys.models import Export, OpenAnswer
from surveys.tasks import make_exports
from tests.builders import pilots as build_pilots
from tests.builders import surveys as build

Action = AccessRecord.Action
ClientOf = Callable[..., Client]


def recorded(by: Person) -> list[tuple[str, str, int | None]]:
    """What this member of staff did, about what, and how many people it concerned, the oldest first."""
    rows = AccessRecord.objects.filter(by=by).order_by("pk")
    return [(record.action, record.about, record.count) for record in rows]


def test_contacts_of_a_pilot(client_of: ClientOf, mo: Person, ben: Person) -> None:
    pilot = build_pilots.announced_pilot(mo)
    build_pilots.joined(pilot, ben)

    assert client_of(mo).get(reverse("pilots:contacts", args=[pilot.slug])).status_code == 200

    assert recorded(mo) == [(Action.CONTACTS_SEEN, f"pilot {pilot.slug}", 1)]


def test_reasons_for_leaving(client_of: ClientOf, mo: Person, ben: Person) -> None:
    pilot = build_pilots.announced_pilot(mo)
    client, address = client_of(mo), reverse("pilots:people", args=[pilot.slug])
    client.get(address)
    assert recorded(mo) == []

    leave_pilot(build_pilots.joined(pilot, ben), at=timezone.now(), reason="privacy")
    client.get(address)

    assert recorded(mo) == [(Action.REASONS_READ, f"pilot {pilot.slug}", 1)]


def test_residence_desk(client_of: ClientOf, mo: Person, sam: Person, dodam) -> None:
    client, desk = client_of(mo), reverse("me:residence_desk")

    client.post(desk, {"who": "sam@example.kr"})
    client.post(desk, {"who": "sam@example.kr", "area": ""})
    client.post(desk, {"who": "sam@example.kr", "area": dodam.pk})
    client.post(desk, {"who": "nobody@example.kr"})
    client.post(reverse("me:residence_codes"), {"codes-area": dodam.pk, "codes-count": 3})

    *found, searched, printed = recorded(mo)
    assert found == [
        *[(Action.DESK_SEARCHED, f"person {sam.pk}", 1)] * 3,
        (Action.RESIDENCE_CONFIRMED, f"person {sam.pk}", 1),
    ]
    assert searched[0] == Action.DESK_SEARCHED
    assert "nobody" not in searched[1]
    assert printed == (Action.CODES_PRINTED, f"area {dodam.office_code}", 3)


def test_answers_in_peoples_own_words(client_of: ClientOf, eva: Person) -> None:
    wave = build.open_wave_of(build.registered_survey(eva, with_open_question=True, with_questions=False))
    (enrolment,) = build.take_part(wave.survey, 1)
    build.answer_openly(wave, enrolment, "The lamps come on too late when it rains.")
    build.closed_wave(wave)
    client, address = client_of(eva), reverse("surveys:open_answers", args=[wave.pk])

    client.get(address)
    answer = OpenAnswer.objects.get()
    decided = client.post(address, {"answer": answer.pk, "seen": "", "decision": "withhold"})

    assert decided.status_code == 302
    assert recorded(eva) == [
        (Action.ANSWERS_READ, f"wave {wave.pk}", 1),
        (Action.ANSWERS_RELEASED, f"wave {wave.pk}", 1),
    ]


def test_files_of_a_wave(client_of: ClientOf, eva: Person, settings, tmp_path) -> None:
    settings.EXPORTS_ROOT = tmp_path
    wave = build.open_wave_of(build.registered_survey(eva, with_questions=False))
    build.answers_of(wave, build.take_part(wave.survey, 5), accepting=3)
    build.closed_wave(wave)
    level = Export.Level.AGGREGATE
    export = request_export(build.reloaded(wave), format="csv", level=level, why="look", by=eva, at=timezone.now())
    make_exports()

    client_of(eva).post(reverse("surveys:download_export", args=[export.pk]))
    client_of(eva).post(reverse("surveys:evaluator_pack", args=[wave.pk]), {"why": "to check"})

    assert [(action, about) for action, about, _count in recorded(eva)] == [
        (Action.FILE_TAKEN, f"export {export.pk}"),
        (Action.FILE_TAKEN, f"evaluator-pack {wave.pk}"),
    ]


@pytest.mark.parametrize("model", ["notice", "mail"])
def test_notices_and_mails_in_the_admin(client_of: ClientOf, adam: Person, ben: Person, model: str) -> None:
    notify(ben, "pilot_joined", occasion="sample", at=timezone.now())
    Mail.objects.create(to=ben.email, subject="A code", body="ABC-DEF")
    pk = {"notice": ben.notices.get().pk, "mail": Mail.objects.get().pk}[model]

    client_of(adam).get(reverse(f"admin:notices_{model}_changelist"))
    client_of(adam).get(reverse(f"admin:notices_{model}_change", args=[pk]))

    assert recorded(adam) == [(Action.MAILS_READ, f"{model}s", None), (Action.MAILS_READ, f"{model}s {pk}", 1)]


def test_residents_leave_no_record(client_of: ClientOf, ben: Person, mo: Person) -> None:
    pilot = build_pilots.announced_pilot(mo)
    client = client_of(ben)
    for page in ("/", "/me/", "/proposals/", f"/pilots/{pilot.slug}/"):
        client.get(page)

    assert not AccessRecord.objects.exists()
