from django.urls import path

from livinglab.web.views.contact import contact, contact_messages, message_answered
from livinglab.web.views.display import display
from livinglab.web.views.health import health, metrics, ready
from livinglab.web.views.home import home
from livinglab.web.views.language import set_language
from livinglab.web.views.pages import about, accessibility, methods, privacy, robots, terms
from livinglab.web.views.queues import queues
from livinglab.web.views.retention import retention

urlpatterns = [
    path("", home, name="home"),
    path("about/", about, name="about"),
    path("methods/", methods, name="methods"),
    path("accessibility/", accessibility, name="accessibility"),
    path("privacy/", privacy, name="privacy"),
    path("terms/", terms, name="terms"),
    path("retention/", retention, name="retention"),
    path("queues/", queues, name="queues"),
    path("contact/", contact, name="contact"),
    path("contact/messages/", contact_messages, name="messages"),
    path("contact/messages/<int:pk>/answered/", message_answered, name="message_answered"),
    path("language/", set_language, name="set_language"),
    path("display/", display, name="display"),
    path("healthz", health, name="health"),
    path("readyz", ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("robots.txt", robots, name="robots"),
]
