"""Keys of apps and seeds of recovery codes, stored in the clear so far, are encrypted."""

from typing import Any

from django.db import migrations

from livinglab.accounts.encryption import MARK, decrypt, encrypt

SECRETS = ("secret", "seed")


def encrypt_all(apps: Any, schema_editor: Any) -> None:
    change_all(apps, lambda stored: stored if stored.startswith(MARK) else encrypt(stored))


def decrypt_all(apps: Any, schema_editor: Any) -> None:
    change_all(apps, decrypt)


def change_all(apps: Any, change: Any) -> None:
    for authenticator in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").iterator():
        authenticator.data |= {name: change(authenticator.data[name]) for name in SECRETS if name in authenticator.data}
        authenticator.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_sessions_of_people_move"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(encrypt_all, decrypt_all)]
