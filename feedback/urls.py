from django.urls import path

from feedback.views import deciding, public

app_name = "feedback"
urlpatterns = [
    path("", public.decisions, name="list"),
    path("<int:pk>/", public.detail, name="detail"),
    path("waiting/", deciding.queue, name="queue"),
    path("waiting/<int:pk>/", deciding.decide, name="decide"),
    path("<int:pk>/preview/", deciding.preview, name="preview"),
]
