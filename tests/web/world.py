"""A small city in which every object belongs to somebody: for the table of addresses by object."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from feedback.models import Decision
from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.accounts.tokens import make_token
from livinglab.notices.actions import notify
from livinglab.notices.stopping import MailKind, path_to_stop
from livinglab.web.contact import write_to_the_city
from pilots.actions.plan import change_consent_text
from pilots.consent import usual_words
from pilots.models import ConsentText, Service
from proposals.actions.comment import flag_comment, flag_proposal
from proposals.actions.moderate import hide_flagged_comment
from proposals.actions.propose import add_photo, withdraw_proposal
from surveys.actions.closing import work_out_next
from surveys.actions.exports import request_export
from surveys.actions.reports import make_next_report, order_report, publish_report
from surveys.links import answer_link
from surveys.metrics.refresh import refresh
from surveys.models import Alarm, ReportOrder, Verdict
from tests.builders import feedback, pilots, proposals, surveys
from tests.people import make_area, make_office, make_person

# Who asks: each has one role, and some of the objects are theirs.
READERS = (
    "nobody",
    "author",
    "participant",
    "resident",
    "moderator",
    "moderator here",
    "moderator elsewhere",
    "evaluator",
    "other evaluator",
    "host",
    "other host",
    "administrator",
)
DAY = timedelta(days=1)
Arguments = dict[str, Any]


def make_people() -> dict[str, Person]:
    here, elsewhere = make_area(), make_area("조치원읍", "Jochiwon-eup", "3611025000")
    people = {
        "author": make_person("ana", area=here, confirmed=True),
        "participant": make_person("ben", area=here, confirmed=True),
        "resident": make_person("sam", area=here, confirmed=True),
        "moderator": make_person("mo", Role.MODERATOR),
        "evaluator": make_person("eva", Role.EVALUATOR),
        "other evaluator": make_person("eve", Role.EVALUATOR),
        "host": make_person("hana", Role.HOST),
        "other host": make_person("hugo", Role.HOST),
        "administrator": make_person("adam", Role.ADMINISTRATOR),
    }
    for key, nickname, area in (("here", "ho", here), ("elsewhere", "fo", elsewhere)):
        person = make_person(nickname, Role.MODERATOR)
        person.grants.update(office=make_office(key, area))
        people[f"moderator {key}"] = Person.objects.with_roles().get(pk=person.pk)
    return people


def make_world(people: dict[str, Person]) -> dict[str, Arguments]:
    """Objects by name, each as the arguments of its addresses.

    What is tried lies in the area of `moderator here`, and is the host's and the evaluator's.
    """
    now, ana, ben = timezone.now(), people["author"], people["participant"]
    decider = make_person("decider", Role.MODERATOR)
    draft = proposals.draft(ana)
    published = proposals.published(ana, decider)
    comment, rude = (proposals.comment(published, ben, text=text) for text in ("I walk there.", "Rude."))
    flag = flag_comment(rude, by=ana, reason="insult", at=now)
    hide_flagged_comment(flag, by=decider, at=now, reason="It insults people.")
    reported = proposals.published(people["resident"], decider, title="A ferry")
    notify(ben, "pilot_joined", occasion="sample", at=now)
    token, _text = make_token(ben, name="map", scopes=["read"], days=7, at=now)
    rows = {
        "draft": draft,
        "submitted": proposals.submitted(ana),
        "changes asked": proposals.changes_asked(ana, decider, at=now - DAY),
        "declined": proposals.declined(ana, decider),
        "withdrawn": withdraw_proposal(proposals.submitted(ana), by=ana, at=now),
        "published": published,
        "photo of a draft": add_photo(draft, by=ana, upload=proposals.picture(), at=now),
        "comment": comment,
        "hidden comment": rude,
        "report of a proposal": flag_proposal(reported, by=ana, reason="false", at=now),
        "report of a comment": flag_comment(comment, by=ana, reason="insult", at=now),
        "notice": ben.notices.get(occasion="sample"),
        "passkey": ben.authenticator_set.create(type="webauthn", data={"name": "My phone"}),
        "token": token,
    }
    path = path_to_stop(ben, next(iter(MailKind)))
    return {
        **{name: {"pk": row.pk} for name, row in rows.items()},
        **make_pilots(people, decider),
        "participant": {"pk": ben.pk},
        "one of the staff": {"pk": people["evaluator"].pk},
        "link that stops mails": {"token": path.split("/")[3]},
    }


def make_pilots(people: dict[str, Person], decider: Person) -> dict[str, Arguments]:
    at, host, eva = timezone.now() - 20 * DAY, people["host"], people["evaluator"]

    def service(title: str) -> Service:
        proposal = proposals.published(people["author"], decider, title=title)
        return pilots.service(proposal, moderator=decider, name_ko=title, name_en=title)

    pilot = pilots.announced_pilot(decider, of=service("Footstep lamps"), host=host, at=at, starts_in=0)
    monitoring = ConsentText.Purpose.MONITORING
    change_consent_text(pilot, purpose=monitoring, words=usual_words(monitoring), at=at)
    planned = pilots.planned_pilot(decider, of=service("Umbrellas"), host=host)
    survey = surveys.registered_survey(
        eva, pilot=pilot, at=at, waves=3, with_open_question=True, n_min=10, protected_groups=()
    )
    enrolment = pilots.joined(pilot, people["participant"], at=at, age_band="40-49", sex="f", access_needs=("sign",))
    wave = surveys.open_wave_of(survey)
    others = surveys.take_part(survey, 11)
    surveys.answers_of(wave, [enrolment, *others], accepting=9)
    snapshot = surveys.closed_wave(wave)
    while work_out_next(at=snapshot.frozen_at):
        pass
    now = timezone.now()
    order_report(snapshot, language="en", by=eva, at=now)
    make_next_report()
    order = ReportOrder.objects.get()
    number = publish_report(order, by=eva, at=now).number
    chart = {"chart": "ewma", "direction": "down", "value": -1.1, "limit": -0.6}
    alarm = Alarm.objects.create(snapshot=snapshot, charts=[chart], n=12, distance=-5.5, raised_at=now)
    verdict = Verdict.objects.get(snapshot=snapshot)
    survey.waves.filter(number=2).update(opens_at=now - 2 * DAY, closes_at=now + DAY)
    second = surveys.open_wave_of(survey, 2)
    # Some have answered, and the others can be reminded.
    surveys.answers_of(second, others[:5], accepting=5)
    refresh(second, at=now)
    judged = pilots.announced_pilot(decider, of=service("Night bus"))
    judgement = feedback.verdict(make_person("judge", Role.EVALUATOR), "RETIRE", pilot=judged, prefix="q")
    message = write_to_the_city(
        "When does it begin?", pilot=pilot, person=people["participant"], reply_to="", language="en", at=now
    )
    free = service("Warm benches").versions.get().pk
    return {
        "pilot": {"slug": pilot.slug},
        "planned pilot": {"slug": planned.slug},
        "service": {"slug": pilot.version.service.slug},
        "service to come": {"slug": planned.version.service.slug},
        "proposal without a service": {"proposal": proposals.published(people["author"], decider, title="A roof").pk},
        "version without a pilot": {"version": free},
        "version and test bed": {"version": free, "test_bed": planned.test_bed_id},
        "closed wave": {"pk": wave.pk},
        "open wave": {"pk": second.pk},
        "planned wave": {"pk": survey.waves.get(number=3).pk},
        "first screen": {"pk": second.pk, "number": 1},
        "link of an invitation": {"pk": second.pk, "token": answer_link(second, enrolment).split("/")[-2]},
        "figure": {"pk": wave.pk, "key": "accept"},
        "report": {"pk": wave.pk, "number": number},
        "draft of a report": {"pk": order.pk},
        "alarm": {"pk": alarm.pk},
        "full file": {"pk": request_export(wave, format="csv", level="c", why="To check", by=eva, at=now).pk},
        "verdict": {"pk": verdict.pk},
        "draft of a decision": {"pk": feedback.draft(verdict, decider, verdict.details["choices"][0], at=now).pk},
        "decision": {"pk": feedback.published(judgement, decider, Decision.Kind.RETIRE).pk},
        "message about the pilot": {"pk": message.pk},
        "bank": {"name": "sus"},
    }
