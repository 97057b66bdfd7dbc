"""What somebody with a session was answered is kept by no browser and no proxy."""

from django.utils import timezone

from proposals.actions.moderate import publish_proposal
from proposals.actions.propose import add_photo, submit_proposal
from surveys.links import answer_link
from tests.builders import proposals as build
from tests.builders import surveys as build_surveys
from tests.people import PASSWORD
from tests.web.urls_of_pages import is_kept_by_nobody

# tests/web/test_urls_by_role.py asks the same of every address and each role.


def test_a_page_for_everybody_may_be_kept(client_of) -> None:
    assert "no-store" not in client_of().get("/").get("Cache-Control", "")


def test_what_was_answered_to_signing_in_is_not_stored(client_of, ben) -> None:
    answer = client_of().post("/accounts/login/", {"login": ben.email, "password": PASSWORD})

    assert answer.status_code == 302
    assert is_kept_by_nobody(answer)


def test_pages_of_an_invitation_are_not_stored(client_of, eva) -> None:
    wave = build_surveys.open_wave_of(build_surveys.registered_survey(eva))
    (enrolment,) = build_surveys.take_part(wave.survey, 1)
    client = client_of()

    for page in (answer_link(wave, enrolment), f"/answer/{wave.pk}/"):
        assert is_kept_by_nobody(client.get(page))


def test_programs_with_a_token_are_answered_for_themselves(client_of) -> None:
    answer = client_of().get("/api/v1/proposals/", headers={"authorization": "Bearer nobody-knows"})

    assert is_kept_by_nobody(answer)


def test_a_public_photo_stays_public(client_of, ana, mo) -> None:
    draft = build.draft(ana)
    photo = add_photo(draft, by=ana, upload=build.picture(), alt="A path", at=timezone.now())
    publish_proposal(submit_proposal(draft, by=ana, at=timezone.now()), by=mo, at=timezone.now())

    assert client_of(ana).get(f"/proposals/photos/{photo.pk}/")["Cache-Control"].startswith("public")
