from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.notices.texts import render as text_of

PAGE_SIZE = 20


@login_required
def notices(request: AuthenticatedRequest) -> HttpResponse:
    page = Paginator(request.user.notices.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = [(notice, text_of(notice)) for notice in page]
    return render(request, "notices/list.html", {"page": page, "notices": shown})


@login_required
def open_notice(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Follow a notice to its page, also from a mail; from then on it counts as read."""
    notice = get_object_or_404(request.user.notices, pk=pk)
    request.user.notices.unread().filter(pk=pk).update(read_at=timezone.now())
    if url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return HttpResponseRedirect(notice.url)
    return redirect("notices:list")


@login_required
@require_POST
def read_all(request: AuthenticatedRequest) -> HttpResponse:
    request.user.notices.unread().update(read_at=timezone.now())
    return redirect("notices:list")
