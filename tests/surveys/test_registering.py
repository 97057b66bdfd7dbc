"""The guided form of a rule: what it takes is worked out beside, nothing typed is lost, and only then it is fixed."""

import pytest
from django.urls import reverse

from surveys.models import Criterion, Registration
from surveys.rule_form import RuleForm
from surveys.weighting import recipes
from tests.builders.surveys import POPULATION, planned_survey, registered
from tests.people import let_session_run_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(eva):
    return planned_survey(eva, waves=3)


@pytest.fixture
def terms(survey):
    """As the browser sends what stands in the form, with what has to be written."""
    usual = {name: value for name, value in RuleForm(survey).usual().items() if value is not None}
    written = {"population_ko": POPULATION["ko"], "population_en": POPULATION["en"], "analyst": "Evaluation desk"}
    return usual | written


def texts_of(page):
    return " ".join(page.content.decode().split())


def test_every_term_of_the_rule_can_be_chosen(client_of, eva, survey, terms):
    chosen = terms | {
        "looks": ["1", "3"],
        "ledger": "own",
        "alpha_1": "0.01",
        "alpha_3": "0.03",
        "change": "paired",
        "weighting": "sejong-sex-age",
        "criterion_1": "informed",
        "least_1": "0.5",
        "criterion_2": "PU",
        "least_2": "3.2",
        "register": "1",
    }
    assert client_of(eva).post(reverse("surveys:register", args=[survey.pilot.slug]), chosen).status_code == 302

    document = Registration.objects.get().document
    assert [look["wave"] for look in document["looks"]] == [1, 3]
    assert document["alpha"] == [0.01, 0.03]
    assert document["change"] == "paired"
    assert document["weighting"]["recipe"] == "sejong-sex-age"
    assert set(Criterion.objects.values_list("metric", "kind", "minimum")) == {
        ("informed", "share", 0.5),
        ("PU", "mean", 3.2),
    }


def test_the_help_says_what_it_takes_before_anything_is_judged(client_of, eva, survey):
    page = client_of(eva).post(
        reverse("surveys:register", args=[survey.pilot.slug]),
        {"recalculate": "1", "looks": ["1", "2", "3"], "ledger": "preset", "tau_scale": "0.6", "tau_retire": "0.4"}
        | {"people": "125", "truly": "0.65", "population_en": "Whoever lives here"},
    )

    # Table 3.3 of the metrics: n = 125, third look of three.
    assert "With 125 people a share of 70.4% or more scales at the last look." in texts_of(page)
    assert "If 65% truly accept it, the chance of that is 12%." in texts_of(page)
    assert "The error rates add up to 5.0%" in texts_of(page)
    assert "Whoever lives here" in texts_of(page)
    assert "error-summary" not in texts_of(page)
    assert not Registration.objects.exists()


def test_the_help_alone_comes_back_to_a_page_with_javascript(client_of, eva, survey, terms):
    page = client_of(eva).post(
        reverse("surveys:register", args=[survey.pilot.slug]),
        terms | {"recalculate": "1", "ledger": "own", "alpha_1": "0.04", "alpha_2": "0.04", "alpha_3": "0.04"},
        headers={"HX-Request": "true"},
    )

    assert "together they may not be more than 0.05" in texts_of(page)
    assert "<html" not in texts_of(page)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"looks": []}, "This field is required."),
        ({"ledger": "own", "alpha_1": "0.01"}, "Each look needs its error rate."),
        ({"ledger": "own", "alpha_1": "0.02", "alpha_2": "0.02", "alpha_3": "0.02"}, "add up to 0.06"),
        ({"criterion_1": "use"}, "Say from which value on the condition is met."),
        ({"least_1": "0.4"}, "Say what has to reach this value."),
        ({"criterion_1": "use", "least_1": "50"}, "A share lies between 0 and 1"),
        ({"criterion_1": "PU", "least_1": "3", "criterion_2": "PU", "least_2": "3"}, "on this already"),
        ({"tau_retire": "0.7"}, "must be below the share for scaling"),
    ],
)
def test_what_does_not_hold_together_is_said_at_its_field(client_of, eva, survey, terms, wrong, complaint):
    page = client_of(eva).post(
        reverse("surveys:register", args=[survey.pilot.slug]), terms | {"look": "1", "register": "1"} | wrong
    )

    assert complaint in texts_of(page)
    assert POPULATION["en"] in texts_of(page)
    assert not Registration.objects.exists()


def test_the_preview_is_the_text_that_everybody_will_read(client_of, eva, survey, terms):
    url = reverse("surveys:register", args=[survey.pilot.slug])
    terms |= {"weighting": "sejong-sex-age", "criterion_1": "use", "least_1": "0.5"}
    preview = texts_of(client_of(eva).post(url, terms | {"look": "1"}))
    client_of(eva).post(url, terms | {"register": "1"})
    public = texts_of(client_of().get(reverse("surveys:rule", args=[survey.pilot.slug])))

    for sentence in ("lies at 60% or above", "40,219", "would use it ≥ 50%", "first of everybody available"):
        assert sentence in preview
        assert sentence in public
    assert Registration.objects.get().hash in preview


