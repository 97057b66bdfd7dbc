"""Registered rules, results of waves, and answering one."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from livinglab.api.doors import Door, ListDoor, SignedInDoor, person_of
from livinglab.api.fields import Both, Strict, Text, is_whole
from livinglab.api.pilots import WaveInBrief
from livinglab.bilingual import active_language
from livinglab.errors import Refused
from pilots.models import Enrolment, Pilot
from surveys.actions.answer import response_of, save_open_answer, save_screen, start_response, submit_response
from surveys.errors import WrongAnswer
from surveys.metrics.release import Audience, live_public, release
from surveys.models import Amendment, OpenAnswer, Registration, Snapshot, Survey, Wave
from surveys.models import Response as Answers
from surveys.models.open_answer import LONGEST
from surveys.questionnaire import DONT_KNOW, NO_ANSWER, NOT_APPLICABLE, Question, Questionnaire, questionnaire_of

PARTS = (
    "survey__pilot__version__service",
    "survey__instrument",
    "survey__use_level",
    "survey__comprehension",
    "question_set",
)
NO_IDEA = "dont_know"


class NotClosed(Refused):
    """Figures of a wave come when it closes."""

    code = "wave_not_closed"


class AmendmentSerializer(serializers.ModelSerializer[Amendment]):
    changes = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()), read_only=True)

    class Meta:
        model = Amendment
        fields = ("at", "reason", "changes")


class RuleSerializer(serializers.ModelSerializer[Registration]):
    """The acceptance rule as it was registered before the first wave; `hash` is the SHA-256 of `document`."""

    document = serializers.DictField(child=serializers.JSONField(), read_only=True)
    amendments = AmendmentSerializer(many=True, read_only=True)

    class Meta:
        model = Registration
        fields = ("hash", "registered_at", "document", "amendments")


class LiveSerializer(serializers.Serializer[Any]):
    """While a wave is open nothing else is known; null below five."""

    invited = serializers.IntegerField(allow_null=True)
    answered = serializers.IntegerField(allow_null=True)


class WaveSerializer(WaveInBrief):
    pilot = serializers.SlugField(source="survey.pilot.slug", read_only=True)
    live = serializers.SerializerMethodField(help_text=_("Counts of an open wave; null otherwise."))

    class Meta(WaveInBrief.Meta):
        fields = (*WaveInBrief.Meta.fields, "pilot", "opened_at", "closed_at", "live")

    @extend_schema_field(LiveSerializer(allow_null=True))
    def get_live(self, wave: Wave) -> Any:
        return live_public(wave) if wave.stage == Wave.Stage.OPEN else None


class Figure(serializers.Serializer[Any]):
    """A number with its interval and n. Where there is no `value`, `reason` says why (HIDDEN: too few to publish)."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)
    method = serializers.CharField()
    reason = serializers.CharField(allow_null=True)


class AcceptFigure(Figure):
    """How many accept. Where fewer than five people are on one side, a bound in place of the value (reason BOUND):
    between `at_least` and `at_most` of `n` people."""

    at_least = serializers.IntegerField(allow_null=True)
    at_most = serializers.IntegerField(allow_null=True)


class ItemFigures(serializers.Serializer[Any]):
    code = serializers.CharField()
    construct = serializers.CharField()
    lo = serializers.IntegerField()
    hi = serializers.IntegerField()
    reverse = serializers.BooleanField()
    n = serializers.IntegerField(allow_null=True)
    histogram = serializers.ListField(child=serializers.DictField(child=serializers.IntegerField(allow_null=True)))
    mean = Figure()
    top_2 = Figure()
    bottom_2 = Figure()


class ConstructFigures(serializers.Serializer[Any]):
    name = serializers.CharField()
    items = serializers.ListField(child=serializers.CharField())
    mean = Figure()
    alpha = Figure()


class GroupFigures(serializers.Serializer[Any]):
    name = serializers.CharField()
    n = serializers.IntegerField(allow_null=True)
    n_rest = serializers.IntegerField(allow_null=True)
    accept = Figure()
    accept_rest = Figure()
    gap = Figure()


class VerdictFigures(serializers.Serializer[Any]):
    """What the registered rule makes of the wave."""

    outcome = serializers.CharField()
    codes = serializers.ListField(child=serializers.CharField())
    choices = serializers.ListField(child=serializers.CharField())
    look = serializers.IntegerField()
    rule_hash = serializers.CharField()
    computed_at = serializers.DateTimeField()


