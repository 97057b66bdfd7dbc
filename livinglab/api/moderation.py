"""The staff queue: what was handed in and what was reported."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from livinglab.accounts.roles import IsModerator
from livinglab.api.doors import Door, ListDoor, person_of
from livinglab.api.fields import Choice, Moment, Strict, Text
from livinglab.api.proposals import CommentSerializer, ProposalSerializer, told
from proposals.actions.moderate import (
    ask_for_changes,
    decline_proposal,
    hide_flagged_comment,
    hide_flagged_proposal,
    keep_flagged,
    publish_proposal,
)
from proposals.models import Comment, DeclineReason, Flag, Part, Proposal
from proposals.queue import waiting_for


class WaitingProposal(serializers.ModelSerializer[Proposal]):
    """A place in the queue. Send its `changed_at` back as `seen` with your decision."""

    late = serializers.SerializerMethodField()

    class Meta:
        model = Proposal
        fields = ("id", "language", "title_ko", "title_en", "submitted_at", "due_on", "late", "changed_at")

    def get_late(self, proposal: Proposal) -> bool:
        return proposal.due_on is not None and proposal.due_on < timezone.localdate()


class WaitingReport(serializers.ModelSerializer[Flag]):
    """The first report of a text; settling it settles all of them."""

    comment = CommentSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Flag
        fields = ("id", "proposal", "comment", "reason", "words", "at", "due_on")


class Deciding(Strict):
    """Words to the author; those in the language of the proposal are needed where you do not publish."""

    reason_ko = Text(max_length=2000, required=False, allow_blank=True)
    reason_en = Text(max_length=2000, required=False, allow_blank=True)
    seen = Moment(
        required=False, help_text=_("The `changed_at` you read: what was changed since is never decided over.")
    )


class AskingForChanges(Deciding):
    parts = serializers.ListField(child=Choice(choices=Part.choices), min_length=1, max_length=len(Part))


class Declining(Deciding):
    reason_code = Choice(choices=DeclineReason.choices)


class Hiding(Strict):
    reason = Text(max_length=300)


class HidingProposal(Strict):
    reason_code = Choice(choices=DeclineReason.choices)
    reason_ko = Text(max_length=2000, required=False, allow_blank=True)
    reason_en = Text(max_length=2000, required=False, allow_blank=True)


class StaffDoor(Door):
    permission_classes = [IsModerator]


class WaitingProposals(ListDoor, StaffDoor):
    queryset = Proposal.objects.all()
    serializer_class = WaitingProposal

    def get_queryset(self) -> "QuerySet[Proposal]":
        places = waiting_for(person_of(self.request), today=timezone.localdate(), kind="proposal")
        return Proposal.objects.filter(pk__in=places.order_by().values("pk")).order_by("submitted_at", "id")

    @extend_schema(
        tags=["moderation"],
        summary=_("Proposals that wait for staff"),
        description=_("Oldest first; your own are left to colleagues."),
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


class DecidingOnProposal(StaffDoor):
    queryset = Proposal.objects.all()

    def decide(self, request: Request, pk: int, act: Callable[..., Proposal], sent: dict[str, Any]) -> Response:
        proposal = get_object_or_404(Proposal.objects.in_care_of(person_of(request)), pk=pk)
        act(proposal, by=person_of(request), at=timezone.now(), **sent)
        return Response(told(request, pk))


class Publishing(DecidingOnProposal):
    @extend_schema(tags=["moderation"], summary=_("Publish a proposal"), request=Deciding, responses=ProposalSerializer)
    def post(self, request: Request, pk: int) -> Response:
        return self.decide(request, pk, publish_proposal, self.body(Deciding))


class Asking(DecidingOnProposal):
    @extend_schema(
        tags=["moderation"],
        summary=_("Ask for changes"),
        request=AskingForChanges,
        responses=ProposalSerializer,
        description=_("The answer clock stands still until the author hands it in again."),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.decide(request, pk, ask_for_changes, self.body(AskingForChanges))


class DecliningProposal(DecidingOnProposal):
    @extend_schema(
        tags=["moderation"], summary=_("Decline a proposal"), request=Declining, responses=ProposalSerializer
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.decide(request, pk, decline_proposal, self.body(Declining))


class WaitingReports(ListDoor, StaffDoor):
    queryset = Flag.objects.all()
    serializer_class = WaitingReport

    def get_queryset(self) -> "QuerySet[Flag]":
        places = waiting_for(person_of(self.request), today=timezone.localdate(), kind="report")
        rows = Flag.objects.filter(pk__in=places.order_by().values("first"))
        comments = Prefetch("comment", Comment.objects.with_authors())
        return rows.prefetch_related(comments).order_by("at", "id")

    @extend_schema(
        tags=["moderation"],
        summary=_("Reported texts that wait for staff"),
        description=_("Oldest first, one place a text; what is about you is left to colleagues."),
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


class SettlingReport(StaffDoor):
    queryset = Flag.objects.all()

    def settle(self, request: Request, pk: int, act: Callable[..., None], *, sent: Any = None, **only: Any) -> Response:
        in_care = Proposal.objects.in_care_of(person_of(request))
        flag = get_object_or_404(Flag.objects.filter(proposal__in=in_care, **only), pk=pk)
        act(flag, by=person_of(request), at=timezone.now(), **(sent or {}))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Keeping(SettlingReport):
    @extend_schema(tags=["moderation"], summary=_("Leave a reported text"), request=None, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        return self.settle(request, pk, keep_flagged)


class HidingComment(SettlingReport):
    @extend_schema(
        tags=["moderation"],
        summary=_("Hide a reported comment"),
        request=Hiding,
        responses={204: None},
        description=_("Its author reads your reason."),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.settle(request, pk, hide_flagged_comment, sent=self.body(Hiding), comment__isnull=False)


class TakingDown(SettlingReport):
    @extend_schema(
        tags=["moderation"],
        summary=_("Take down a reported proposal"),
        request=HidingProposal,
        responses={204: None},
        description=_("It is declined; its author reads your reason."),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.settle(request, pk, hide_flagged_proposal, sent=self.body(HidingProposal), comment=None)
