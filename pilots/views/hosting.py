"""For who lends a place: what is tried there, and offering another one."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.roles import Role, role_required
from pilots.actions.plan import make_test_bed
from pilots.forms import TestBedForm
from pilots.models import Pilot, TestBed


@role_required(Role.HOST)
def hosting(request: AuthenticatedRequest) -> HttpResponse:
    tried = Pilot.objects.visible_to(request.user).select_related("version__service")
    beds = (
        TestBed.objects.of_host(request.user)
        .select_related("area")
        .prefetch_related(Prefetch("pilots", queryset=tried))
    )
    return render(request, "pilots/hosting.html", {"beds": beds})


@keep_posted(TestBedForm)
@role_required(Role.HOST)
def offer_test_bed(request: AuthenticatedRequest) -> HttpResponse:
    form = TestBedForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        make_test_bed(host=request.user, **form.cleaned_data)
        messages.success(request, _("Thank you. Staff can now choose your place for a pilot."))
        return redirect("pilots:hosting")
    return render(request, "pilots/offer.html", {"form": form})
