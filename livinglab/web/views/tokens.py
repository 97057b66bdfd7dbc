from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from rest_framework.authtoken.models import Token

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.tabs import account_tabs


@never_cache
@login_required
def token(request: AuthenticatedRequest) -> HttpResponse:
    """One's own token for the API: made, made anew, or revoked. It is shown once, when it is made."""
    made = None
    if request.method == "POST" and request.POST.get("do") == "revoke":
        Token.objects.filter(user=request.user).delete()
        messages.success(request, _("The token is revoked. Programs that used it are no longer let in."))
        return redirect("me:token")
    if request.method == "POST":
        with transaction.atomic():
            Token.objects.filter(user=request.user).delete()
            made = Token.objects.create(user=request.user)
    page = {
        "made": made,
        "token": made or Token.objects.filter(user=request.user).first(),
        "tabs": account_tabs("me:token"),
    }
    return render(request, "me/token.html", page)
