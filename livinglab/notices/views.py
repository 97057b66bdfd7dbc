from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from livinglab.accounts.actions import resume_mails, stop_mails, wants_mails
from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.notices.stopping import read_stop_token
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


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a mail: stops the mails of its kind, or takes that back. It opens nothing else of the account.

    Programs for mail send the POST by themselves (RFC 8058), with neither cookie nor form; what they read back is of no
    account, but it must not lead on. Opening the page changes nothing: programs that check links do that, too.
    """
    signed = read_stop_token(token)
    if signed is None:
        raise Http404
    person, kind = signed
    if request.method == "POST":
        act = resume_mails if request.POST.get("do") == "resume" else stop_mails
        act(person, kind, at=timezone.now())
        person.refresh_from_db()
    page = {"person": person, "kind": kind, "stopped": not wants_mails(person, kind)}
    return render(request, "notices/stop_mail.html", page)
