"""Banks of a city: what is refused, what is hidden, and that nothing is ever scored with another text."""

import zipfile
from datetime import timedelta
from importlib import import_module
from io import BytesIO, StringIO

import numpy as np
import pytest
import yaml
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from surveys.actions.banks import check_bank, text_to_fill
from surveys.actions.personal_data import export_of
from surveys.actions.plan import PlannedWave, change_plan, plan_survey
from surveys.actions.waves import open_wave
from surveys.bank_schema import WrongBank
from surveys.errors import (
    BrokenInstrument,
    ChangedInstrument,
    ClashingBanks,
    DisabledInstrument,
    NoPermission,
    TakenBank,
    WrongPlan,
)
from surveys.instruments import catalogue, hash_of, load_instrument, newest, put_together
from surveys.metrics.layouts import layout_of
from surveys.metrics.recount import recount
from surveys.metrics.release import Audience, release
from surveys.metrics.scores import scores_of, scores_released
from surveys.models import BankPermission, Instrument, Tally, Wave
from surveys.questionnaire import _put_together, questionnaire_of
from surveys.reports.content import written
from surveys.reports.material import material_of
from surveys.reports.pack import packed
from surveys.stats.instruments import UEQ_SCALES, recommend_index_of_wave
from surveys.stats.layout import Layout
from surveys.stats.state import State, tally
from surveys.views.showing import construct_rows
from surveys.words import item_text, scale_labels
from tests.builders.banks import SECRET, filled, loaded, own_bank, permitted, text_of
from tests.builders.pilots import announced_pilot
from tests.builders.surveys import (
    answer,
    answers_of,
    closed_wave,
    open_wave_of,
    planned_survey,
    registered,
    registered_survey,
    reloaded,
    take_part,
)
from tests.surveys.analysis.conftest import results_of, write_rows

pytestmark = pytest.mark.django_db


# Loading


def test_a_bank_of_the_city_is_locked_and_loading_it_again_changes_nothing():
    first = loaded(own_bank())

    assert loaded(own_bank()) == first
    assert first.hash == hash_of(first.document)


def test_another_text_under_the_same_version_is_refused_and_a_new_version_taken():
    loaded(own_bank())
    changed = own_bank(title={"ko": "다른 설문", "en": "Another"})

    with pytest.raises(ChangedInstrument):
        loaded(changed)
    loaded(changed | {"version": 2})
    assert newest("city-own").document["title"]["en"] == "Another"


def test_names_and_codes_of_the_program_are_not_for_a_city():
    with pytest.raises(TakenBank, match="lla-13-city"):
        loaded(own_bank(id="lla-13"))
    bank = own_bank()
    bank["items"][0]["code"] = "SL"
    bank["blocks"][0]["items"][0] = "SL"
    bank["scoring"]["constructs"]["QA"]["items"][0] = bank["scoring"]["outcomes"]["accept"]["items"][0] = "SL"
    with pytest.raises(WrongBank, match="SL is asked in every survey already"):
        loaded(bank)
    with pytest.raises(WrongBank, match="Only the program describes banks"):
        loaded(own_bank(enabled=False, disabled_because={"ko": "그냥", "en": "so"}))


@pytest.mark.parametrize("name", ["sus", "ueq-s", "vdl"])
def test_a_described_bank_is_filled_in_once_its_permission_is_recorded(name, adam):
    with pytest.raises(NoPermission, match="Record the permission"):
        loaded(filled(name))
    permitted(name, adam)

    instrument = loaded(filled(name))
    assert instrument.document["fills"] == name
    assert instrument.document["licence"]["permission_ref"] == "Letter 2027-41"
    assert instrument.document["licence"]["may_ship"] is False


