from django.urls import path

from livinglab.notices.views import notices, open_notice, read_all

app_name = "notices"
urlpatterns = [
    path("", notices, name="list"),
    path("<int:pk>/", open_notice, name="open"),
    path("read/", read_all, name="read_all"),
]
