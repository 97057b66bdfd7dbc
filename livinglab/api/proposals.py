"""Proposals, supports and comments: the same actions as the pages of ``proposals``."""

from typing import Any

import django_filters
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from livinglab.accounts.limits import COMMENTS, CORRECTIONS, REPORTS, SAVES, SUBMISSIONS, allow_writing
from livinglab.api.doors import Door, ListDoor, SignedInDoor, demand_match, etag_of, person_of
from livinglab.api.errors import TooLong
from livinglab.api.fields import (
    LANGUAGE_CHOICES,
    AreaInBrief,
    Choice,
    Code,
    FieldInBrief,
    Key,
    Line,
    Nickname,
    Number,
    Strict,
    Text,
    Whole,
    Words,
)
from livinglab.api.places import area_of, by_area, by_field, code_filter, field_of
from livinglab.bilingual import active_language
from proposals.actions.comment import edit_comment, flag_comment, flag_proposal, write_comment
from proposals.actions.propose import (
    discard_draft,
    resubmit,
    save_draft,
    start_draft,
    submit_proposal,
    withdraw_proposal,
)
from proposals.actions.support import support_proposal, withdraw_support
from proposals.drafts import limit_of_draft
from proposals.errors import NoAnswerHere
from proposals.forms import ListFilter
from proposals.lifecycle import PUBLIC, Stage
from proposals.models import Comment, Flag, Photo, Proposal, SmartServiceLevel, Step, Support

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=_("The ETag you read; if the proposal is another one by now, nothing is changed."),
)


class Point(Strict):
    lat = Number(min_value=32, max_value=39.5)
    lon = Number(min_value=123.5, max_value=132.5)