@pytest.mark.parametrize(
    ("name", "spoil", "sentence"),
    [
        ("vdl", lambda bank: bank["items"][1].update(reverse=False), "item VDL2 must say reverse: true"),
        ("vdl", lambda bank: bank["items"].reverse(), "The items must be VDL1, VDL2"),
        ("vdl", lambda bank: bank["scoring"]["constructs"]["VDLU"]["items"].pop(), "VDLU must be scored from VDL1"),
        ("vdl", lambda bank: bank["scoring"].pop("methods"), "methods must stand as in the catalogue"),
        ("sus", lambda bank: bank["items"][1].update(reverse=False), "every second is reversed"),
        ("sus", lambda bank: bank.update(fills="lla-13"), "The catalogue describes no bank lla-13"),
    ],
)
def test_a_filled_in_bank_keeps_items_signs_and_scoring(name, spoil, sentence, adam):
    permitted(name, adam)
    bank = yaml.safe_load(filled(name))
    spoil(bank)

    with pytest.raises(WrongBank, match=sentence):
        loaded(bank)


def test_the_ueq_brings_its_items_and_needs_as_many_as_its_scales_have(adam):
    permitted("ueq", adam)
    bank = yaml.safe_load(filled("ueq"))
    for name, items in UEQ_SCALES.items():
        for number in range(items):
            code, words = f"{name}{number}", {"ko": "지어낸 말", "en": SECRET}
            poles = {"left": words, "right": words}
            bank["items"].append(
                {"code": code, "construct": name, "scale": "seven_boxes", "reverse": number % 2 == 0}
                | {"text": words, "poles": poles}
            )
            bank["scoring"]["constructs"][name]["items"].append(code)
    bank["blocks"] = [
        {
            "id": f"b{start}",
            "title": bank["title"],
            "items": [item["code"] for item in bank["items"][start : start + 4]],
        }
        for start in range(0, 26, 4)
    ]
    assert len(loaded(bank).document["items"]) == 26

    lost = bank["items"].pop()["code"]
    bank["blocks"][-1]["items"].remove(lost)
    bank["scoring"]["constructs"]["NOV"]["items"].remove(lost)
    with pytest.raises(WrongBank, match="NOV must be scored from 4 items"):
        loaded(bank | {"version": 2})


def test_the_text_to_begin_with_lacks_the_wording_only():
    for name in ("sus", "ueq-s", "vdl"):
        with pytest.raises(WrongBank) as wrong:
            check_bank(text_to_fill(catalogue()[name], "Letter 2027-41"))
        assert all("has no text in" in problem.sentence for problem in wrong.value.problems), name


def test_only_a_described_bank_takes_a_permission(adam):
    with pytest.raises(NoPermission, match="needs no permission"):
        permitted("lla-13", adam)


def test_a_recorded_permission_and_a_loaded_bank_are_fixed(adam):
    permission, instrument = permitted("sus", adam), loaded(own_bank())
    for change in (
        lambda: BankPermission.objects.update(reference="another"),
        lambda: permission.delete(),
        lambda: Instrument.objects.update(document={}),
        lambda: instrument.delete(),
    ):
        with pytest.raises(DatabaseError, match="fixed once written"), transaction.atomic():
            change()
    # Only the person behind it may go.
    BankPermission.objects.update(recorded_by=None)


def test_the_command_loads_files_all_or_none(tmp_path):
    right, wrong = tmp_path / "right.yaml", tmp_path / "wrong.yaml"
    right.write_text(text_of(own_bank()), encoding="utf-8")
    wrong.write_text(text_of(own_bank(id="other", status="good")), encoding="utf-8")

    with pytest.raises(CommandError, match=r"wrong.yaml: line \d+: status is good"):
        call_command("load_instruments", str(right), str(wrong))
    assert not Instrument.objects.exists()
    out = StringIO()
    call_command("load_instruments", str(right), stdout=out)
    assert out.getvalue().startswith("city-own 1 ")
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_instruments", str(tmp_path / "nowhere.yaml"))


# Choosing what is asked


def plan(eva, mo, **wishes):
    opens = timezone.now() + timedelta(days=2)
    waves = [PlannedWave(opens, opens + timedelta(days=7))]
    return plan_survey(announced_pilot(mo), waves=waves, by=eva, at=timezone.now(), **wishes)


