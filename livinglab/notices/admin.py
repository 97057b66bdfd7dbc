from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from livinglab.notices.models import Mail, Notice


class ReadOnly:
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Notice)
class NoticeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("kind", "person", "at", "read_at", "mail_considered_at")
    list_filter = ("kind",)
    list_select_related = ("person",)


@admin.register(Mail)
class MailAdmin(ReadOnly, admin.ModelAdmin):
    """Whether mails go out. What they say is nobody's business: some hold codes that open accounts."""

    list_display = ("to", "at", "tries", "sent_at", "given_up_at", "last_error")
    fields = ("message_id", "to", "at", "tries", "next_try_at", "sent_at", "given_up_at", "last_error")