class Results(serializers.Serializer[Any]):
    """The released figures of a closed wave, the same as on its page: small groups are hidden, also where they could be
    subtracted back. Shares are between 0 and 1. More keys than these may come."""

    schema = serializers.IntegerField()
    audience = serializers.CharField()
    wave = serializers.DictField(child=serializers.JSONField(allow_null=True))
    salted_hash = serializers.CharField()
    code_version = serializers.CharField()
    frozen_at = serializers.DateTimeField()
    counts = serializers.DictField(child=serializers.IntegerField(allow_null=True))
    participation = Figure()
    accept = AcceptFigure()
    use = Figure()
    endorse = Figure()
    items = ItemFigures(many=True)
    constructs = ConstructFigures(many=True)
    groups = GroupFigures(many=True)
    informed = serializers.DictField(child=serializers.JSONField(allow_null=True), allow_null=True)
    suppressed = serializers.IntegerField()
    verdict = VerdictFigures(allow_null=True)


class ChoiceOfQuestion(serializers.Serializer[Any]):
    value = serializers.IntegerField()
    label = Both()  # type: ignore[assignment]


class QuestionSerializer(serializers.Serializer[Question]):
    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=["item", "use_level", "knowledge"])
    text = Both()
    choices = serializers.SerializerMethodField()
    dont_know = Both(allow_null=True, help_text=_("How “don’t know” is worded; null where it cannot be answered."))

    @extend_schema_field(ChoiceOfQuestion(many=True))
    def get_choices(self, question: Question) -> list[dict[str, Any]]:
        return [{"value": value, "label": label} for value, label in question.choices]


class ScreenSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = Both()
    questions = QuestionSerializer(many=True)


class QuestionnaireSerializer(serializers.Serializer[Questionnaire]):
    """What a wave asks, screen by screen. The key of the knowledge questions is not here."""

    screens = ScreenSerializer(many=True)
    open_question = Both(
        allow_null=True, help_text=_("Asked last and answered in one’s own words; null where nothing is asked so.")
    )


ANSWER = {"oneOf": [{"type": "integer", "minimum": 0, "maximum": 96}, {"const": NO_IDEA}, {"type": "null"}]}


@extend_schema_field({"type": "object", "additionalProperties": ANSWER})
class AnswersField(serializers.DictField):
    """Code of a question to the value of a choice, `dont_know`, or null for none."""

    def to_internal_value(self, data: Any) -> dict[str, int]:
        if not isinstance(data, dict):
            self.fail("not_a_dict", input_type=type(data).__name__)
        return {code: self.stored(code, value) for code, value in data.items()}

    def stored(self, code: str, value: Any) -> int:
        if value is None:
            return NO_ANSWER
        if value == NO_IDEA:
            return DONT_KNOW
        if is_whole(value) and 0 <= value < NOT_APPLICABLE:
            return int(value)
        raise exceptions.ValidationError({code: [_("A whole number, “dont_know” or null, please.")]})

    def to_representation(self, value: dict[str, int]) -> dict[str, int | str | None]:
        words = {NO_ANSWER: None, DONT_KNOW: NO_IDEA}
        return {code: words.get(answer, answer) for code, answer in value.items()}


class Answering(Strict):
    answers = AnswersField()
    own_words = Text(
        required=False,
        allow_blank=True,
        max_length=LONGEST,
        help_text=_("The answer to the open question. Empty takes it back; where it is not named, it stays."),
    )


class AnswersSerializer(serializers.Serializer[Any]):
    """What you have answered so far."""

    answers = AnswersField()
    own_words = serializers.CharField(help_text=_("What you wrote under the open question; empty where nothing."))
    started_at = serializers.DateTimeField()
    saved_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)


class Rule(Door):
    queryset = Registration.objects.all()
    lookup_field = "slug"

    @extend_schema(
        tags=["pilots"],
        summary=_("The registered rule of a pilot"),
        responses=RuleSerializer,
        description=_(
            "Fixed before the first wave opened; only dates and operations of waves that have not opened can be"
            " amended."
        ),
    )
    def get(self, request: Request, slug: str) -> Response:
        rows = Registration.objects.filter(survey__in=Survey.objects.visible_to(request.user))
        registration = get_object_or_404(rows.prefetch_related("amendments"), survey__pilot__slug=slug)
        return Response(RuleSerializer(registration).data)