@pytest.mark.parametrize(
    ("wishes", "refusal", "sentence"),
    [
        ({"bank": "sus"}, DisabledInstrument, "System Usability Scale .* cannot be asked. The exact English wording"),
        ({"extras": ["ueq-s"]}, DisabledInstrument, "once a permission of the authors is recorded"),
        ({"extras": ["srl"]}, DisabledInstrument, "rated by evaluators"),
        ({"bank": "rc"}, WrongPlan, "does not tell who accepts"),
        ({"extras": ["cs"]}, ClashingBanks, "CS"),
        ({"extras": ["no-such"]}, WrongPlan, "no question bank no-such"),
    ],
)
def test_what_may_not_be_asked_is_refused_with_a_sentence(eva, mo, wishes, refusal, sentence):
    with pytest.raises(refusal, match=sentence):
        plan(eva, mo, **wishes)


def test_a_bank_without_its_permission_is_not_asked_even_if_it_is_there(eva, mo):
    load_instrument(yaml.safe_load(filled("sus")), at=timezone.now())

    with pytest.raises(DisabledInstrument, match="no permission is recorded"):
        plan(eva, mo, extras=["sus-city"])


def test_extras_are_asked_after_the_survey_and_counted_with_it(eva, mo, adam):
    permitted("sus", adam)
    loaded(filled("sus"))
    survey = plan(eva, mo, bank="lla-31", extras=["cs", "rc", "sus-city"])
    wave = survey.waves.get()
    layout = layout_of(wave)

    assert (survey.instrument.bank, survey.instrument.version) == ("lla-31+cs+rc+sus-city", "1+1+1+1")
    codes = [item.code for item in layout.items if item.construct in ("CS", "RC", "SUS")]
    assert codes == ["CS", "RC", *(f"SUS{number}" for number in range(1, 11))]
    rc = layout.items[layout.column["RC"]]
    assert (rc.lo, rc.hi, rc.construct) == (0, 10, "RC")
    assert [item.reverse for item in layout.constructs["SUS"]] == [False, True] * 5
    assert layout.accept.items == ("BI1", "BI2", "BI3")
    assert survey.instrument == put_together(
        newest("lla-31"), [newest(name) for name in ("cs", "rc", "sus-city")], at=timezone.now()
    )


def test_a_plan_can_take_extras_and_drop_them_again(eva):
    survey = planned_survey(eva)
    waves = [PlannedWave(wave.opens_at, wave.closes_at) for wave in survey.waves.all()]
    for extras, bank in ((["rc"], "lla-13+rc"), ([], "lla-13")):
        wishes = {"bank": "lla-13", "extras": extras, "remind_after_days": 3, "reminders": 2}
        change_plan(survey, waves=waves, at=timezone.now(), **wishes)
        survey.refresh_from_db()
        assert survey.instrument.bank == bank


def test_the_recommend_index_of_a_wave_takes_a_zero_for_an_answer(eva, mo):
    survey = plan(eva, mo, extras=["rc"])
    registered(survey, eva, n_min=4, m_min=2)
    wave = open_wave_of(survey)
    people = take_part(survey, 4)
    for enrolment, value in zip(people, (0, 9, 10, 7), strict=True):
        answer(wave, enrolment, RC=value)
    snapshot = closed_wave(wave)

    found = recommend_index_of_wave(State.from_bytes(layout_of(reloaded(wave)), bytes(snapshot.state)))
    assert (found.n, found.value) == (4, 25)


# Nothing is scored with another text


def test_a_new_version_leaves_the_figures_of_an_old_wave_bit_for_bit(eva):
    survey = planned_survey(eva, bank="lla-13")
    registered(survey, eva, n_min=8, m_min=2)
    wave = open_wave_of(survey)
    people = take_part(survey, 9)
    answers_of(wave, people, accepting=7)
    snapshot = closed_wave(wave)
    before, layout = bytes(Tally.objects.get(wave=wave).state), layout_of(reloaded(wave)).describe()
    figures = release(snapshot, Audience.DESK)

    changed = yaml.safe_load(text_of(newest("lla-13").document)) | {"version": 2}
    for item in changed["items"]:
        item["reverse"] = not item["reverse"]
    changed["scoring"]["outcomes"]["accept"]["at_least"] = 2
    load_instrument(changed, at=timezone.now())
    _put_together.cache_clear()

    again = reloaded(wave)
    assert newest("lla-13").version == "2"
    assert again.survey.instrument.version == "1"
    assert layout_of(again).describe() == layout
    assert recount(again).identical
    assert bytes(Tally.objects.get(wave=wave).state) == before
    assert release(snapshot, Audience.DESK) == figures


