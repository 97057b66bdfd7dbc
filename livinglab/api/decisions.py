"""What the city decided after a verdict, and what it changed because of whom."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.models import Change, Decision
from livinglab.api.doors import Door, ListDoor
from livinglab.api.fields import Words


class ChangeSerializer(serializers.ModelSerializer[Change]):
    """You said, we did. It rests on a comment, an item of the survey, or a figure of the results."""

    said = Words()
    did = Words()

    class Meta:
        model = Change
        fields = ("order", "said", "answer", "did", "comment", "item", "figure")


class DecisionInBrief(serializers.ModelSerializer[Decision]):
    pilot = serializers.SlugField(source="pilot.slug", read_only=True)
    wave = serializers.IntegerField(source="verdict.snapshot.wave_id", read_only=True)
    outcome = serializers.CharField(
        source="verdict.outcome", read_only=True, help_text=_("What the registered rule had asked for.")
    )
    reason = Words()
    next_changed = Words()

    class Meta:
        model = Decision
        fields: tuple[str, ...] = ("id", "pilot", "wave", "kind", "outcome", "reason", "next_changed", "published_at")


class DecisionSerializer(DecisionInBrief):
    changes = ChangeSerializer(many=True, read_only=True)

    class Meta(DecisionInBrief.Meta):
        fields = (*DecisionInBrief.Meta.fields, "changes")


def published() -> "QuerySet[Decision]":
    return Decision.objects.published().select_related("pilot", "verdict__snapshot")


class Decisions(ListDoor):
    queryset = Decision.objects.all()
    serializer_class = DecisionInBrief

    def get_queryset(self) -> "QuerySet[Decision]":
        return (
            published().defer("verdict__snapshot__state", "verdict__snapshot__results").order_by("-published_at", "-id")
        )

    @extend_schema(
        tags=["decisions"], summary=_("What the city decided"), description=_("Published decisions, the latest first.")
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


class OneDecision(Door):
    queryset = Decision.objects.all()

    @extend_schema(tags=["decisions"], summary=_("A decision and its changes"), responses=DecisionSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(DecisionSerializer(get_object_or_404(published().prefetch_related("changes"), pk=pk)).data)
