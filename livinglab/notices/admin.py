from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from livinglab.accounts.admin import ReadOnly
from livinglab.accounts.audit import record_access
from livinglab.accounts.models import AccessRecord
from livinglab.notices.models import Mail, Notice


class RecordedAdmin(ReadOnly):
    """Rows about people. Each look is a row of the audit trail."""

    about = ""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        record_access(request.user, AccessRecord.Action.MAILS_READ, about=self.about)  # type: ignore[arg-type]
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        about = f"{self.about} {object_id[:20]}" if object_id and object_id.isdecimal() else self.about
        record_access(request.user, AccessRecord.Action.MAILS_READ, about=about, count=1)  # type: ignore[arg-type]
        return super().changeform_view(request, object_id, form_url, extra_context)


@admin.register(Notice)
class NoticeAdmin(RecordedAdmin):
    """Whether notices go out. Whom they tell of what is theirs: some say that somebody has answered."""

    about = "notices"
    list_display = ("kind", "at", "read_at", "mail_considered_at")
    list_filter = ("kind",)
    fields = ("kind", "at", "read_at", "mail_considered_at")


@admin.register(Mail)
class MailAdmin(RecordedAdmin):
    """Whether mails go out. What they say is nobody's business: some hold codes that open accounts."""

    about = "mails"
    list_display = ("to", "at", "tries", "sent_at", "given_up_at", "last_error")
    fields = ("message_id", "to", "at", "tries", "next_try_at", "sent_at", "given_up_at", "last_error")
