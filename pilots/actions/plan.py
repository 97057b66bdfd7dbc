"""Preparing: a service from a proposal, a place to try it, and the pilot that joins both."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from livinglab.accounts.models import Area, Person
from pilots.consent import ConsentWords, facts_of, hash_of
from pilots.errors import AlreadyMade, NotPublished, TooManyPlaces, WrongDates, WrongStage
from pilots.models import ConsentText, Pilot, Service, ServiceVersion, TestBed
from proposals.lifecycle import Stage
from proposals.models import Proposal, ServiceField


@transaction.atomic
def make_service(
    proposal: Proposal,
    *,
    name_ko: str,
    name_en: str,
    summary_ko: str,
    summary_en: str = "",
    smart_service_level: int,
    field: ServiceField | None = None,
    at: datetime,
) -> Service:
    """The service that a published proposal asks for, with its first version; in the proposal's field unless told."""
    # The lock keeps a second moderator from making the service once more, and the author from withdrawing meanwhile.
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.stage != Stage.PUBLISHED:
        raise NotPublished(_("Only a published proposal can become a service."))
    if proposal.services.exists():
        raise AlreadyMade(_("This proposal has its service already."))
    service = Service.objects.create(
        slug=free_slug(name_en),
        name_ko=name_ko,
        name_en=name_en,
        field=field or proposal.field,  # type: ignore[misc]  # a published proposal has a field
        proposal=proposal,
        illustrative=proposal.illustrative,
    )
    service.versions.create(
        number=1,
        summary_ko=summary_ko,
        summary_en=summary_en,
        smart_service_level=smart_service_level,
        made_at=at,
    )
    return service


def free_slug(name_en: str) -> str:
    wished = slugify(name_en)[:50].strip("-") or "service"
    taken = set(Service.objects.filter(slug__startswith=wished).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := wished if n == 1 else f"{wished}-{n}") not in taken)


@transaction.atomic
def open_next_version(
    service: Service,
    *,
    changed_ko: str,
    changed_en: str = "",
    summary_ko: str = "",
    summary_en: str = "",
    smart_service_level: int | None = None,
    at: datetime,
) -> ServiceVersion:
    """The next form of a service, with what changed. What it does and its level stay as they were unless told.

    Refuses while the version before has not been tried to its end.
    """
    service = Service.objects.select_for_update().get(pk=service.pk)
    before = service.versions.select_related("pilot").latest("number")
    if not hasattr(before, "pilot") or before.pilot.stage != Pilot.Stage.ENDED:
        raise WrongStage(_("The version before this one has not been tried to its end."))
    return service.versions.create(
        number=before.number + 1,
        summary_ko=summary_ko or before.summary_ko,
        summary_en=summary_en if summary_ko else before.summary_en,
        changed_ko=changed_ko,
        changed_en=changed_en,
        smart_service_level=smart_service_level or before.smart_service_level,
        made_at=at,
    )


def make_test_bed(
    *,
    host: Person | None,
    name_ko: str,
    offer_ko: str,
    capacity: int,
    area: Area | None = None,
    name_en: str = "",
    offer_en: str = "",
    illustrative: bool = False,
) -> TestBed:
    return TestBed.objects.create(
        host=host,
        name_ko=name_ko,
        name_en=name_en,
        area=area,
        offer_ko=offer_ko,
        offer_en=offer_en,
        capacity=capacity,
        illustrative=illustrative,
    )


