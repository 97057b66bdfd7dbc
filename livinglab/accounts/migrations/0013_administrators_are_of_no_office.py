from django.db import migrations


def widen(apps, schema_editor):
    """A grant for an office already reached everything; now it says so. Safe to run twice."""
    grants = apps.get_model("accounts", "RoleGrant").objects.filter(role="administrator")
    for grant in grants.filter(office__isnull=False).order_by("pk"):
        if grants.filter(person=grant.person_id, office__isnull=True).exists():
            grant.delete()
        else:
            grant.office = None
            grant.save(update_fields=["office"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_offices_have_a_telephone")]
    operations = [migrations.RunPython(widen, migrations.RunPython.noop)]
