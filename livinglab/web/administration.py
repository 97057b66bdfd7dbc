from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.roles import Role, role_required


class Administration(AdminSite):
    """Reference data for administrators. One signs in on the site's own pages, second factor included."""

    site_header = site_title = _("Living Lab: reference data")
    index_title = _("Reference data")

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        return role_required(Role.ADMINISTRATOR)(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_login")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")