class PhotoSerializer(serializers.ModelSerializer[Photo]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields = ("url", "alt", "width", "height")

    def get_url(self, photo: Photo) -> str:
        return str(self.context["request"].build_absolute_uri(reverse("proposals:photo", args=[photo.pk])))


class StepSerializer(serializers.ModelSerializer[Step]):
    reason = Words()
    parts = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Step
        fields = ("from_stage", "to_stage", "by_role", "at", "reason_code", "reason", "parts")


class ProposalInBrief(serializers.ModelSerializer[Proposal]):
    """A row of the list."""

    title = Words()
    field = FieldInBrief(read_only=True, allow_null=True)
    area = AreaInBrief(read_only=True, allow_null=True)
    supports = serializers.IntegerField(source="support_count", read_only=True)
    comments = serializers.IntegerField(source="comment_count", read_only=True)

    class Meta:
        model = Proposal
        fields: tuple[str, ...] = (
            "id",
            "stage",
            "language",
            "title",
            "field",
            "area",
            "supports",
            "comments",
            "published_at",
            "changed_at",
            "illustrative",
        )


BY_CITY_STAFF = _("Whether the author speaks for the city. A nickname alone never says so.")


class ProposalSerializer(ProposalInBrief):
    """A proposal as its page shows it."""

    problem = Words()
    idea = Words()
    success = Words()
    personal_data = Words()
    author = Nickname()
    by_city_staff = serializers.BooleanField(read_only=True, help_text=BY_CITY_STAFF)
    point = serializers.SerializerMethodField()
    supported = serializers.BooleanField(read_only=True, help_text=_("Whether you support it."))
    photos = PhotoSerializer(many=True, read_only=True)
    steps = StepSerializer(many=True, read_only=True)

    class Meta(ProposalInBrief.Meta):
        fields = (
            *ProposalInBrief.Meta.fields,
            "problem",
            "idea",
            "success",
            "personal_data",
            "author",
            "by_city_staff",
            "point",
            "smart_service_level",
            "supported",
            "submitted_at",
            "due_on",
            "photos",
            "steps",
        )

    @extend_schema_field(Point(allow_null=True))
    def get_point(self, proposal: Proposal) -> dict[str, Any] | None:
        return None if proposal.lat is None else {"lat": proposal.lat, "lon": proposal.lon}


class ProposalWriting(Strict):
    """What the form of a proposal asks; a draft may leave anything open."""

    language = Choice(choices=LANGUAGE_CHOICES, required=False, help_text=_("In which language you write."))
    title = Line(max_length=120, required=False, allow_blank=True, help_text=_("In Korean at most 80 characters."))
    problem = Text(max_length=3000, required=False, allow_blank=True)
    idea = Text(max_length=3000, required=False, allow_blank=True)
    success = Text(max_length=2000, required=False, allow_blank=True)
    personal_data = Text(max_length=2000, required=False, allow_blank=True)
    field = Code(2, required=False, allow_null=True, help_text=_("Code of a field of service."))
    area = Code(10, required=False, allow_null=True, help_text=_("Code of the office of an area."))
    point = Point(required=False, allow_null=True)
    smart_service_level = Choice(choices=SmartServiceLevel.choices, required=False, allow_null=True)

    def written(self) -> dict[str, Any]:
        """As the action takes it."""
        written = dict(self.validated_data)
        if "point" in written:
            point = written.pop("point") or {"lat": None, "lon": None}
            written |= point
        if written.get("field"):
            written["field"] = field_of(written["field"])
        if written.get("area"):
            written["area"] = area_of(written["area"])
        return written


class ProposalBeginning(ProposalWriting):
    draft_key = Key(required=False, help_text=_("Made by you; sending the same key again finds the same draft."))


class SupportsSerializer(serializers.Serializer[Any]):
    """How many support a proposal, and whether you do. Who they are is told to nobody."""

    supports = serializers.IntegerField()
    supported = serializers.BooleanField()


class CommentSerializer(serializers.ModelSerializer[Comment]):
    text = Words("body")
    author = Nickname()
    by_city_staff = serializers.BooleanField(read_only=True, help_text=BY_CITY_STAFF)

    class Meta:
        model = Comment
        fields = ("id", "proposal", "parent", "kind", "language", "text", "author", "by_city_staff", "at", "edited_at")


class CommentWriting(Strict):
    text = Text(max_length=1500)
    kind = Choice(choices=Comment.Kind.choices, required=False)
    language = Choice(choices=LANGUAGE_CHOICES, required=False, help_text=_("In which language you write."))
    parent = Whole(  # type: ignore[assignment]
        required=False, allow_null=True, min_value=1, help_text=_("The comment that this one answers.")
    )


class CommentCorrection(Strict):
    text = Text(max_length=1500)


class Report(Strict):
    """What is wrong with a text, for staff."""

    reason = Choice(choices=Flag.Reason.choices)
    words = Text(max_length=500, required=False, allow_blank=True)


class ProposalFilter(django_filters.FilterSet):
    """The choices of the list page; what does not exist is refused instead of ignored."""

    q = extend_schema_field({"type": "string", "minLength": 1, "maxLength": 100})(
        django_filters.CharFilter(method="containing", max_length=100, label=_("Words it contains."))
    )
    field = code_filter(2, by_field("field"), label=_("Code of a field of service."))
    area = code_filter(10, by_area("area"), label=_("Code of the office of an area."))
    stage = django_filters.ChoiceFilter(choices=[(stage.value, stage.label) for stage in Stage if stage in PUBLIC])
    ordering = django_filters.ChoiceFilter(
        method="ordered",
        choices=[("newest", _("Newest first")), ("supported", _("Most supported")), ("discussed", _("Most discussed"))],
    )

    def containing(self, rows: "QuerySet[Proposal]", name: str, value: str) -> "QuerySet[Proposal]":
        return rows.matching(q=value)  # type: ignore[attr-defined]

    def ordered(self, rows: "QuerySet[Proposal]", name: str, value: str) -> "QuerySet[Proposal]":
        return rows.order_by(*ListFilter.SORTS[value])


def shown_to(request: Request) -> "QuerySet[Proposal]":
    """What the caller may see, with all that is told of it."""
    supported = Support.objects.filter(proposal=OuterRef("pk"), person_id=request.user.pk or 0)
    return (
        Proposal.objects.visible_to(request.user)
        .with_counts()
        .annotate(supported=Exists(supported))
        .with_authors()
        .select_related("field", "area")
        .defer("area__boundary")
        .prefetch_related("photos", "steps")
    )


def told(request: Request, pk: int) -> dict[str, Any]:
    """A proposal as it is told to the caller."""
    proposal = get_object_or_404(shown_to(request), pk=pk)
    return ProposalSerializer(proposal, context={"request": request}).data


class Proposals(ListDoor):
    queryset = (
        Proposal.objects.published()
        .with_counts()
        .select_related("field", "area")
        .defer("area__boundary")
        .order_by(*ListFilter.SORTS["newest"])
    )
    serializer_class = ProposalInBrief
    filterset_class = ProposalFilter

    @extend_schema(
        tags=["proposals"],
        summary=_("Find proposals"),
        description=_("Everything that is public, newest first unless another order is wished."),
    )
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        tags=["proposals"],
        summary=_("Begin a draft"),
        request=ProposalBeginning,
        responses={201: ProposalSerializer},
        description=_("Nobody but you sees a draft. With a `draft_key` of your own, sending it twice makes one draft."),
    )
    def post(self, request: Request) -> Response:
        sent = ProposalBeginning(data=request.data)
        sent.is_valid(raise_exception=True)
        written, at = sent.written(), timezone.now()
        author, key = person_of(request), written.pop("draft_key", None)
        allow_writing(author, limit_of_draft(author, key))
        with transaction.atomic():
            draft = start_draft(author=author, at=at, key=key, language=active_language())
            draft = write(draft, request, written)
        data = told(request, draft.pk)
        address = request.build_absolute_uri(reverse("api:proposal", args=[draft.pk]))
        return Response(data, status.HTTP_201_CREATED, headers={"ETag": etag_of(data), "Location": address})


