"""Work in the background that was given up, for administrators: what, since when, why, and a button to try again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.roles import Role, role_required
from livinglab.jobs import Job, Queue
from livinglab.notices.mails import write_given_up_mails_again
from livinglab.notices.models import Mail
from livinglab.posted import whole_number
from surveys.actions.closing import CLOSING_WORK, try_work_again
from surveys.actions.exports import EXPORTS, try_export_again
from surveys.actions.reports import REPORT_ORDERS, try_order_again
from surveys.models import ClosingWork, Wave

# Rows of each queue on the page; how many there are beside these is said.
SHOWN = 50
MAILS = "mails"
KINDS = {
    ClosingWork.Kind.DRIVERS: gettext_lazy("What acceptance rests on"),
    ClosingWork.Kind.ALPHA: gettext_lazy("Reliability of the scales"),
    ClosingWork.Kind.PAIRS: gettext_lazy("Changes among the same people"),
    ClosingWork.Kind.WORDS: gettext_lazy("Words of the open answers"),
    ClosingWork.Kind.SIGNALS: gettext_lazy("Signs of stuffed ballots"),
}


@dataclass(frozen=True)
class Shown:
    """A queue as the page shows it: its name, how its rows reach their wave, and what is said of one."""

    name: Any
    queue: Queue[Any]
    wave: str
    since: str
    what: Callable[[Any], str]
    try_again: Callable[[Any], None]

    def rows(self) -> list[dict[str, Any]]:
        dead = self.queue.dead().select_related(f"{self.wave}__survey__pilot")[:SHOWN]
        return [
            {
                "pk": job.pk,
                "what": self.what(job),
                "wave": self.wave_of(job),
                "since": getattr(job, self.since),
                "error": self.queue.error_in_words(job),
            }
            for job in dead
        ]

    def wave_of(self, job: Job) -> Wave:
        found: Any = job
        for name in self.wave.split("__"):
            found = getattr(found, name)
        return found


QUEUES = {
    "closing": Shown(
        gettext_lazy("Figures worked out after a survey has closed"),
        CLOSING_WORK,
        "wave",
        "queued_at",
        lambda work: str(KINDS[work.kind]),
        try_work_again,
    ),
    "reports": Shown(
        gettext_lazy("Drafts of reports"),
        REPORT_ORDERS,
        "snapshot__wave",
        "ordered_at",
        lambda order: order.get_language_display(),
        try_order_again,
    ),
    "files": Shown(
        gettext_lazy("Files of surveys"),
        EXPORTS,
        "wave",
        "requested_at",
        lambda export: f"{export.get_level_display()}: {export.get_format_display()}",
        try_export_again,
    ),
}


@role_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def queues(request: AuthenticatedRequest) -> HttpResponse:
    """Everything that was given up and may be tried again, queue by queue; what is posted is one of it."""
    if request.method == "POST":
        try_again(request.POST.get("queue", ""), request.POST.get("row", ""))
        messages.success(request, _("It waits to be done again; look here once more in a minute."))
        return redirect("queues")
    sections = []
    for key, shown in QUEUES.items():
        rows, total = shown.rows(), shown.queue.dead().count()
        sections.append(
            {
                "key": key,
                "name": shown.name,
                "rows": rows,
                "more": total - len(rows),
                "waiting": shown.queue.waiting().count(),
            }
        )
    mails = Mail.objects.given_up_lately(timezone.now())
    context = {
        "sections": sections,
        "mails": {
            "key": MAILS,
            "given_up": mails.count(),
            "with_notice": mails.with_notice().count(),
            "waiting": Mail.objects.waiting(timezone.now()).count(),
        },
    }
    return render(request, "web/queues.html", context)


def try_again(queue: str, row: str) -> None:
    if queue == MAILS:
        write_given_up_mails_again(at=timezone.now())
        return
    if queue not in QUEUES:
        raise Http404
    shown = QUEUES[queue]
    jobs = shown.queue.waiting().model._default_manager.select_related(f"{shown.wave}__survey__pilot")
    job = jobs.filter(pk=whole_number(row)).first()
    if job is None:
        raise Http404
    shown.try_again(job)
