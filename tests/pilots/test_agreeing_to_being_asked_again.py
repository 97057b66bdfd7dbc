"""Nobody agrees to words that were not before their eyes."""

import pytest

from pilots.actions.plan import change_consent_text
from pilots.consent import usual_words
from pilots.models import Consent, ConsentText
from tests.builders import pilots as build

pytestmark = pytest.mark.django_db
MONITORING = ConsentText.Purpose.MONITORING


@pytest.fixture
def pilot(mo):
    pilot = build.announced_pilot(mo)
    change_consent_text(pilot, purpose=MONITORING, words=usual_words(MONITORING), at=pilot.announced_at)
    return pilot


@pytest.mark.parametrize(
    "said", [{}, {"text": ""}, {"text": "0"}, {"text": "many"}, {"text": "9" * 30}, {"text": "participation"}]
)
def test_without_the_text_that_was_read_nothing_is_agreed_to(client_of, pilot, ben, said):
    enrolment = build.joined(pilot, ben)
    texts = {text.purpose: str(text.pk) for text in pilot.current_consent_texts()}
    client, address = client_of(ben), f"/pilots/{pilot.slug}/asked-again/"
    said = {name: texts.get(value, value) for name, value in said.items()}

    assert client.post(address, said).status_code == 409
    assert not Consent.objects.filter(enrolment=enrolment, text__purpose=MONITORING).exists()

    assert client.post(address, {"text": texts[MONITORING]}).status_code == 302
    assert Consent.objects.filter(enrolment=enrolment, text__purpose=MONITORING).count() == 1