def test_a_changed_row_is_noticed_and_neither_asked_nor_opened_nor_planned(eva):
    survey = planned_survey(eva)
    registered(survey, eva)
    spoil(survey)
    wave = reloaded(survey.waves.get(number=1))

    for use in (
        lambda: questionnaire_of(wave),
        lambda: layout_of(wave),
        lambda: open_wave(wave, at=wave.opens_at),
        lambda: newest("lla-13"),
    ):
        with pytest.raises(BrokenInstrument, match="not the one that was loaded"):
            use()


def test_participants_read_why_a_damaged_survey_is_not_asked(client_of, eva):
    survey = registered_survey(eva)
    wave = open_wave_of(survey)
    (participant,) = take_part(survey, 1)
    page = f"/answer/{wave.pk}/"
    assert client_of(participant.person).get(page).status_code == 200

    spoil(survey)

    refused = client_of(participant.person).get(page)
    assert refused.status_code == 409
    assert "not the one that was loaded" in refused.content.decode()


def spoil(survey):
    """As somebody with the keys of the database would do it."""
    spoiled = survey.instrument.document
    spoiled["items"][3]["reverse"] = not spoiled["items"][3]["reverse"]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Instrument.objects.filter(pk=survey.instrument_id).update(document=spoiled)
        cursor.execute("SET session_replication_role = DEFAULT")
    _put_together.cache_clear()


# The wording of others


@pytest.fixture
def wave_of_others(eva, mo):
    """A closed wave that asked a licensed bank."""
    loaded(own_bank())
    survey = plan(eva, mo, bank="city-own", extras=["rc"])
    registered(survey, eva, n_min=8, m_min=2)
    wave = open_wave_of(survey)
    people = take_part(survey, 12)
    answers_of(wave, people, accepting=12, QA1=4, QA2=5, QA3=4, QB=3, RC=9)
    closed_wave(wave)
    return reloaded(wave)


def test_who_answers_reads_the_wording(wave_of_others):
    texts = [question.text["en"] for question in questionnaire_of(wave_of_others).items]

    assert texts[:4] == [f"{SECRET} {code}" for code in ("QA1", "QA2", "QA3", "QB")]


def test_results_give_the_topic_and_the_reason_instead(wave_of_others):
    survey = wave_of_others.survey

    assert item_text(survey, "QA1") == "topic of QA1 (wording not shown: rights of A publisher)"
    assert scale_labels(survey, "QA1") == ["1", "2", "3", "4", "5"]
    assert "tell a neighbour" in item_text(survey, "RC")
    assert scale_labels(survey, "RC")[0] == "0 Not at all likely"


def test_no_page_report_pack_or_download_holds_the_wording(wave_of_others, client, eva):
    material = material_of(wave_of_others.snapshot)
    with zipfile.ZipFile(BytesIO(packed(material))) as pack:
        packed_texts = [pack.read(name).decode("utf-8-sig") for name in pack.namelist()]
    person = wave_of_others.survey.pilot.enrolments.first().person
    client.force_login(eva)
    shown = [
        *packed_texts,
        *(str(written(material, language)) for language in ("ko", "en")),
        str(export_of(person)),
        client.get(f"/waves/{wave_of_others.pk}/results/").content.decode(),
        client.get(f"/desk/waves/{wave_of_others.pk}/").content.decode(),
        client.get(f"/api/v1/waves/{wave_of_others.pk}/results/").content.decode(),
        client.get("/desk/banks/city-own/").content.decode(),
    ]

    assert any("topic of QA1" in text for text in shown)
    for text in shown:
        assert SECRET not in text
        assert "지어낸 문항" not in text


# Scores of other instruments in the results


