"""How many requests a program may make in a minute, counted where nothing else is."""

from django.core.cache import caches
from django.utils.connection import ConnectionProxy
from rest_framework import throttling
from rest_framework.request import Request

from livinglab.accounts.limits import address_of


class AnonymousThrottle(throttling.AnonRateThrottle):
    cache = ConnectionProxy(caches, "throttles")  # type: ignore[assignment]

    def get_ident(self, request: Request) -> str:
        return address_of(request)


class PersonThrottle(throttling.UserRateThrottle):
    cache = ConnectionProxy(caches, "throttles")  # type: ignore[assignment]

    def get_ident(self, request: Request) -> str:
        return address_of(request)
