from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.forms import TokenForm
from livinglab.accounts.tabs import account_tabs
from livinglab.accounts.tokens import end_token, make_token
from livinglab.errors import Refused, status_of


@never_cache
@login_required
@reauthentication_required(allow_get=True)
def tokens(request: AuthenticatedRequest) -> HttpResponse:
    """One's own tokens for the API. The text of a new one is shown once, when it is made."""
    form, made, refusal = TokenForm(request.POST if request.method == "POST" else None, person=request.user), None, None
    if form.is_valid():
        try:
            made = make_token(request.user, **form.cleaned_data, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            form = TokenForm(person=request.user)
    page = {
        "form": form,
        "made": made,
        "refusal": refusal,
        "tokens": request.user.api_tokens.live(timezone.now()),
        "tabs": account_tabs("me:tokens"),
    }
    return render(request, "me/tokens.html", page, status=status_of(refusal))


@never_cache
@login_required
@require_POST
def end(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What makes things safer asks for nothing more."""
    if not end_token(request.user, pk, at=timezone.now()):
        raise Http404
    messages.success(request, _("The token has ended. Programs that used it are no longer let in."))
    return redirect("me:tokens")
