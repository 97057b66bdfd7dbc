"""What belongs to oneself, and the desk where staff confirm where people live."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from livinglab.accounts.actions import (
    change_profile,
    confirm_residence,
    make_residence_codes,
    record_agreement,
    use_residence_code,
)
from livinglab.accounts.agreements import text_of
from livinglab.accounts.audit import digest_of, record_access
from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.forms import AreaForm, CodesForm, FindPersonForm, ProfileForm, ResidenceCodeForm
from livinglab.accounts.limits import RESIDENCE_CODES, take_turn
from livinglab.accounts.models import AccessRecord, Agreement, Person
from livinglab.accounts.roles import Role, role_required
from livinglab.accounts.tabs import account_tabs
from livinglab.bilingual import active_language
from livinglab.errors import Refused, status_of


@keep_posted(ProfileForm)
def profile(request: AuthenticatedRequest) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else kept_post(request), person=request.user)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            change_profile(request.user, **form.cleaned_data, at=timezone.now())
        except Refused as refused:
            refusal = refused
            form.add_error("nickname", str(refused))
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("me:profile")
    page = {"form": form, "tabs": account_tabs("me:profile")}
    return render(request, "me/profile.html", page, status=status_of(refusal))


@keep_posted(ResidenceCodeForm)
def residence(request: AuthenticatedRequest) -> HttpResponse:
    form, refusal = ResidenceCodeForm(request.POST if request.method == "POST" else kept_post(request)), None
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            take_turn(RESIDENCE_CODES, request.user.pk, at=at)
            area = use_residence_code(request.user, form.cleaned_data["code"], at=at)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Your residence is confirmed: %(area)s.") % {"area": area.name})
            return redirect("me:residence")
    page = {"form": form, "refusal": refusal, "tabs": account_tabs("me:residence")}
    return render(request, "residence/residence.html", page, status=status_of(refusal))


@never_cache
@role_required(Role.MODERATOR)
def residence_desk(request: AuthenticatedRequest) -> HttpResponse:
    """Find somebody by her exact e-mail or nickname, then confirm her area. The address is never part of the URL."""
    in_charge = request.user.areas_in_charge(Role.MODERATOR)
    find, person, confirm, refusal = FindPersonForm(request.POST or None), None, None, None
    if find.is_valid():
        person, confirming = find.person(), "area" in request.POST
        record_search(request.user, find.cleaned_data["who"], person)
        if person is None:
            find.add_error("who", _("Nobody has this e-mail or nickname."))
        else:
            confirm = AreaForm(
                request.POST if confirming else None, in_charge=in_charge, initial={"area": person.area_id}
            )
            if confirming and confirm.is_valid():
                try:
                    confirm_residence(person, confirm.cleaned_data["area"], by=request.user, at=timezone.now())
                except Refused as refused:
                    refusal = refused
                else:
                    messages.success(request, _("The residence of %(person)s is confirmed.") % {"person": person})
                    return redirect("me:residence_desk")
    page = {
        "find": find,
        "person": person,
        "confirm": confirm,
        "codes": CodesForm(in_charge=in_charge, prefix="codes"),
        "refusal": refusal,
    }
    return render(request, "residence/desk.html", page, status=status_of(refusal))


def record_search(by: Person, typed: str, person: Person | None) -> None:
    """Whom somebody looked for; of what nobody is called, a digest."""
    about = f"person {person.pk}" if person is not None else f"search {digest_of(typed)}"
    record_access(by, AccessRecord.Action.DESK_SEARCHED, about=about, count=int(person is not None))


@never_cache
@role_required(Role.MODERATOR)
@require_POST
def residence_codes(request: AuthenticatedRequest) -> HttpResponse:
    """A page to print with new codes. It is shown once: a reload makes other codes."""
    in_charge = request.user.areas_in_charge(Role.MODERATOR)
    form = CodesForm(request.POST, in_charge=in_charge, prefix="codes")
    if not form.is_valid():
        return render(request, "residence/desk.html", {"find": FindPersonForm(), "codes": form})
    area, at = form.cleaned_data["area"], timezone.now()
    codes = make_residence_codes(area, count=form.cleaned_data["count"], by=request.user, at=at)
    return render(request, "residence/codes.html", {"area": area, "codes": codes})


@login_required
def agreements(request: AuthenticatedRequest) -> HttpResponse:
    """What she agreed to, and the one agreement that can be given and taken back at any time."""
    if request.method == "POST":
        agreed = request.POST.get("news") == "yes"
        record_agreement(
            request.user, Agreement.Kind.NEWS, agreed=agreed, language=active_language(), at=timezone.now()
        )
        messages.success(request, _("You will get news.") if agreed else _("You will get no more news."))
        return redirect("me:agreements")
    given = list(request.user.agreements.all())
    news = next((agreement.agreed for agreement in given if agreement.kind == Agreement.Kind.NEWS), False)
    page = {
        "agreements": given,
        "news": news,
        "news_text": text_of(Agreement.Kind.NEWS, active_language()),
        "tabs": account_tabs("me:agreements"),
    }
    return render(request, "me/agreements.html", page)
