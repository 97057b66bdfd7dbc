"""What the nightly deletion did, for administrators."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.roles import Role, role_required
from livinglab.web.models import RetentionRun
from livinglab.web.retention import OVERDUE_AFTER

# About a month of nights.
NIGHTS = 30


@role_required(Role.ADMINISTRATOR)
def retention(request: AuthenticatedRequest) -> HttpResponse:
    """Night by night, newest first: what went, and what went wrong. Says so where a night was missed."""
    nights = RetentionRun.objects.order_by("-at").values_list("at", flat=True).distinct()
    page = Paginator(nights, NIGHTS).get_page(request.GET.get("page"))
    rows: dict[object, list[RetentionRun]] = {at: [] for at in page}
    for row in RetentionRun.objects.filter(at__in=list(page)).order_by("-at", "pk"):
        if row.count or row.error:
            rows[row.at].append(row)
    last = RetentionRun.objects.order_by("-at").values_list("at", flat=True).first()
    overdue = last is not None and last < timezone.now() - OVERDUE_AFTER
    context = {"page": page, "nights": list(rows.items()), "last": last, "overdue": overdue}
    return render(request, "web/retention.html", context)
