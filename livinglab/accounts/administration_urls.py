from django.urls import path

from livinglab.accounts import administration

app_name = "administration"
urlpatterns = [
    path("people/", administration.people, name="people"),
    path("people/<int:pk>/", administration.person, name="person"),
    path("access/", administration.access, name="access"),
]
