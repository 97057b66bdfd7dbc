"""Devices that somebody has signed in on: a signed cookie for each account, good until its password changes.

They keep the password door open that wrong passwords of strangers close (``livinglab/notices/adapter.py``). The cookie
tells nobody whose it is.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from livinglab.accounts.models import Person

SALT = "livinglab.accounts.devices"
PREFIX = "device_"
KEPT_FOR = timedelta(days=400)
# On a computer of a library many sign in; the oldest cookies go.
AT_MOST = 5


def known_device(request: HttpRequest, email: str) -> str | None:
    """The token of this device, if the account with that address was used on it since its password was set.

    Whoever has no cookie for the address costs the same, whether there is such an account or not.
    """
    token = request.COOKIES.get(cookie_name(email))
    if token is None:
        return None
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    return token if person is not None and is_token_of(person, token) else None


def remember_device(request: HttpRequest, response: HttpResponse) -> None:
    """Leave the token in the browser of whoever is signed in. A program with a token of its own gets none."""
    person = request.user
    if SESSION_KEY not in request.session or not person.is_authenticated:
        return
    name = cookie_name(person.email)
    if is_token_of(person, request.COOKIES.get(name, "")):
        return
    others = [cookie for cookie in request.COOKIES if cookie.startswith(PREFIX) and cookie != name]
    # Browsers send the oldest first.
    for cookie in others[: 1 - AT_MOST]:
        response.delete_cookie(cookie, samesite="Lax")
    response.set_cookie(
        name,
        TimestampSigner(salt=SALT).sign(f"{secrets.token_urlsafe(9)}.{mark_of_password(person)}"),
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def cookie_name(email: str) -> str:
    return PREFIX + salted_hmac(SALT, email.lower(), algorithm="sha256").hexdigest()[:16]


def is_token_of(person: Person, token: str) -> bool:
    try:
        signed = TimestampSigner(salt=SALT).unsign(token, max_age=KEPT_FOR)
    except BadSignature:
        return False
    return constant_time_compare(signed.rpartition(".")[2], mark_of_password(person))


def mark_of_password(person: Person) -> str:
    """Another one for each person and each password."""
    return salted_hmac(SALT, f"{person.pk}:{person.password}", algorithm="sha256").hexdigest()[:32]
