from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from surveys.models import CountingIncident


@admin.register(CountingIncident)
class CountingIncidentAdmin(admin.ModelAdmin):
    """That counts were wrong, and until when; not the counts, which are exact and belong to the desk."""

    list_display = ("wave", "at", "found", "resolved_at")
    list_select_related = ("wave__survey__pilot",)
    fields = ("wave", "at", "found", "resolved_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