@transaction.atomic
def make_pilot(
    version: ServiceVersion,
    *,
    test_bed: TestBed,
    starts_on: date,
    ends_on: date,
    capacity: int,
    consent: ConsentWords,
    sensitive: ConsentWords | None = None,
    monitoring: ConsentWords | None = None,
    keeps_answers: bool = True,
    asks_phone: bool = False,
    at: datetime,
    **texts: str,
) -> Pilot:
    """A planned pilot of one version at one test bed.

    ``texts`` are ``title``, ``purpose``, ``expected``, ``limits`` and, where there is something to say, ``usage``, each
    with ``_ko`` and, if there is one, ``_en``; and ``contact_phone``. Without ``sensitive`` words nobody is asked for
    access needs, without ``monitoring`` ones nobody to be asked again after the trial.
    """
    version = ServiceVersion.objects.select_for_update(of=("self",)).select_related("service").get(pk=version.pk)
    if Pilot.objects.filter(version=version).exists():
        raise AlreadyMade(_("This version has its pilot already."))
    check_frame(test_bed, starts_on=starts_on, ends_on=ends_on, capacity=capacity)
    pilot = Pilot.objects.create(
        version=version,
        test_bed=test_bed,
        slug=f"{version.service.slug}-{version.number}",
        starts_on=starts_on,
        ends_on=ends_on,
        capacity=capacity,
        illustrative=version.service.illustrative,
        asks_phone=asks_phone,
        created_at=at,
        **texts,
    )
    change_consent_text(
        pilot, purpose=ConsentText.Purpose.PARTICIPATION, words=consent, keeps_answers=keeps_answers, at=at
    )
    for purpose, words in (
        (ConsentText.Purpose.SENSITIVE, sensitive),
        (ConsentText.Purpose.MONITORING, monitoring),
    ):
        if words:
            change_consent_text(pilot, purpose=purpose, words=words, keeps_answers=keeps_answers, at=at)
    return pilot


@transaction.atomic
def change_pilot(
    pilot: Pilot,
    *,
    test_bed: TestBed,
    starts_on: date,
    ends_on: date,
    capacity: int,
    asks_phone: bool = False,
    **texts: str,
) -> None:
    """Change a pilot that is still being prepared; ``texts`` as in ``make_pilot``."""
    check_frame(test_bed, starts_on=starts_on, ends_on=ends_on, capacity=capacity)
    fields: dict[str, Any] = {
        "test_bed": test_bed,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "capacity": capacity,
        "asks_phone": asks_phone,
        **texts,
    }
    if not Pilot.objects.filter(pk=pilot.pk, stage=Pilot.Stage.PLANNED).update(**fields):
        raise WrongStage(_("This pilot has been announced; what was promised is no longer changed."))
    pilot.refresh_from_db()


def check_frame(test_bed: TestBed, *, starts_on: date, ends_on: date, capacity: int) -> None:
    if ends_on < starts_on:
        raise WrongDates(_("The pilot would end before it starts."))
    if capacity > test_bed.capacity:
        raise TooManyPlaces(
            _("The test bed has room for %(room)d people, not for %(places)d.")
            % {"room": test_bed.capacity, "places": capacity}
        )


@transaction.atomic
def change_consent_text(
    pilot: Pilot, *, purpose: str, words: ConsentWords, keeps_answers: bool = True, at: datetime
) -> ConsentText:
    """A new version of a consent text, for whoever joins from now on; given consents keep pointing at theirs.

    What is collected and how long it is kept the site writes itself. The same words again change nothing and give back
    the version there is.
    """
    pilot = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if pilot.stage == Pilot.Stage.ENDED:
        raise WrongStage(_("This pilot has ended; nobody joins it any more."))
    current = pilot.consent_texts.filter(purpose=purpose).order_by("-number").first()
    facts = facts_of(pilot, purpose, keeps_answers=keeps_answers)
    digest = hash_of(purpose, words, keeps_answers=keeps_answers, facts=facts)
    if current and current.hash == digest:
        return current
    return pilot.consent_texts.create(
        purpose=purpose,
        number=current.number + 1 if current else 1,
        body_ko=words.ko,
        body_en=words.en,
        facts_ko=facts.ko,
        facts_en=facts.en,
        keeps_answers=keeps_answers,
        hash=digest,
        made_at=at,
    )


@transaction.atomic
def stop_asking(pilot: Pilot, *, purpose: str) -> None:
    """Take an optional consent text out of a pilot that is still being prepared. Safe to repeat."""
    pilot = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if pilot.stage != Pilot.Stage.PLANNED:
        raise WrongStage(_("This pilot has been announced; what was promised is no longer changed."))
    pilot.consent_texts.filter(purpose=purpose).exclude(purpose=ConsentText.Purpose.PARTICIPATION).delete()
