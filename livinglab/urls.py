"""All addresses of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from livinglab.notices.views import stop_mail

# Asked by allauth where it counts itself.
handler429 = "livinglab.web.refusals.too_often"
handler500 = "livinglab.api.errors.server_error"
urlpatterns = [
    path("", include("livinglab.web.urls")),
    path("accounts/", include("allauth.urls")),
    path("me/", include("livinglab.web.me_urls")),
    path("administration/", include("livinglab.accounts.administration_urls")),
    path("mail/stop/<str:token>/", stop_mail, name="stop_mail"),
    path("notices/", include("livinglab.notices.urls")),
    path("proposals/", include("proposals.urls")),
    path("pilots/", include("pilots.urls")),
    path("", include("surveys.urls")),
    path("results/", include("feedback.urls")),
    path("api/", include("livinglab.api.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEMONSTRATION:
    urlpatterns.append(path("demonstration/", include("livinglab.web.demonstration_urls")))
