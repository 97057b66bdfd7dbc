"""The addresses of a demonstration: the site's own and those that no other install has."""

from django.urls import include, path

from livinglab.urls import urlpatterns as addresses_of_the_site

urlpatterns = [*addresses_of_the_site, path("demonstration/", include("livinglab.web.demonstration_urls"))]
