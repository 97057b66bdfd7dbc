"""What was worked out after the close, and the weights, read well on a phone and on a desk."""

import pytest

from pilots.models import AgeBand
from surveys.tasks import work_out_closed_waves
from surveys.weighting import registered_recipe
from tests.browser import looks_right, sign_in
from tests.builders.surveys import AGAINST, answer, closed_wave, invite, open_wave_of, registered_survey, take_part

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1280])
def test_weights_and_what_changed_read_well(visitor, live_server, eva, width):
    survey = registered_survey(eva, n_min=20, m_min=5, weighting=registered_recipe("sejong-sex-age"))
    groups = [
        (take_part(survey, 9, prefix="a"), {}, {}),
        (take_part(survey, 7, sex="m", prefix="b"), {}, AGAINST),
        (take_part(survey, 6, age_band=AgeBand.A75_PLUS, prefix="c"), AGAINST, {}),
        (take_part(survey, 5, prefix="d"), AGAINST, AGAINST),
        (take_part(survey, 6, prefix="e"), AGAINST, None),
        (take_part(survey, 5, prefix="f"), None, {}),
    ]
    for number in (1, 2):
        wave = open_wave_of(survey, number)
        invite(wave, at=wave.opens_at)
        for people, *said in groups:
            for enrolment in people if said[number - 1] is not None else []:
                answer(wave, enrolment, **said[number - 1])
        closed_wave(wave)
    work_out_closed_waves()
    page = visitor(width=width)
    sign_in(page, eva, live_server.url)

    for address in (f"/desk/waves/{wave.pk}/", f"/desk/waves/{wave.pk}/verdict/", f"/waves/{wave.pk}/results/"):
        page.goto(address)
        for summary in ("범주별로 보기", "판정의 근거"):
            if page.get_by_text(summary).count():
                page.get_by_text(summary).click()
        looks_right(page)
