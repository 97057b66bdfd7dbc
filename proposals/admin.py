from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from proposals.models import ServiceField


@admin.register(ServiceField)
class ServiceFieldAdmin(admin.ModelAdmin):
    list_display = ("code", "name_ko", "name_en")
    search_fields = ("code", "name_ko", "name_en")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The page that asks before deleting lists whatever refers to a field by its title: drafts, too.
        return False
