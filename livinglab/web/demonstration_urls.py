from django.urls import path

from livinglab.web.views.demonstration import sent_mail

app_name = "demonstration"
urlpatterns = [path("mail/", sent_mail, name="sent_mail")]