class OneProposal(Door):
    queryset = Proposal.objects.all()

    @extend_schema(tags=["proposals"], summary=_("Read a proposal"), responses=ProposalSerializer)
    def get(self, request: Request, pk: int) -> Response:
        data = told(request, pk)
        return Response(data, headers={"ETag": etag_of(data)})

    @extend_schema(
        tags=["proposals"],
        summary=_("Change your draft"),
        parameters=[IF_MATCH],
        request=ProposalWriting,
        responses=ProposalSerializer,
        description=_(
            "What is not named stays as it is. With `If-Match` nothing is written over that you have not seen."
        ),
    )
    def patch(self, request: Request, pk: int) -> Response:
        sent = ProposalWriting(data=request.data)
        sent.is_valid(raise_exception=True)
        allow_writing(person_of(request), SAVES)
        with transaction.atomic():
            proposal = own(request, pk, for_update=True)
            demand_match(request, told(request, pk))
            write(proposal, request, sent.written())
        data = told(request, pk)
        return Response(data, headers={"ETag": etag_of(data)})

    @extend_schema(tags=["proposals"], summary=_("Throw away your draft"), request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        discard_draft(own(request, pk), by=person_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Submitting(SignedInDoor):
    queryset = Proposal.objects.all()

    @extend_schema(
        tags=["proposals"],
        summary=_("Hand in your proposal"),
        request=None,
        responses=ProposalSerializer,
        description=_("From now on it waits for staff. Also hands in again what staff asked to be completed."),
    )
    def post(self, request: Request, pk: int) -> Response:
        proposal = own(request, pk)
        hand_in = resubmit if proposal.stage == Stage.CHANGES_ASKED else submit_proposal
        allow_writing(person_of(request), SUBMISSIONS)
        hand_in(proposal, by=person_of(request), at=timezone.now())
        return Response(told(request, pk))


class Withdrawing(SignedInDoor):
    queryset = Proposal.objects.all()

    @extend_schema(
        tags=["proposals"],
        summary=_("Take your proposal back"),
        request=None,
        responses=ProposalSerializer,
        description=_("Possible until it is in a pilot."),
    )
    def post(self, request: Request, pk: int) -> Response:
        withdraw_proposal(own(request, pk), by=person_of(request), at=timezone.now())
        return Response(told(request, pk))


class MyProposals(ListDoor, SignedInDoor):
    serializer_class = ProposalInBrief
    queryset = Proposal.objects.with_counts().select_related("field", "area").defer("area__boundary").order_by("-id")

    def get_queryset(self) -> "QuerySet[Proposal]":
        return super().get_queryset().filter(author=self.request.user.pk)

    @extend_schema(tags=["me"], summary=_("Your proposals"), description=_("In every stage, drafts included."))
    def get(self, request: Request) -> Response:
        return self.list(request)


class Supporting(Door):
    queryset = Proposal.objects.all()

    @extend_schema(tags=["supports"], summary=_("How many support it"), responses=SupportsSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(supports_of(request, pk))

    @extend_schema(
        tags=["supports"],
        summary=_("Support a proposal"),
        request=None,
        responses=SupportsSerializer,
        description=_("For residents whose residence is confirmed. Once or ten times, it is one support."),
    )
    def put(self, request: Request, pk: int) -> Response:
        support_proposal(seen(request, pk), by=person_of(request), at=timezone.now())
        return Response(supports_of(request, pk))

    @extend_schema(
        tags=["supports"],
        summary=_("Take your support back"),
        request=None,
        responses={200: SupportsSerializer},
        description=_("Possible at any time."),
    )
    def delete(self, request: Request, pk: int) -> Response:
        withdraw_support(seen(request, pk), by=person_of(request))
        return Response(supports_of(request, pk))


class Comments(ListDoor):
    serializer_class = CommentSerializer
    queryset = Comment.objects.all()

    def get_queryset(self) -> "QuerySet[Comment]":
        rows = Comment.objects.visible_to(self.request.user).filter(proposal=seen(self.request, self.kwargs["pk"]))
        return rows.order_by("at", "id")

    @extend_schema(
        tags=["comments"],
        summary=_("What people say about it"),
        description=_("Oldest first; an answer names the comment it answers as its `parent`."),
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.list(request)

    @extend_schema(
        tags=["comments"], summary=_("Write a comment"), request=CommentWriting, responses={201: CommentSerializer}
    )
    def post(self, request: Request, pk: int) -> Response:
        sent, proposal = self.body(CommentWriting), seen(request, pk)
        parent = None
        if sent.get("parent") is not None:
            parent = Comment.objects.filter(proposal=proposal, pk=sent["parent"]).first()
            if parent is None:
                raise NoAnswerHere(_("This comment cannot be answered."))
        allow_writing(person_of(request), COMMENTS)
        comment = write_comment(
            proposal,
            author=person_of(request),
            text=sent["text"],
            kind=sent.get("kind", Comment.Kind.PLAIN),
            language=sent.get("language", active_language()),
            parent=parent,
            at=timezone.now(),
        )
        address = request.build_absolute_uri(reverse("api:comment", args=[comment.pk]))
        return Response(CommentSerializer(comment).data, status.HTTP_201_CREATED, headers={"Location": address})


class OneComment(Door):
    queryset = Comment.objects.all()

    @extend_schema(tags=["comments"], summary=_("Read a comment"), responses=CommentSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(CommentSerializer(get_object_or_404(Comment.objects.visible_to(request.user), pk=pk)).data)

    @extend_schema(
        tags=["comments"],
        summary=_("Correct your comment"),
        request=CommentCorrection,
        responses=CommentSerializer,
        description=_("Possible for 15 minutes."),
    )
    def patch(self, request: Request, pk: int) -> Response:
        sent, person = self.body(CommentCorrection), person_of(request)
        comment = get_object_or_404(Comment.objects.visible_to(person).filter(author=person), pk=pk)
        allow_writing(person, CORRECTIONS)
        return Response(CommentSerializer(edit_comment(comment, by=person, text=sent["text"], at=timezone.now())).data)


class ReportingProposal(SignedInDoor):
    queryset = Proposal.objects.all()

    @extend_schema(
        tags=["proposals"],
        summary=_("Report a proposal to staff"),
        request=Report,
        responses={204: None},
        description=_("You hear what came of it."),
    )
    def post(self, request: Request, pk: int) -> Response:
        sent = self.body(Report)
        proposal = get_object_or_404(Proposal.objects.published(), pk=pk)
        allow_writing(person_of(request), REPORTS)
        flag_proposal(proposal, by=person_of(request), at=timezone.now(), **sent)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReportingComment(SignedInDoor):
    queryset = Comment.objects.all()

    @extend_schema(
        tags=["comments"],
        summary=_("Report a comment to staff"),
        request=Report,
        responses={204: None},
        description=_("You hear what came of it."),
    )
    def post(self, request: Request, pk: int) -> Response:
        sent = self.body(Report)
        comment = get_object_or_404(Comment.objects.visible_to(request.user), pk=pk)
        allow_writing(person_of(request), REPORTS)
        flag_comment(comment, by=person_of(request), at=timezone.now(), **sent)
        return Response(status=status.HTTP_204_NO_CONTENT)


def seen(request: Request, pk: int) -> Proposal:
    return get_object_or_404(Proposal.objects.visible_to(request.user), pk=pk)


def own(request: Request, pk: int, *, for_update: bool = False) -> Proposal:
    """A proposal of the caller; nobody else's is ever written through here."""
    rows = Proposal.objects.filter(author=person_of(request))
    return get_object_or_404(rows.select_for_update() if for_update else rows, pk=pk)


def write(proposal: Proposal, request: Request, written: dict[str, Any]) -> Proposal:
    language = written.get("language", proposal.language)
    longest = getattr(Proposal._meta.get_field(f"title_{language}"), "max_length", None)
    if longest is not None and len(written.get("title", "")) > longest:
        raise TooLong(_("The name is too long for its language."))
    return save_draft(proposal, by=person_of(request), at=timezone.now(), **written)


def supports_of(request: Request, pk: int) -> dict[str, Any]:
    proposal = get_object_or_404(shown_to(request).prefetch_related(None), pk=pk)
    return {"supports": proposal.support_count, "supported": proposal.supported}  # type: ignore[attr-defined]
