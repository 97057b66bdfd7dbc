from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.tabs import account_tabs
from livinglab.errors import Refused, status_of
from livinglab.web.forms import DeleteAccountForm
from livinglab.web.my_data import export_of, forget_and_tell


@login_required
def my_data(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "me/data.html", {"tabs": account_tabs("me:data")})


@never_cache
@login_required
@require_POST
def download_data(request: AuthenticatedRequest) -> HttpResponse:
    data = export_of(request.user)
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="living-lab-{timezone.localdate():%Y-%m-%d}.json"'
    return response


@never_cache
@login_required
@reauthentication_required
def delete_account(request: AuthenticatedRequest) -> HttpResponse:
    form, refusal = DeleteAccountForm(request.POST or None), None
    if form.is_valid():
        try:
            forget_and_tell(request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            logout(request)
            messages.success(request, _("Your account is deleted. Thank you for having been part of this."))
            return redirect("home")
    return render(request, "me/delete.html", {"form": form, "refusal": refusal}, status=status_of(refusal))
