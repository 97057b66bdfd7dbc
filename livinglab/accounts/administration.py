"""Pages of administrators: people with their roles, and the record of who looked at what."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from livinglab.accounts.audit import digest_of, record_access
from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.factor_resets import ask_for_factor_reset, confirm_factor_reset, drop_factor_reset
from livinglab.accounts.forms import AccessFilter, AccountNameForm, FindPersonForm, RoleForm
from livinglab.accounts.grants import close_account, grant_role, may_be_named, name_account, reopen_account, take_role
from livinglab.accounts.models import AccessRecord, FactorReset, Person
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from livinglab.posted import whole_number

ON_A_PAGE = 50
# Whose account was found by a typed address or nickname last, in the session of whoever looked.
LOOKED_UP = "account_looked_up"
Action = AccessRecord.Action
# How the kinds of things that the trail names are called; the rest of ``about`` is a key of the site.
KINDS = {
    "area": gettext_lazy("area"),
    "draft": gettext_lazy("draft of a report"),
    "draft-pack": gettext_lazy("pack of a draft"),
    "evaluator-pack": gettext_lazy("evaluators’ pack, wave"),
    "export": gettext_lazy("file"),
    "mails": gettext_lazy("sent mails"),
    "messages": gettext_lazy("messages to the city"),
    "notices": gettext_lazy("notices"),
    "person": gettext_lazy("account"),
    "pilot": gettext_lazy("pilot"),
    "search": gettext_lazy("nobody was found, digest"),
    "staff": gettext_lazy("list of staff"),
    "wave": gettext_lazy("wave"),
}


@role_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def people(request: AuthenticatedRequest) -> HttpResponse:
    """Who has a role, with names and addresses so that nobody is mistaken; anybody else by address or nickname."""
    form = FindPersonForm(request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data["who"]
        person = form.person_among(Person.objects.all())
        if person is not None:
            request.session[LOOKED_UP] = person.pk
            return redirect("administration:person", pk=person.pk)
        record_access(request.user, Action.CONTACTS_SEEN, about=f"search {digest_of(typed)}", count=0)
        form.add_error("who", _("Nobody has this e-mail or nickname."))
    staff = Person.objects.filter(grants__isnull=False).distinct().prefetch_related("grants__office")
    page = Paginator(staff.order_by("name", "pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    record_access(request.user, Action.CONTACTS_SEEN, about="staff", count=len(page.object_list))
    resets = FactorReset.objects.open(timezone.now()).select_related("person", "asked_by")
    return render(request, "administration/people.html", {"form": form, "page": page, "resets": resets})


@role_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def person(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One account: who it is, the roles, and what an administrator may do to it. The rest is the person's own.

    Of staff it opens by itself, of anybody else after a search only: nobody reads all accounts by counting.
    """
    account = get_object_or_404(Person.objects.select_related("area").defer("area__boundary"), pk=pk)
    is_staff = account.grants.exists()
    waits = account.factor_resets.open(timezone.now()).exists()
    if not is_staff and not waits and request.session.get(LOOKED_UP) != pk:
        messages.info(request, _("Find the account by its e-mail address or nickname first."))
        return redirect("administration:people")
    role, name = RoleForm(), AccountNameForm(initial={"nickname": account.nickname})
    refusal = None
    if request.method == "POST":
        do = request.POST.get("do")
        role = RoleForm(request.POST) if do == "grant" else role
        name = AccountNameForm(request.POST) if do == "name" else name
        try:
            if sentence := change_account(request, account, role, name):
                messages.success(request, sentence)
                # A role may just have been taken; whoever took it goes on reading.
                request.session[LOOKED_UP] = pk
                return redirect("administration:person", pk=pk)
        except Refused as refused:
            refusal = refused
            account.refresh_from_db()
    record_access(request.user, Action.CONTACTS_SEEN, about=f"person {pk}", count=1)
    context = {
        "account": account,
        "grants": account.grants.select_related("office").order_by("role", "office__slug"),
        "is_staff": is_staff,
        "may_be_named": may_be_named(account),
        "role_form": role,
        "name_form": name,
        "refusal": refusal,
        "own": account.pk == request.user.pk,
        "has_second_factor": is_mfa_enabled(account),
        "reset": account.factor_resets.open(timezone.now()).select_related("asked_by").first(),
        "trail": f"{reverse('administration:access')}?{urlencode({'about': f'person {pk}'})}",
    }
    return render(request, "administration/person.html", context, status=status_of(refusal))


def change_account(request: AuthenticatedRequest, account: Person, role: RoleForm, name: AccountNameForm) -> str:
    """What was done, in a sentence; nothing where a form is not filled in."""
    by, at, do = request.user, timezone.now(), request.POST.get("do")
    if do == "grant" and role.is_valid():
        grant_role(account, Role(role.cleaned_data["role"]), office=role.cleaned_data["office"], by=by, at=at)
        return _("The role is given.")
    if do == "take":
        pk = request.POST.get("grant", "")
        take_role(get_object_or_404(account.grants, pk=whole_number(pk)), by=by, at=at)
        return _("The role is taken away.")
    if do == "name" and may_be_named(account) and name.is_valid():
        name_account(account, name.cleaned_data["nickname"], by=by, at=at)
        return _("The nickname is changed.")
    if do == "ask_reset":
        ask_for_factor_reset(account, by=by, at=at)
        return _("The request waits for another administrator, for a week.")
    if do in ("confirm_reset", "drop_reset"):
        pk = request.POST.get("reset", "")
        reset = get_object_or_404(account.factor_resets, pk=whole_number(pk))
        if do == "drop_reset":
            drop_factor_reset(reset, by=by, at=at)
            return _("The request is dropped.")
        confirm_factor_reset(reset, by=by, at=at)
        return _("The second factor is reset. At the next sign-in a new one is set up.")
    if do == "close":
        close_account(account, by=by, at=at)
        return _("The account is closed.")
    if do == "reopen":
        reopen_account(account, by=by, at=at)
        return _("The account is open again.")
    return ""


@role_required(Role.ADMINISTRATOR)
@require_safe
def access(request: AuthenticatedRequest) -> HttpResponse:
    """Who looked at what and changed which role, newest first. Reading it is recorded as well."""
    form = AccessFilter(request.GET)
    form.is_valid()
    chosen = {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
    page = Paginator(AccessRecord.objects.narrowed_to(**chosen).select_related("by"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [
        {"record": record, "about": about_in_words(record.about), "roles": roles_in_words(record)} for record in page
    ]
    record_access(request.user, Action.TRAIL_READ, count=len(rows))
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "about": about_in_words(chosen.get("about", "")),
        "narrowed": bool(chosen),
    }
    return render(request, "administration/access.html", context)


def about_in_words(about: str) -> str:
    """What a record is about, as it is read; empty where it is about nothing in particular."""
    kind, _blank, rest = about.partition(" ")
    return f"{KINDS.get(kind, kind)} {rest}".strip()


def roles_in_words(record: AccessRecord) -> str:
    return ", ".join(str(Role(role).label) for role in record.by_roles)