def test_going_back_from_the_preview_keeps_what_was_chosen(client_of, eva, survey, terms):
    page = client_of(eva).post(
        reverse("surveys:register", args=[survey.pilot.slug]),
        terms | {"back": "1", "looks": ["2"], "ledger": "own", "alpha_2": "0.05"},
    )

    assert 'name="looks" value="2" id="id_looks_1" checked' in texts_of(page)
    assert 'name="looks" value="1" id="id_looks_0" checked' not in texts_of(page)
    assert 'value="0.05"' in texts_of(page)


def test_the_form_shows_what_is_asked_and_whom_a_recipe_weights_to(
    client_of, eva, survey, django_assert_max_num_queries
):
    client = client_of(eva)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("surveys:register", args=[survey.pilot.slug]))

    assert "Question number 1?" in texts_of(page)
    for recipe in recipes().values():
        assert recipe["title"]["en"] in texts_of(page)


def test_groups_come_from_the_registered_list_and_no_address_filters_people(client_of, eva, survey, terms):
    page = client_of(eva).post(
        reverse("surveys:register", args=[survey.pilot.slug]), terms | {"protected_groups": ["area:1"], "register": "1"}
    )

    assert "area:1 is not one of the available choices" in texts_of(page)
    assert not Registration.objects.exists()


def test_what_was_typed_is_kept_when_somebody_else_registers_meanwhile(client_of, eva, survey, terms):
    registered(survey, eva)
    url = reverse("surveys:register", args=[survey.pilot.slug])
    page = client_of(eva).post(url, terms | {"register": "1", "n_min": "250", "analyst": "The other office"})

    assert "Somebody else has registered the rule of this pilot meanwhile; it stands." in texts_of(page)
    assert f'href="{reverse("surveys:rule", args=[survey.pilot.slug])}"' in texts_of(page)
    assert 'value="The other office"' in texts_of(page)
    assert 'value="250"' in texts_of(page)
    assert 'name="look"' not in texts_of(page)
    assert Registration.objects.get().document["n_min"] == 100
    # Who comes without having typed anything reads the rule.
    assert client_of(eva).get(url).url == reverse("surveys:rule", args=[survey.pilot.slug])


def test_what_was_typed_comes_back_after_the_session_has_expired(client_of, eva, survey, terms):
    client, url = client_of(eva), reverse("surveys:register", args=[survey.pilot.slug])
    let_session_run_out(client)
    sent = client.post(url, terms | {"look": "1", "analyst": "An office far away", "looks": ["2"]})
    assert sent.status_code == 302
    client.force_login(eva)
    page = texts_of(client.get(url))

    assert 'value="An office far away"' in page
    assert 'name="looks" value="2" id="id_looks_1" checked' in page
    assert 'name="looks" value="1" id="id_looks_0" checked' not in page
    assert not Registration.objects.exists()


def test_every_term_is_in_the_form_with_its_default_and_in_the_public_text(client_of, eva, survey, terms):
    url = reverse("surveys:register", args=[survey.pilot.slug])
    form = client_of(eva).get(url).context["form"]
    explained = {"ledger", "change"}  # cards say it themselves
    for field in form:
        in_pair = field.name.startswith(("alpha_", "criterion_", "least_"))
        assert in_pair or field.help_text or field.name in explained or field.name == "population_en", field.name
    assert "No questions of understanding are written yet" not in texts_of(client_of(eva).get(url))

    preview = texts_of(client_of(eva).post(url, terms | {"look": "1", "weighting": "sejong-sex-age"}))
    for told in (
        *(POPULATION["en"], "the share that accepts the service", "65 and older", "use levels 3, 4, 5; by oneself"),
        *("Sex, Age: Ministry of the Interior", "none; marked answers stay in", "Evaluation desk", "5.0%", "40%", "30"),
    ):
        assert told in preview
    client = client_of(eva)
    client.post(reverse("set_language"), {"language": "ko"})
    assert "행정안전부 주민등록 인구" in texts_of(
        client.post(url, terms | {"look": "1", "weighting": "sejong-sex-age"})
    )


@pytest.mark.parametrize(
    ("people", "smallest", "chances"),
    [
        ("60", "75.0%", {"0.65": "7%", "0.70": "24%", "0.75": "57%", "0.80": "87%"}),
        ("100", "71.0%", {"0.65": "12%", "0.70": "46%", "0.75": "85%", "0.80": "99%"}),
        ("125", "70.4%", {"0.65": "12%", "0.70": "51%", "0.75": "90%"}),
        ("200", "68.0%", {"0.65": "21%", "0.70": "76%", "0.75": "99%"}),
        ("400", "65.5%", {"0.65": "44%", "0.70": "98%"}),
        ("1000", "63.5%", {"0.65": "85%"}),
    ],
)
def test_the_help_says_the_numbers_of_the_planning_table(client_of, eva, survey, people, smallest, chances):
    """Section 3.3 of the contract: three looks, the last at 0.025, scaling from 0.60."""
    client, url = client_of(eva), reverse("surveys:register", args=[survey.pilot.slug])
    sent = {"recalculate": "1", "looks": ["1", "2", "3"], "ledger": "preset", "tau_scale": "0.6", "tau_retire": "0.4"}
    for truly, chance in chances.items():
        told = texts_of(client.post(url, sent | {"people": people, "truly": truly}))
        assert f"people a share of {smallest} or more scales at the last look." in told
        assert f"truly accept it, the chance of that is {chance}." in told
