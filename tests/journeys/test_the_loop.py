"""Once around the loop in Korean, by six people in a browser with a real worker and a real mail server."""

import io
import json
import time
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from feedback.models import Decision
from livinglab.accounts.models import Area, Person
from livinglab.accounts.roles import Role
from livinglab.notices.models import Mail, Notice
from proposals.models import Comment, Proposal
from surveys.actions.amend import Operations, amend_registration
from surveys.metrics.refresh import state_of_wave
from surveys.metrics.release import live_desk
from surveys.models import OpenAnswer, Wave
from tests.browser import Visitor, follow
from tests.builders.surveys import AGAINST, CONTENT, answer, take_part
from tests.journeys import steps
from tests.journeys.steps import fits_a_phone
from tests.people import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# How long the first wave takes answers, as a part of the time that all before it took: twice what two people need for
# theirs, on any machine.
OPEN_FOR = 0.7


def test_once_around_in_korean(visitor: Visitor, city, worker, post, look, path_at_night):
    began = time.monotonic()
    dodam = Area.objects.get(name_ko="도담동")
    mo, hana, eva = make_person("mo", Role.MODERATOR), make_person("hana", Role.HOST), make_person("eva")
    eva.grants.create(role=Role.EVALUATOR)
    ben, cho = (make_person(nickname, area=dodam, confirmed=True) for nickname in ("ben", "cho"))
    of_ana, of_ben, of_cho = (visitor(width=360, height=740) for _phone in range(3))
    of_mo, of_hana, of_eva = (visitor() for _desk in range(3))

    # Ana signs up with the code that the worker mailed; Mo signs in with two factors and confirms where Ana lives.
    steps.sign_up(of_ana, email="ana@example.kr", name="안아나", nickname="저녁산책")
    look(of_ana)
    steps.fill(of_ana, code=post.code_for("ana@example.kr"))
    steps.press(of_ana)
    expect(of_ana.get_by_role("banner")).to_contain_text("저녁산책")
    look(of_ana)
    ana = Person.objects.get(nickname="저녁산책")
    steps.sign_in(of_mo, mo)
    steps.confirm_residence(of_mo, "저녁산책", area="도담동", look=look)
    steps.says(of_mo, "저녁산책 님의 거주지를 확인했습니다.")
    of_ana.goto("/me/residence/")
    steps.says(of_ana, "거주지가 확인되었어요: 도담동")
    look(of_ana)

    # Ana proposes, Mo asks for changes, Ana completes, Mo publishes.
    steps.propose(
        of_ana,
        area="도담동",
        field="교통",
        photo=path_at_night,
        alt="불이 꺼진 하천 산책로",
        look=look,
        title="걸음을 알아차리는 가로등",
        problem="어두워요.",
        idea="사람이 다가오면 밝아지게 해 주세요.",
        success="밤에도 이 길로 다니는 사람이 늘어요.",
        personal_data="없음",
    )
    steps.says(of_ana, "고맙습니다. 제안이 시에 전달되었어요.")
    look(of_ana)
    proposal = Proposal.objects.get(author=ana)
    steps.ask_for_changes(of_mo, proposal, reason="어느 길인지, 언제 어두운지 적어 주세요.", look=look)
    steps.says(of_mo, "‘걸음을 알아차리는 가로등’ 제안자에게 보완을 요청했습니다.")
    of_ana.goto(post.link_to("ana@example.kr", "보완"))
    steps.says(of_ana, "어느 길인지, 언제 어두운지 적어 주세요.")
    look(of_ana)
    steps.fill(of_ana, problem="밤 열 시가 지나면 제천 산책로의 가로등이 두 개에 하나만 켜져 있어요.")
    look(of_ana)
    steps.press(of_ana, "main button[value=check]")
    steps.press(of_ana)
    of_mo.goto(f"/proposals/{proposal.pk}/review/")
    look(of_mo)
    steps.press(of_mo, "main button[value=publish]")
    steps.says(of_mo, "‘걸음을 알아차리는 가로등’ 제안을 공개했습니다.")

    # Ben supports and asks; Hana offers a place; Mo makes a service and a pilot of it.
    steps.sign_in(of_ben, ben)
    of_ben.goto("/proposals/?q=가로등")
    look(of_ben)
    steps.support_and_ask(of_ben, proposal, question="비 오는 날에도 알아차리나요?")
    expect(of_ben.locator("#support")).to_contain_text("1명")
    look(of_ben)
    steps.sign_in(of_hana, hana)
    steps.offer_a_place(of_hana, area="도담동", look=look)
    steps.says(of_hana, "고맙습니다. 이제 시 담당자가 이 장소를 실증에 고를 수 있습니다.")
    pilot = steps.prepare_a_pilot(of_mo, proposal, look=look)
    steps.says(of_mo, "실증을 준비했습니다.")
    look(of_mo)

    # Eva, for the first time at her desk, sets up her second factor, plans the waves and fixes the rule.
    steps.sign_in(of_eva, eva)
    steps.enrol_second_factor(of_eva)
    look(of_eva)
    steps.plan_and_register(of_eva, pilot, n_min=20, m_min=5, look=look)
    look(of_eva)

    # Mo announces the pilot. Ben and Cho join on their phones, twenty-eight others without a browser.
    steps.announce(of_mo, pilot, look=look)
    steps.says(of_mo, "실증을 공개하고, 제안하고 지지한 분들께 알렸습니다.")
    look(of_mo)
    of_hana.goto("/pilots/hosting/")
    steps.says(of_hana, "제천 산책로 발소리 가로등")
    look(of_hana)
    steps.sign_in(of_cho, cho)
    needs = {"access_needs": ["large_text"], "sensitive": True}
    steps.join(of_ben, pilot, age_band="40-49", sex="m", look=fits_a_phone)
    steps.join(of_cho, pilot, age_band="75+", sex="f", look=look, **needs)
    for page in (of_ben, of_cho):
        steps.says(page, "참여 신청이 끝났어요. 함께해 주셔서 고맙습니다!")
    look(of_cho)
    survey = pilot.survey
    others = take_part(survey, 20) + take_part(survey, 8, age_band="65-74", prefix="q")

    # The first wave is brought forward: it opens now and closes while we watch.
    at = timezone.now()
    dates = (at + timedelta(seconds=1), at + timedelta(seconds=OPEN_FOR * (time.monotonic() - began)))
    reason = "공사가 일찍 끝나 첫 설문을 앞당깁니다."
    amend_registration(survey, Operations(dates={1: dates}), reason=reason, by=eva, at=at)
    wave = survey.waves.get(number=1)
    worker.wait_until(lambda: Wave.objects.filter(pk=wave.pk, stage=Wave.Stage.OPEN).exists())
    for number, enrolment in enumerate(others):
        answer(wave, enrolment, at=timezone.now() - timedelta(minutes=5), **({} if number < 10 else AGAINST))
    of_eva.goto(f"/desk/waves/{wave.pk}/")
    # Five at a time, and rounded to 5: 28 are 30, or those of them that were counted first.
    worker.wait_until(lambda: live_desk(wave)["answered"] in (25, 30))

    # Ben answers on his phone, Cho from the link in her mail on a tablet where nobody is signed in.
    of_ben.goto(f"/pilots/{pilot.slug}/")
    follow(of_ben.get_by_role("link", name="설문에 답하기"))
    steps.answer(of_ben, CONTENT | AGAINST, look=look, words="비 오는 날에는 가로등이 늦게 켜져요.")
    assert OpenAnswer.objects.get().masked == "비 오는 날에는 가로등이 늦게 켜져요."
    tablet = visitor(width=768)
    tablet.goto(post.link_to("cho@example.kr", "1차 조사"))
    steps.answer(tablet, CONTENT, look=fits_a_phone)

    # They are counted within seconds. The desk moves by five, and shows no share while the wave is open.
    worker.wait_until(lambda: state_of_wave(wave).n(counted=None) == 30)
    shown = live_desk(wave)["answered"]
    assert shown in (25, 30)
    assert steps.shows(of_eva, ".figures", str(shown))
    expect(of_eva.get_by_role("main")).not_to_contain_text("36.7%")
    look(of_eva)
    of_ana.goto(f"/waves/{wave.pk}/results/")
    look(of_ana)
    for page in (of_ana, of_cho, of_mo, of_hana, of_eva):
        look.look_back(page)

    # The wave closes at its registered time, and the rule speaks.
    worker.wait_until(lambda: Wave.objects.filter(pk=wave.pk, stage=Wave.Stage.CLOSED).exists())
    of_eva.goto(f"/desk/waves/{wave.pk}/")
    steps.says(of_eva, "36.7%")
    look(of_eva)
    of_eva.goto(f"/desk/waves/{wave.pk}/verdict/")
    look(of_eva)
    of_ana.goto(f"/waves/{wave.pk}/results/")
    steps.says(of_ana, "36.7%")
    look(of_ana)

    # Mo decides within what the verdict allows; everybody who had a part is told once.
    steps.revise(of_mo, Comment.objects.get(), look=look)
    steps.says(of_mo, "다음 버전에서는 센서마다 덮개를 씌울게요.")
    look(of_mo)
    worker.wait_until(lambda: Decision.objects.filter(told_at__isnull=False).exists())
    told = Notice.objects.filter(kind="decision_published").values_list("person", flat=True)
    assert len(told) == len(set(told)) == 31
    of_ana.goto(post.link_to("ana@example.kr", "고쳐서 다시 해 보기로 했어요"))
    steps.says(of_ana, "비 오는 날이 걱정이라고 하셨어요.")
    steps.says(of_ana, "다음 버전에서는 센서마다 덮개를 씌울게요.")
    look(of_ana)
    of_ben.goto("/notices/")
    expect(of_ben.get_by_role("link", name="고쳐서 다시 해 보기로 했어요")).to_have_count(1)
    look(of_ben)
    of_ana.goto(f"/pilots/services/{pilot.version.service.slug}/")
    steps.says(of_ana, "버전 2")
    steps.says(of_ana, "센서에 덮개를 씌워 비가 와도 제때 켜져요.")
    look(of_ana)
    of_ana.goto("/")
    look(of_ana)

    # Eva orders a draft, reads it and publishes it; anybody reads the report, and takes the file and the public pack.
    of_eva.goto(f"/desk/waves/{wave.pk}/report/")
    look(of_eva)
    steps.press(of_eva, "form:has([name=language][value=ko]) button")
    draft = of_eva.locator("main a[href^='/desk/drafts/']").first
    expect(draft).to_be_visible()
    look(of_eva)
    follow(draft)
    steps.says(of_eva, "초안")
    look(of_eva)
    of_eva.goto(f"/desk/waves/{wave.pk}/report/")
    follow(of_eva.locator("main a[href$='/publish/']"))
    steps.fill(of_eva, sure=True)
    look(of_eva)
    steps.press(of_eva)
    of_ana.goto(f"/waves/{wave.pk}/report/")
    look(of_ana)
    follow(of_ana.locator(f"main a[href='/waves/{wave.pk}/report/1/']").first)
    look(of_ana)
    report = of_ana.locator("main a[href$='report.pdf']").first.get_attribute("href")
    assert of_ana.request.get(str(report)).body().startswith(b"%PDF")
    pack = of_ana.locator("main a[href$='pack.zip']").first.get_attribute("href")
    with zipfile.ZipFile(io.BytesIO(of_ana.request.get(str(pack)).body())) as files:
        results = next(name for name in files.namelist() if name.endswith("results.json"))
        assert json.loads(files.read(results))["figures"]["accept"]["n"] == 30

    for page in (of_ana, of_ben, of_mo, of_eva):
        look.look_back(page)
    # Nothing waits, and nobody had a mail twice.
    worker.wait_until(lambda: not Mail.objects.filter(sent_at=None).exists())
    assert len(post.message_ids()) == len(set(post.message_ids())) == Mail.objects.count()