def usability_answers(number: int) -> dict[str, int]:
    """The ten answers of a person: a score of 77.5 for the first twenty and of 72.5 for the others, and no question
    that all answer alike (what everybody answered alike is told of nobody, nor a score made of it)."""
    swing = 1 if number % 2 else -1
    third = [0, 0, 0]
    third[number % 3], third[(number + 1) % 3] = 1, -1
    above_agreement = [1 if number < 20 else -1, *[swing, -swing] * 3, *third]
    return {f"SUS{item}": 4 + more if item % 2 else 2 - more for item, more in enumerate(above_agreement, start=1)}


def points_of(usable: dict[str, int]) -> list[int]:
    """What each of the ten answers adds (Brooke 1996); one that is missing counts as the middle."""
    answers = [usable.get(f"SUS{item}", 3) for item in range(1, 11)]
    return [answer - 1 if item % 2 else 5 - answer for item, answer in enumerate(answers, start=1)]


@pytest.fixture
def wave_of_many(eva, mo, adam):
    """A closed wave of 40 people that asked the recommend question and a usability scale besides."""
    permitted("sus", adam)
    loaded(filled("sus"))
    survey = plan(eva, mo, extras=["rc", "sus-city"])
    registered(survey, eva, n_min=8, m_min=2)
    wave = open_wave_of(survey)
    people = take_part(survey, 40)
    for number, enrolment in enumerate(people):
        answer(wave, enrolment, RC=[10, 9, 8, 2][number % 4], **usability_answers(number))
    closed_wave(wave)
    return reloaded(wave)


def test_scores_are_frozen_in_their_own_units_and_released_rounded(wave_of_many):
    desk, public = (
        {score["name"]: score for score in release(wave_of_many.snapshot, audience)["scores"]}
        for audience in (Audience.DESK, Audience.PUBLIC)
    )

    assert (desk["SUS"]["score"]["value"], desk["SUS"]["score"]["n"], desk["SUS"]["left_out"]) == (75, 40, 0)
    assert (desk["RC"]["score"]["value"], desk["RC"]["classes"]) == (25, [20, 10, 10])
    assert desk["RC"]["score"]["low"] == pytest.approx(25 - 1.959964 * 100 * (0.6875 / 40) ** 0.5)
    assert (public["RC"]["score"]["value"], public["RC"]["classes"], public["RC"]["left_out"]) == (25, None, None)
    assert public["SUS"]["score"]["low"] == round(desk["SUS"]["score"]["low"])


def test_a_wave_scores_missing_answers_of_the_usability_scale_and_says_so(eva, mo, adam, client_of):
    permitted("sus", adam)
    loaded(filled("sus"))
    survey = plan(eva, mo, extras=["sus-city"])
    registered(survey, eva, n_min=8, m_min=2)
    wave = open_wave_of(survey)
    points = []
    for number, enrolment in enumerate(take_part(survey, 40)):
        usable = usability_answers(number)
        for missing in ["SUS9", "SUS10"] if number < 10 else ["SUS1", "SUS9", "SUS10"] if number < 15 else []:
            del usable[missing]
        answer(wave, enrolment, **usable)
        if len(usable) >= 8:
            points.append(points_of(usable))
    closed_wave(wave)
    figures, public = (release(reloaded(wave).snapshot, audience) for audience in (Audience.DESK, Audience.PUBLIC))
    desk, shown = figures["scores"][0], public["scores"][0]

    assert (desk["score"]["n"], desk["left_out"]) == (35, 5)
    assert desk["score"]["value"] == pytest.approx(sum(2.5 * sum(each) for each in points) / 35)
    assert (desk["filled"], desk["both_sides"]) == (10, 0)
    # Questions 4 and 10 are on learning, the eight others on use (Lewis and Sauro).
    learning = [each[3] + each[9] for each in points]
    expected = [
        sum(12.5 * both for both in learning) / 35,
        sum(3.125 * (sum(each) - both) for each, both in zip(points, learning, strict=True)) / 35,
    ]
    assert [part["score"]["value"] for part in desk["parts"]] == pytest.approx(expected)
    assert (shown["filled"], shown["score"]["n"], shown["left_out"]) == (10, 35, None)
    page = client_of(eva).get(f"/desk/waves/{wave.pk}/").content.decode()
    assert "SUS: of 10 people one or two missing answers count as the middle." in page
    report = str(written(material_of(reloaded(wave).snapshot), "en"))
    assert "Sub-scores of the System Usability Scale" in report


