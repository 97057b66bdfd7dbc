"""Finding and reading proposals."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from livinglab.accounts.models import Area
from livinglab.accounts.roles import Role
from livinglab.errors import Refused, status_of
from proposals.forms import CommentForm, ListFilter
from proposals.lifecycle import OPEN, Stage
from proposals.models import Comment, Photo, Proposal, ServiceField
from proposals.models.comment import COMMENTS_ON_A_PAGE, EDITABLE_FOR

PROPOSALS_ON_A_PAGE = 20
MOST_POINTS = 300


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    on_map = request.GET.get("view") == "map"
    areas = list(Area.objects.all() if on_map else Area.objects.only("name_ko", "name_en"))
    form = ListFilter(request.GET, fields=list(ServiceField.objects.all()), areas=areas)
    chosen = form.chosen()
    sort = chosen.pop("sort", "newest")
    found = Proposal.objects.published().matching(**chosen).order_by(*ListFilter.SORTS[sort])
    context: dict[str, Any] = {
        "form": form,
        "narrowed": bool(chosen),
        "tabs": [
            {"label": _("List"), "url": address(request, view=None), "current": not on_map},
            {"label": _("Map"), "url": address(request, view="map"), "current": on_map},
        ],
    }
    if on_map:
        context |= on_the_map(request, areas, chosen)
    else:
        # Only numbers are sorted and skipped; the texts are read for one page. What a search finds is looked for once.
        pks = found.values_list("pk", flat=True)
        page = Paginator(list(pks) if "q" in chosen else pks, PROPOSALS_ON_A_PAGE).get_page(request.GET.get("page"))
        rows = Proposal.objects.with_counts().select_related("field", "area").defer("area__boundary")
        by_pk = rows.order_by().in_bulk(list(page.object_list))
        context |= {"page": page, "proposals": [by_pk[pk] for pk in page.object_list if pk in by_pk]}
    return render(request, "proposals/list.html", context)


def on_the_map(request: HttpRequest, areas: list[Area], chosen: dict[str, str]) -> dict[str, Any]:
    # The map counts every area, also when the list is narrowed to one of them.
    elsewhere = {name: value for name, value in chosen.items() if name != "area"}
    by_area = Proposal.objects.published().matching(**elsewhere).order_by()
    counts = dict(by_area.values_list("area").annotate(n=Count("pk")))
    for area in areas:
        area.value = counts.get(area.pk, 0)  # type: ignore[attr-defined]
    with_point = Proposal.objects.published().matching(**chosen).filter(lat__isnull=False)
    points = [
        {
            "lat": proposal.lat,
            "lon": proposal.lon,
            "label": proposal.title,
            "url": reverse("proposals:detail", args=[proposal.pk]),
        }
        for proposal in with_point.only("lat", "lon", "title_ko", "title_en")[:MOST_POINTS]
    ]
    total = counts.get(int(chosen["area"]), 0) if "area" in chosen else sum(counts.values())
    return {
        "areas": areas,
        "points": points,
        "points_left_out": with_point.count() - MOST_POINTS if len(points) == MOST_POINTS else 0,
        "total": total,
        "area_href": address(request, view=None, area=None, page=None, sign_for="area"),
    }


def address(request: HttpRequest, *, sign_for: str = "", **changed: str | None) -> str:
    """The address of the list with these parameters changed; ``sign_for`` names one whose value is written {}."""
    query = QueryDict(mutable=True)
    kept = {name: request.GET.get(name) for name in request.GET if name != "page"}
    for name, value in (kept | changed).items():
        query.pop(name, None)
        if value:
            query[name] = value
    parts = [query.urlencode()] if query else []
    parts += [f"{sign_for}={{}}"] if sign_for else []
    return f"{reverse('proposals:list')}?{'&'.join(parts)}" if parts else reverse("proposals:list")


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return detail_page(request, pk)


def detail_page(
    request: HttpRequest, pk: int, *, comment_form: CommentForm | None = None, comment_refusal: Refused | None = None
) -> HttpResponse:
    """The page of one proposal; doors that refuse something show it again with what was typed."""
    proposal = proposal_shown_to(request, pk)
    talk = comments_of(request, proposal)
    is_author = request.user.is_authenticated and proposal.author_id == request.user.pk
    may_moderate = request.user.is_authenticated and request.user.is_in_charge_of(proposal.area_id, Role.MODERATOR)
    return render(
        request,
        "proposals/detail.html",
        {
            **text_of(proposal),
            "steps": proposal.steps.all(),
            "services": proposal.services.visible_to(request.user) if proposal.is_public else (),
            "is_author": is_author,
            "may_moderate": may_moderate and not is_author,
            "open": proposal.stage in OPEN,
            "where": where_it_stands(proposal) if is_author else (),
            "comment_form": comment_form or CommentForm(),
            "comment_refusal": comment_refusal,
            **talk,
        },
        status=status_of(comment_refusal),
    )


def text_of(proposal: Proposal) -> dict[str, Any]:
    """What the templates of a proposal's text and facts need."""
    points = [{"lat": proposal.lat, "lon": proposal.lon, "label": proposal.title}] if proposal.lat is not None else []
    return {
        "proposal": proposal,
        "photos": proposal.photos.all(),
        "map_areas": [proposal.area] if proposal.area is not None else [],
        "map_points": points,
    }


