"""Planning the waves, writing the questions of understanding, fixing the rule."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from pilots.models import ConsentText, Pilot
from surveys.actions.amend import amend_questions, amend_registration, fixes_questions
from surveys.actions.plan import USUAL_OPEN_QUESTION, PlannedWave, change_plan, plan_survey, set_questions
from surveys.actions.register import document_of, register_rule
from surveys.amend_form import AmendForm, AmendQuestionsForm
from surveys.errors import AlreadyRegistered
from surveys.forms import PlanForm, QuestionsForm, WaveFormSet
from surveys.instruments import hash_of, title_of
from surveys.metrics.layouts import registration_of
from surveys.models import Survey, Wave
from surveys.questionnaire import in_language, open_question_of
from surveys.rule_form import PlanningForm, RuleForm, planning_help
from surveys.views.rule_text import margins_in_words, rule_in_words
from surveys.weighting import recipe_titles, registered_recipe
from surveys.words import item_text

PARTS = ("pilot__version__service", "instrument", "use_level", "comprehension", "registration")


def pilot_of(request: AuthenticatedRequest, slug: str) -> tuple[Pilot, Survey | None]:
    """A pilot with its survey. One that has a survey belongs to its evaluators; any other to who plans first."""
    pilot = get_object_or_404(
        Pilot.objects.in_areas_of(request.user, Role.EVALUATOR)
        .filter(imported=False)
        .select_related("version__service"),
        slug=slug,
    )
    survey = Survey.objects.select_related(*PARTS).filter(pilot=pilot).first()
    if survey is not None and not survey.current_evaluators().filter(pk=request.user.pk).exists():
        raise PermissionDenied
    return pilot, survey


def survey_of(request: AuthenticatedRequest, slug: str) -> Survey:
    return get_object_or_404(
        Survey.objects.of_evaluator(request.user).select_related(*PARTS), pilot__slug=slug, pilot__imported=False
    )


@keep_posted(PlanForm, r"waves-(TOTAL_FORMS|INITIAL_FORMS|MIN_NUM_FORMS|MAX_NUM_FORMS|\d+-\w+)")
@role_required(Role.EVALUATOR)
def plan(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Which waves, when. Once the rule is registered, only dates can be amended, on a page of its own."""
    pilot, survey = pilot_of(request, slug)
    if survey is not None and registration_of(survey) is not None:
        return redirect("surveys:amend", slug=slug)
    posted = request.POST if request.method == "POST" else kept_post(request)
    form = PlanForm(posted, initial=settings_of(survey))
    waves = WaveFormSet(posted, initial=waves_of(survey), prefix="waves")
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid() and waves.is_valid():
        planned = [
            PlannedWave(
                entry["opens_at"], entry["closes_at"], entry.get("n_planned") or 150, bool(entry.get("before_use"))
            )
            for entry in waves.cleaned_data
            if entry.get("opens_at")
        ]
        at = timezone.now()
        try:
            if survey is None:
                plan_survey(pilot, waves=planned, by=request.user, at=at, **form.cleaned_data)
            else:
                change_plan(survey, waves=planned, at=at, **form.cleaned_data)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The plan is kept. Now write the questions of understanding."))
            if asks_nobody(pilot):
                messages.warning(
                    request,
                    _(
                        "Some surveys close after the contact data of the trial are deleted. They ask only those who "
                        "agreed to be asked again, and this pilot does not ask for that consent: nobody would be "
                        "asked."
                    ),
                )
            return redirect("surveys:questions", slug=slug)
    context = {"pilot": pilot, "survey": survey, "form": form, "waves": waves, "refusal": refusal}
    return render(request, "surveys/plan.html", context, status=status_of(refusal))


def asks_nobody(pilot: Pilot) -> bool:
    """Whether a survey is planned for those who agreed to be asked again, and nobody is asked to agree to that."""
    if pilot.consent_texts.filter(purpose=ConsentText.Purpose.MONITORING).exists():
        return False
    waves = Wave.objects.filter(survey__pilot=pilot).select_related("survey__pilot")
    return any(wave.asks_only_who_agreed for wave in waves)


def settings_of(survey: Survey | None) -> dict[str, Any]:
    if survey is None:
        return {f"open_question_{language}": text for language, text in USUAL_OPEN_QUESTION.items()}
    bank, *extras = [part["bank"] for part in survey.instrument.document.get("parts", [])] or [survey.instrument.bank]
    return {
        "bank": bank,
        "extras": extras,
        "remind_after_days": survey.remind_after_days,
        "reminders": survey.reminders,
        "open_question_ko": survey.open_question_ko,
        "open_question_en": survey.open_question_en,
    }


def waves_of(survey: Survey | None) -> list[dict[str, Any]]:
    if survey is None:
        return []
    return [
        {
            "opens_at": timezone.localtime(wave.opens_at),
            "closes_at": timezone.localtime(wave.closes_at),
            "n_planned": wave.n_planned,
            "before_use": wave.before_use,
        }
        for wave in survey.waves.all()
    ]


