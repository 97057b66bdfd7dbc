"""What belongs to oneself. Account pages and the pages that reach through all packages share one name space."""

from django.urls import path

from livinglab.accounts.views import agreements, profile, residence, residence_codes, residence_desk
from livinglab.web.views.my_data import delete_account, download_data, my_data
from livinglab.web.views.sessions import sessions
from livinglab.web.views.tokens import end, tokens

app_name = "me"
urlpatterns = [
    path("", profile, name="profile"),
    path("residence/", residence, name="residence"),
    path("residence-desk/", residence_desk, name="residence_desk"),
    path("residence-desk/codes/", residence_codes, name="residence_codes"),
    path("agreements/", agreements, name="agreements"),
    path("data/", my_data, name="data"),
    path("data/download/", download_data, name="download_data"),
    path("sessions/", sessions, name="sessions"),
    path("tokens/", tokens, name="tokens"),
    path("tokens/<int:pk>/end/", end, name="end_token"),
    path("delete/", delete_account, name="delete"),
]
