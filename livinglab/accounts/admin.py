from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from livinglab.accounts.models import Area, LegalCode, Office, Person, RoleGrant
from livinglab.accounts.names import check_nickname
from livinglab.accounts.tokens import end_access_that_was_lost
from livinglab.errors import Refused
from livinglab.text import clean_name


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


@admin.register(Office)
class OfficeAdmin(admin.ModelAdmin):
    list_display = ("slug", "name_ko", "name_en")
    search_fields = ("slug", "name_ko", "name_en")
    filter_horizontal = ("areas",)


class RoleGrantInline(admin.TabularInline):
    model = RoleGrant
    extra = 0


class PersonForm(forms.ModelForm):
    """The nickname of staff: only here may it be one that is reserved."""

    def clean_nickname(self) -> str:
        nickname = clean_name(self.cleaned_data["nickname"])
        if nickname:
            try:
                check_nickname(nickname, holder=self.instance, may_be_reserved=True)
            except Refused as refused:
                raise forms.ValidationError(str(refused), code=refused.code) from refused
        return nickname


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    """Who is there and with which roles. Administrators grant roles, name staff, close accounts; the rest is hers."""

    form = PersonForm

    list_display = ("__str__", "email", "residence", "area", "is_active", "date_joined")
    list_filter = ("grants__role", "residence", "is_active")
    list_select_related = ("area",)
    search_fields = ("email", "nickname")
    fields = ("email", "name", "nickname", "area", "residence", "date_joined", "is_active")
    readonly_fields = ("email", "name", "nickname", "area", "residence", "date_joined")
    inlines = (RoleGrantInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:
        named_here = obj is not None and obj.is_city_staff
        return tuple(field for field in self.readonly_fields if field != "nickname" or not named_here)

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        obj.set_nickname(obj.nickname)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        end_access_that_was_lost(form.instance, at=timezone.now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RoleGrant)
class RoleGrantAdmin(admin.ModelAdmin):
    list_display = ("person", "role", "office")
    list_filter = ("role", "office")
    list_select_related = ("person", "office")
    autocomplete_fields = ("person", "office")
    search_fields = ("person__email", "person__nickname")

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: Any, change: bool) -> None:
        held_before = Person.objects.filter(grants=obj.pk).first()
        super().save_model(request, obj, form, change)
        if held_before is not None:
            end_access_that_was_lost(held_before, at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: RoleGrant) -> None:
        self.delete_queryset(request, RoleGrant.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RoleGrant]) -> None:
        holders = list(Person.objects.filter(grants__in=queryset).distinct())
        super().delete_queryset(request, queryset)
        for person in holders:
            end_access_that_was_lost(person, at=timezone.now())
