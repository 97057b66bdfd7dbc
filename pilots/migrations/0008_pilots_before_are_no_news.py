from django.db import migrations
from django.db.models import F


def they_are_no_news(apps, schema_editor):
    """Nobody is told today of pilots that were announced before there were news. Safe to repeat."""
    pilots = apps.get_model("pilots", "Pilot").objects.filter(announced_at__isnull=False, news_told_at__isnull=True)
    pilots.update(news_told_at=F("announced_at"))


class Migration(migrations.Migration):
    dependencies = [("pilots", "0007_news_of_pilots")]
    operations = [migrations.RunPython(they_are_no_news, migrations.RunPython.noop)]
