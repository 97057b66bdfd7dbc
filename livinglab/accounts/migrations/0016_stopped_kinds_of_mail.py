"""Who wanted no notices by mail wants none of the kinds they came in."""

from typing import Any

from django.db import migrations


def stop(apps: Any, schema_editor: Any) -> None:
    people = apps.get_model("accounts", "Person").objects
    notices = ["pilots", "proposals", "work"]
    people.filter(mail_notices=False, mail_invitations=True).update(stopped_mails=notices)
    people.filter(mail_notices=True, mail_invitations=False).update(stopped_mails=["invitations"])
    people.filter(mail_notices=False, mail_invitations=False).update(stopped_mails=["invitations", *notices])


def bring_back(apps: Any, schema_editor: Any) -> None:
    people = apps.get_model("accounts", "Person").objects
    people.filter(stopped_mails__contains=["proposals"]).update(mail_notices=False)
    people.filter(stopped_mails__contains=["invitations"]).update(mail_invitations=False)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_kinds_of_mail")]
    operations = [migrations.RunPython(stop, bring_back)]
