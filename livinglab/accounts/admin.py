"""Reference data. People and their roles have pages of their own (``livinglab/accounts/administration.py``): Django's
lists are searched with GET, which would put addresses into URLs, and would hand out every address at once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from livinglab.accounts.models import Area, LegalCode, Office


class ReadOnly(admin.ModelAdmin):
    """Rows to look at, of which only the named columns may be known: none of the others can be asked for in a URL."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup.partition("__")[0] in self.list_filter

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LegalCodeInline(admin.TabularInline):
    model = LegalCode
    extra = 0


@admin.register(Area)
class AreaAdmin(admin.ModelAdmin):
    list_display = ("name_ko", "name_en", "office_code", "kind", "valid_from", "valid_to", "electors", "status")
    list_filter = ("kind", "status")
    search_fields = ("name_ko", "name_en", "office_code", "legal_codes__code")
    # Boundaries come from `manage.py load_areas`, not from a text box.
    exclude = ("boundary",)
    inlines = (LegalCodeInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # An area ends on a day. The page that asks before deleting lists whatever refers to it: people, drafts.
        return False


@admin.register(Office)
class OfficeAdmin(admin.ModelAdmin):
    list_display = ("slug", "name_ko", "name_en")
    search_fields = ("slug", "name_ko", "name_en")
    filter_horizontal = ("areas",)
