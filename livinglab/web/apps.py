from importlib import import_module

from django.apps import AppConfig, apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import module_has_submodule


class WebConfig(AppConfig):
    name = "livinglab.web"
    # This module holds another configuration; without it Django would take neither.
    default = True

    def ready(self) -> None:
        import_module("livinglab.web.checks")


class AdministrationConfig(SimpleAdminConfig):
    """Django's admin with our reference data only: what libraries would register themselves stays out."""

    default_site = "livinglab.web.administration.Administration"

    def ready(self) -> None:
        super().ready()
        for config in apps.get_app_configs():
            ours = config.name.partition(".")[0] in {"livinglab", "proposals", "pilots", "surveys", "feedback"}
            if ours and module_has_submodule(config.module, "admin"):
                import_module(f"{config.name}.admin")
