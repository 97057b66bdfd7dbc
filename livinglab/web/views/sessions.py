from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from livinglab.accounts.actions import end_session, end_sessions
from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.tabs import account_tabs


@never_cache
@login_required
def sessions(request: AuthenticatedRequest) -> HttpResponse:
    """One's own sessions. Each can be ended, and all at once; no password is asked for what makes things safer."""
    current = request.session.session_key or ""
    if request.method == "POST" and request.POST.get("end") == "all":
        end_sessions(request.user)
        logout(request)
        messages.success(request, _("You are signed out on every device."))
        return redirect("home")
    if request.method == "POST" and request.POST.get("end") == "others":
        end_sessions(request.user, but=current)
        messages.success(request, _("You are signed out on every other device."))
        return redirect("me:sessions")
    if request.method == "POST":
        if end_session(request.user, request.POST.get("end", "")):
            messages.success(request, _("That device is signed out."))
        return redirect("me:sessions")
    mine = list(request.user.sessions.live(timezone.now()))
    page = {
        "sessions": mine,
        "current": next((session.handle for session in mine if session.session_key == current), None),
        "tabs": account_tabs("me:sessions"),
    }
    return render(request, "me/sessions.html", page)
