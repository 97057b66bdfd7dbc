"""Give each nickname the key it is compared by. Of names that look alike the oldest account keeps its own; the others
get a number behind it, because two people whom readers cannot tell apart are what the key is there to prevent."""

from itertools import count

from django.db import migrations

from livinglab.text import clean_line, fold_name

BATCH = 1_000
LONGEST = 20


def fill_keys(apps, schema_editor):
    person_model = apps.get_model("accounts", "Person")
    taken = set(person_model.objects.exclude(nickname_key="").values_list("nickname_key", flat=True))
    batch = []
    waiting = person_model.objects.filter(nickname_key="").exclude(nickname="").order_by("date_joined", "pk")
    for person in waiting.only("pk", "nickname", "nickname_key").iterator(BATCH):
        name = clean_line(person.nickname)
        person.nickname = free_name(name, taken) if name else ""
        person.nickname_key = fold_name(person.nickname)
        taken.add(person.nickname_key)
        batch.append(person)
        if len(batch) == BATCH:
            person_model.objects.bulk_update(batch, ["nickname", "nickname_key"])
            batch.clear()
    person_model.objects.bulk_update(batch, ["nickname", "nickname_key"])


def free_name(name, taken):
    """The name itself, or with the first number behind it that nobody has."""
    if fold_name(name) not in taken:
        return name
    numbered = (f"{name[: LONGEST - len(str(number))]}{number}" for number in count(2))
    return next(candidate for candidate in numbered if fold_name(candidate) not in taken)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_nicknames_have_a_key"),
    ]

    operations = [
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
    ]
