from django.urls import path

from surveys.views import answer

app_name = "surveys"
urlpatterns = [
    path("answer/<int:pk>/", answer.begin, name="answer"),
    path("answer/<int:pk>/with/<str:token>/", answer.with_link, name="answer_link"),
    path("answer/<int:pk>/screen/<int:number>/", answer.screen, name="answer_screen"),
    path("answer/<int:pk>/review/", answer.review, name="answer_review"),
    path("answer/<int:pk>/thanks/", answer.thanks, name="answer_thanks"),
]