def test_pages_and_report_tell_a_score_with_its_band_source_and_warning(wave_of_many, client_of, eva):
    for address in (f"/waves/{wave_of_many.pk}/results/", f"/desk/waves/{wave_of_many.pk}/"):
        page = client_of(eva).get(address).content.decode()
        assert "Grade: B; Acceptability: acceptable" in page
        assert "Sauro and Lewis 2016" in page
        assert "A band is for the mean of a group, never for a person." in page
        assert "Not for verdicts" in page
    report = str(written(material_of(wave_of_many.snapshot), "en"))
    assert "Other instruments" in report
    assert "Grade: B" in report


def test_what_another_instrument_asks_is_not_drawn_on_one_to_five(wave_of_many):
    figures = release(wave_of_many.snapshot, Audience.DESK)
    labels = [row["label"] for row in construct_rows(wave_of_many.survey, figures)]

    assert "Recommendation" not in labels
    assert "Satisfaction" in labels


APART = ((0, 6), (7, 8), (9, 10))


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "bins", "hidden"),
    [
        (20, 10, 10, APART, False),
        (20, 0, 10, APART, False),
        (10, 9, 10, APART, True),
        (20, 3, 17, APART, True),
        (38, 1, 1, APART, True),
        (20, 10, 10, ((0, 6), (7, 9), (10, 10)), True),
    ],
)
def test_an_index_that_would_tell_of_few_people_is_hidden_from_the_public(
    promoters, passives, detractors, bins, hidden
):
    layout = Layout.of({"items": [{"code": "RC", "lo": 0, "hi": 10, "construct": "RC"}]})
    answers = np.array([[10]] * promoters + [[7]] * passives + [[0]] * detractors)
    state = tally(layout, answers, cells=["all"] * len(answers))
    histogram = [{"from": low, "to": high, "n": 10} for low, high in bins]
    scores = scores_of(state, {"methods": {"RC": "recommend-index"}})
    (score,) = scores_released(scores, [{"construct": "RC", "histogram": histogram, "answered": len(answers)}])

    assert (score["score"]["value"] is None) is hidden
    assert (score["score"]["reason"] == "HIDDEN") is hidden


def test_an_analysis_without_the_site_does_not_hold_the_wording_either(tmp_path):
    (tmp_path / "ours.yaml").write_text(text_of(own_bank()), encoding="utf-8")
    (tmp_path / "spec.yaml").write_text("{id: a, bank: ours.yaml}", encoding="utf-8")
    rows = [dict.fromkeys(("QA1", "QA2", "QA3", "QB"), str(1 + number % 5)) for number in range(12)]
    (wave,) = results_of(tmp_path / "spec.yaml", write_rows(tmp_path / "answers.csv", rows))["waves"]

    assert wave["items"][0]["text"] == {"ko": "QA1의 주제", "en": "topic of QA1"}
    assert wave["items"][0]["labels"] == ["1", "2", "3", "4", "5"]
    assert SECRET not in str(wave)


def test_an_open_wave_counts_a_known_instrument_from_the_update_on(eva, mo, adam):
    permitted("sus", adam)
    loaded(filled("sus"))
    survey = plan(eva, mo, extras=["sus-city"])
    registered(survey, eva, n_min=8, m_min=2)
    wave = open_wave_of(survey)
    laid_out = wave.layout
    assert laid_out["instruments"] == [{"name": "SUS", "method": "sus", "constructs": ["SUS"]}]
    Wave.objects.filter(pk=wave.pk).update(layout={name: laid_out[name] for name in laid_out if name != "instruments"})
    update = import_module("surveys.migrations.0023_missing_answers_of_known_instruments_count")

    update.name_instruments(apps, None)
    update.name_instruments(apps, None)

    assert reloaded(wave).layout == laid_out
