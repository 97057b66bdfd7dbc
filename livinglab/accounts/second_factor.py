"""Second factors: their secrets are encrypted at rest."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from livinglab.accounts.encryption import decrypt, encrypt

# Where the secret stands in the data of an authenticator: the key of an app, and what recovery codes are made from.
SECRETS = ("secret", "seed")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Allauth asks here whenever it stores or reads a secret."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)


@transaction.atomic
def encrypt_second_factors() -> int:
    """How many second factors were encrypted with the key in use. Safe to run twice."""
    authenticators = Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN)
    for authenticator in authenticators:
        authenticator.data = encrypted(authenticator.data)
        authenticator.save(update_fields=["data"])
    return len(authenticators)


def encrypted(data: dict[str, object]) -> dict[str, object]:
    """The same data with its secret under the key in use, whether it was encrypted before or not."""
    return data | {name: encrypt(decrypt(str(data[name]))) for name in SECRETS if name in data}
