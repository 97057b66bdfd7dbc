"""Secrets that the site has to read again, encrypted at rest with a key made from SECRET_KEY."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from livinglab.accounts.errors import SecretUnreadable

# Stands before what is encrypted; what was stored before there was encryption does not have it.
MARK = "encrypted:"


def encrypt(text: str) -> str:
    """The text encrypted with the key in use; another one each time."""
    return MARK + ciphers()[0].encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """What was encrypted with the key in use or an earlier one; what is stored in the clear as it stands."""
    if not stored.startswith(MARK):
        return stored
    try:
        return MultiFernet(ciphers()).decrypt(stored.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None


def ciphers() -> list[Fernet]:
    return [Fernet(key_made_from(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def key_made_from(secret: str) -> bytes:
    """A key for this use alone: whoever learns it can neither sign links nor sessions with it."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"livinglab.accounts.encryption")
    return urlsafe_b64encode(kdf.derive(secret.encode()))
