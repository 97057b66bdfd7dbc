"""Asking the city: telephone, counter, a form that works signed out; and the messages for those who answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from livinglab.accounts.audit import Action, record_access
from livinglab.accounts.contact import contact_point_of, the_city
from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.limits import MESSAGES, MESSAGES_OF_AN_ADDRESS, TooOften, address_of, take_turn
from livinglab.accounts.models import Office
from livinglab.accounts.roles import Role, role_required
from livinglab.bilingual import active_language
from livinglab.web.contact import mark_answered, write_to_the_city
from livinglab.web.contact_form import AboutForm, ContactForm
from livinglab.web.models import ContactMessage
from livinglab.web.models.contact import MESSAGES_KEPT
from pilots.models import Pilot

PER_PAGE = 20


def contact(request: HttpRequest) -> HttpResponse:
    """Whom to ask, about the site or about one pilot (``?pilot=``)."""
    about = AboutForm(request.POST if request.method == "POST" else request.GET)
    slug = about.cleaned_data.get("pilot", "") if about.is_valid() else ""
    pilot = Pilot.objects.visible_to(request.user).select_related("test_bed__area").filter(slug=slug).first()
    form, status = ContactForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            take_turn_to_write(request)
        except TooOften as refusal:
            form.add_error(None, str(refusal))
            status = 429
        else:
            write_to_the_city(
                form.cleaned_data["text"],
                pilot=pilot,
                person=request.user if request.user.is_authenticated else None,
                reply_to=form.cleaned_data["reply_to"],
                language=active_language(),
                at=timezone.now(),
            )
            messages.success(request, _("Your message has arrived. Thank you!"))
            return redirect("contact")
    page = {
        "form": form,
        "pilot": pilot,
        "contact_point": contact_point_of(pilot.test_bed.area, phone=pilot.contact_phone) if pilot else the_city(),
        "offices": Office.objects.exclude(phone="", counter_ko=""),
        "kept": MESSAGES_KEPT,
    }
    return render(request, "web/contact.html", page, status=status)


def take_turn_to_write(request: HttpRequest) -> None:
    if request.user.is_authenticated:
        take_turn(MESSAGES, request.user.pk, at=timezone.now())
    else:
        take_turn(MESSAGES_OF_AN_ADDRESS, address_of(request), at=timezone.now())


@never_cache
@role_required(Role.MODERATOR, Role.ADMINISTRATOR)
def contact_messages(request: AuthenticatedRequest) -> HttpResponse:
    """What people wrote to the offices of this member of staff, unanswered first."""
    mine = ContactMessage.objects.in_care_of(request.user)
    answered = request.GET.get("show") == "answered"
    rows = mine.filter(done_at__isnull=not answered).select_related("office", "pilot", "person", "done_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        record_access(request.user, Action.CONTACTS_SEEN, about="messages", count=len(page.object_list))
    tabs = [
        {"label": _("To be answered"), "url": "?", "current": not answered, "count": mine.open().count()},
        {"label": _("Answered"), "url": "?show=answered", "current": answered},
    ]
    context = {"page": page, "tabs": tabs, "answered": answered, "kept": MESSAGES_KEPT}
    return render(request, "web/contact_messages.html", context)


@require_POST
@role_required(Role.MODERATOR, Role.ADMINISTRATOR)
def message_answered(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(ContactMessage.objects.in_care_of(request.user), pk=pk)
    mark_answered(message, by=request.user, at=timezone.now())
    return redirect("messages")
