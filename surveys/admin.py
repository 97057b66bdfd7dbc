from django.contrib import admin

from livinglab.accounts.admin import ReadOnly
from surveys.models import CountingIncident


@admin.register(CountingIncident)
class CountingIncidentAdmin(ReadOnly):
    """That counts were wrong, and until when; not the counts, which are exact and belong to the desk."""

    list_display = ("wave", "at", "found", "resolved_at")
    list_select_related = ("wave__survey__pilot",)
    fields = ("wave", "at", "found", "resolved_at")