def proposal_shown_to(request: HttpRequest, pk: int) -> Proposal:
    """The proposal with its supports and whether the visitor's is among them; not found where she may not see it."""
    rows = Proposal.objects.visible_to(request.user).with_support_of(request.user)
    return get_object_or_404(rows.with_authors().select_related("field", "area"), pk=pk)


def proposal_seen_by(request: HttpRequest, pk: int) -> Proposal:
    """The proposal, for an action that looks at the rest itself; not found as above."""
    return get_object_or_404(Proposal.objects.visible_to(request.user), pk=pk)


def comments_of(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    """One page of comments with their answers, all kinds or one."""
    top_level = Comment.objects.filter(proposal=proposal).top_level()
    counts = dict(top_level.order_by().values_list("kind").annotate(n=Count("pk")))
    kind = request.GET.get("kind", "")
    if kind not in Comment.Kind.values:
        kind = ""
    rows = top_level.filter(kind=kind) if kind else top_level
    answers = Prefetch("answers", Comment.objects.with_authors())
    page = Paginator(rows.with_authors().prefetch_related(answers), COMMENTS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    here = reverse("proposals:detail", args=[proposal.pk])
    tabs = [{"label": _("All"), "url": f"{here}#comments", "current": not kind, "count": sum(counts.values())}]
    tabs += [
        {
            "label": each.label,
            "url": f"{here}?kind={each.value}#comments",
            "current": kind == each.value,
            "count": counts.get(each.value, 0),
        }
        for each in (Comment.Kind.FOR, Comment.Kind.AGAINST, Comment.Kind.QUESTION)
    ]
    return {
        "comments": page,
        "comment_tabs": tabs if counts else [],
        # Later than this, the author of a comment may still change it.
        "editable_since": timezone.now() - EDITABLE_FOR,
    }


def where_it_stands(proposal: Proposal) -> list[dict[str, Any]]:
    """The way of a proposal, for its author: what is done, where it is, what comes."""
    ended = {Stage.DECLINED, Stage.WITHDRAWN}
    stage = Stage(proposal.stage)
    way = [
        (_("Handed in"), {Stage.SUBMITTED, Stage.CHANGES_ASKED}, proposal.submitted_at),
        (_("Published"), {Stage.PUBLISHED}, proposal.published_at),
        (_("Tried in a pilot"), {Stage.IN_PILOT}, None),
        (_("Decided"), {Stage.SCALED, Stage.REVISED, Stage.RETIRED}, None),
    ]
    if stage in ended:
        reached = [each for each in way if each[2]]
        steps = [{"label": label, "state": "done", "at": at} for label, _stages, at in reached]
        return [*steps, {"label": stage.label, "state": "current"}]
    here = next((number for number, (_label, stages, _at) in enumerate(way) if stage in stages), -1)
    return [
        {
            "label": label,
            "state": "done" if number < here else "current" if number == here else "todo",
            "at": at if number <= here else None,
            "note": stage.label if number == here and stage.label != label else "",
        }
        for number, (label, _stages, at) in enumerate(way)
    ]


@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture itself, to whoever may see its proposal."""
    picture = get_object_or_404(
        Photo.objects.filter(Q(proposal__in=Proposal.objects.visible_to(request.user))).select_related("proposal"),
        pk=pk,
    )
    try:
        response = FileResponse(picture.image.open("rb"), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404 from error
    public = picture.proposal.is_public
    response["Cache-Control"] = "public, max-age=3600" if public else "private, no-store"
    return response