@keep_posted(r"[A-Za-z][A-Za-z0-9_]{0,19}_(\d+_)?(ko|en|correct)")
@role_required(Role.EVALUATOR)
def questions(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """The questions of understanding, for every wave that has not opened; with a reason once the rule stands."""
    survey = survey_of(request, slug)
    if survey.comprehension is None:
        return redirect("surveys:desk")
    posted = request.POST if request.method == "POST" else kept_post(request)
    last = survey.question_sets.last()
    registration = registration_of(survey)
    form = (AmendQuestionsForm if registration else QuestionsForm)(
        survey.comprehension.document, posted, initial=QuestionsForm.filled_with(last.questions if last else [])
    )
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            if registration is None:
                set_questions(survey, form.questions(), at=at)
            else:
                reason = form.cleaned_data["reason"]
                amend_questions(survey, form.questions(), reason=reason, by=request.user, at=at)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The questions are kept."))
            return redirect("surveys:rule" if registration else "surveys:pilot", slug=slug)
    context = {
        "survey": survey,
        "pilot": survey.pilot,
        "form": form,
        "refusal": refusal,
        "registration": registration,
        "fixed": registration is not None and fixes_questions(registration),
    }
    return render(request, "surveys/questions.html", context, status=status_of(refusal))


@keep_posted(RuleForm, PlanningForm, r"(alpha|criterion|least)_\d+")
@role_required(Role.EVALUATOR)
def register(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """The rule: filled in, looked at with what it takes to pass it, and only then fixed for good."""
    survey = survey_of(request, slug)
    typed = request.POST if request.method == "POST" else kept_post(request)
    registered = registration_of(survey) is not None
    if registered and typed is None:
        return redirect("surveys:rule", slug=slug)
    form = RuleForm(survey)
    usual = PlanningForm.usual(form.waves)
    chosen = PlanningForm(typed if typed is not None and "people" in typed else None, initial=usual)
    told = planning_help(RuleForm(survey, form.usual() if typed is None else typed), PlanningForm(typed or usual))
    if request.htmx and "recalculate" in request.POST:
        return render(request, "surveys/_planning_help.html", {"help": told})
    if typed is not None:
        form = RuleForm(survey, initial=form.typed(typed))
    refusal: Refused | None = None
    if registered:
        # Somebody else was first while she typed: what she typed stays readable, beside the way to what stands.
        refusal = AlreadyRegistered(_("Somebody else has registered the rule of this pilot meanwhile; it stands."))
    elif request.POST.keys() & {"look", "register"}:
        form = RuleForm(survey, request.POST)
        if form.is_valid():
            try:
                document = document_of(survey, form.terms())
                if "register" in request.POST:
                    register_rule(survey, form.terms(), by=request.user, at=timezone.now())
                    messages.success(
                        request, _("The rule is registered. It is public, and nobody can change it any more.")
                    )
                    return redirect("surveys:rule", slug=slug)
                context = rule_in_words(survey, document, form.waves) | {
                    "pilot": survey.pilot,
                    "form": form,
                    "chosen": chosen,
                    "hash": hash_of(document),
                    "help": told,
                }
                return render(request, "surveys/register_preview.html", context)
            except Refused as refused:
                refusal = refused
    context = {
        "survey": survey,
        "pilot": survey.pilot,
        "form": form,
        "chosen": chosen,
        "refusal": refusal,
        "registered": registered,
        "help": told,
        "before_use": [wave for wave in form.waves if wave.before_use],
        "asked": asked_by(survey, form.waves),
        "questions_written": any(wave.question_set_id for wave in form.waves),
        "recipes": [
            {"title": title, "margins": margins_in_words(registered_recipe(name))} for name, title in recipe_titles()
        ],
    }
    return render(request, "surveys/register.html", context, status=status_of(refusal))


def asked_by(survey: Survey, waves: Sequence[Wave]) -> list[dict[str, Any]]:
    """What the waves ask, bank by bank, in the words that participants read."""
    found = [
        {
            "title": title_of(instrument.document),
            "version": instrument.version,
            "items": [item_text(survey, item["code"]) for item in instrument.document["items"]],
        }
        for instrument in (survey.instrument, survey.use_level, survey.comprehension)
        if instrument is not None
    ]
    own = next((wave.question_set for wave in waves if wave.question_set is not None), None)
    if own is not None:
        texts = [in_language(question["text"]) for question in own.questions]
        found.append({"title": _("Questions of understanding"), "items": texts})
    if question := open_question_of(survey):
        found.append({"title": _("In one’s own words"), "items": [in_language(question)]})
    return found


@keep_posted(AmendForm, r"(opens_at|closes_at|n_planned)_\d+|reason|reminders|remind_after_days")
@role_required(Role.EVALUATOR)
def amend(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Other dates and operations of waves to come, after the rule was registered."""
    survey = survey_of(request, slug)
    if registration_of(survey) is None:
        return redirect("surveys:plan", slug=slug)
    waves = list(survey.waves.all())
    form = AmendForm(survey, waves, request.POST if request.method == "POST" else kept_post(request))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            amend_registration(
                survey, form.wished(), reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The plan is amended, and the change stands beside the rule."))
            return redirect("surveys:rule", slug=slug)
    context = rule_in_words(survey, survey.registration.document, waves) | {
        "pilot": survey.pilot,
        "form": form,
        "refusal": refusal,
        "over": [wave for wave in waves if wave.stage != Wave.Stage.PLANNED],
    }
    return render(request, "surveys/amend.html", context, status=status_of(refusal))