class Waves(ListDoor):
    serializer_class = WaveInBrief
    queryset = Wave.objects.all()

    def get_queryset(self) -> "QuerySet[Wave]":
        pilot = get_object_or_404(Pilot.objects.visible_to(self.request.user), slug=self.kwargs["slug"])
        return Wave.objects.filter(survey__pilot=pilot).exclude(stage=Wave.Stage.CANCELLED).order_by("number")

    @extend_schema(tags=["waves"], summary=_("The waves of a pilot"))
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class OneWave(Door):
    queryset = Wave.objects.all()

    @extend_schema(tags=["waves"], summary=_("Read a wave"), responses=WaveSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(WaveSerializer(seen(request, pk)).data)


class WaveResults(Door):
    queryset = Wave.objects.all()

    @extend_schema(
        tags=["waves"],
        summary=_("The results of a wave"),
        responses=Results,
        description=_("What everybody may read, from the moment the wave has closed."),
    )
    def get(self, request: Request, pk: int) -> Response:
        wave = seen(request, pk)
        if wave.stage != Wave.Stage.CLOSED:
            raise NotClosed(_("The results come when this wave has closed."))
        snapshot = Snapshot.objects.select_related("verdict__registration").get(wave=wave)
        return Response(release(snapshot, Audience.PUBLIC))


class Questions(SignedInDoor):
    queryset = Wave.objects.all()

    @extend_schema(
        tags=["answers"],
        summary=_("What a wave asks"),
        responses=QuestionnaireSerializer,
        description=_("For those who take part in the pilot."),
    )
    def get(self, request: Request, pk: int) -> Response:
        wave = seen(request, pk)
        taking_part(request, wave)
        return Response(QuestionnaireSerializer(questionnaire_of(wave)).data)


class OwnAnswers(SignedInDoor):
    queryset = Wave.objects.all()

    @extend_schema(tags=["answers"], summary=_("What you answered"), responses=AnswersSerializer)
    def get(self, request: Request, pk: int) -> Response:
        wave = seen(request, pk)
        response = response_of(taking_part(request, wave), wave)
        if response is None:
            raise exceptions.NotFound(_("You have not begun to answer."))
        return Response(told(wave, response))

    @extend_schema(
        tags=["answers"],
        summary=_("Keep answers"),
        request=Answering,
        responses=AnswersSerializer,
        description=_(
            "Send the answers of a screen when the person goes on to the next: how long each screen took is kept, and"
            " unlikely speed shows in the results. What is not named stays as it is. Possible until the wave closes."
        ),
    )
    def put(self, request: Request, pk: int) -> Response:
        sent, wave, at = self.body(Answering), seen(request, pk), timezone.now()
        answers = sent["answers"]
        enrolment, questionnaire = taking_part(request, wave), questionnaire_of(wave)
        if answers.keys() - questionnaire.column.keys():
            raise WrongAnswer(_("This wave does not ask one of these questions."))
        with transaction.atomic():
            response = start_response(wave, enrolment, at=at)
            for number, screen in enumerate(questionnaire.screens):
                here = {asked.code: answers[asked.code] for asked in screen.questions if asked.code in answers}
                if here:
                    response = save_screen(wave, enrolment, number, here, at=at)
            if "own_words" in sent:
                save_open_answer(wave, enrolment, sent["own_words"], language=active_language(), at=at)
        return Response(told(wave, response))


class HandingIn(SignedInDoor):
    queryset = Wave.objects.all()

    @extend_schema(
        tags=["answers"],
        summary=_("Hand in your answers"),
        request=None,
        responses=AnswersSerializer,
        description=_("They count from now on; until the wave closes you may still change them. Safe to repeat."),
    )
    def post(self, request: Request, pk: int) -> Response:
        wave = seen(request, pk)
        return Response(told(wave, submit_response(wave, taking_part(request, wave), at=timezone.now())))


def seen(request: Request, pk: int) -> Wave:
    return get_object_or_404(Wave.objects.visible_to(request.user).select_related(*PARTS), pk=pk)


def taking_part(request: Request, wave: Wave) -> Enrolment:
    """The caller's own enrolment; nobody answers for somebody else here."""
    rows = Enrolment.objects.joined().of_person(person_of(request)).select_related("area").defer("area__boundary")
    enrolment = rows.filter(pilot=wave.survey.pilot_id).first()
    if enrolment is None:
        raise exceptions.PermissionDenied(
            _("Only people who take part in the pilot can answer."), code="not_taking_part"
        )
    return enrolment


def told(wave: Wave, response: Answers) -> Any:
    answers = dict(zip(questionnaire_of(wave).column, response.answers, strict=True))
    written = OpenAnswer.objects.filter(response=response).first()
    return AnswersSerializer(
        {
            "answers": answers,
            "own_words": written.text if written else "",
            "started_at": response.started_at,
            "saved_at": response.saved_at,
            "submitted_at": response.submitted_at,
        }
    ).data
