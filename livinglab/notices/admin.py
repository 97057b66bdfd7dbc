from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from livinglab.accounts.audit import record_access
from livinglab.accounts.models import AccessRecord
from livinglab.notices.models import Mail, Notice


class ReadOnly(admin.ModelAdmin):
    """Rows about people, to look at. Each look is a row of the audit trail."""

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

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    """Whether people were told. What a notice says is theirs, and the link of an invitation answers in their name."""

    about = "notices"
    list_display = ("kind", "person", "at", "read_at", "mail_considered_at")
    list_filter = ("kind",)
    list_select_related = ("person",)
    fields = ("kind", "person", "at", "read_at", "mail_considered_at")


@admin.register(Mail)
class MailAdmin(ReadOnly):
    """Whether mails go out. What they say is nobody's business: some hold codes that open accounts."""

    about = "mails"
    list_display = ("to", "at", "tries", "sent_at", "given_up_at", "last_error")
    fields = ("message_id", "to", "at", "tries", "next_try_at", "sent_at", "given_up_at", "last_error")
