from django.db import migrations

# Smart City Act decree, art. 2.
FIELDS = [
    ("01", "행정", "Administration"),
    ("02", "교통", "Transport"),
    ("03", "보건·의료·복지", "Health, care and welfare"),
    ("04", "환경·에너지·수자원", "Environment, energy and water"),
    ("05", "방범·방재", "Safety and disasters"),
    ("06", "시설물 관리", "Facilities"),
    ("07", "교육", "Education"),
    ("08", "문화·관광·스포츠", "Culture, tourism and sports"),
    ("09", "물류", "Logistics"),
    ("10", "근로·고용", "Work and jobs"),
    ("11", "주거", "Housing"),
    ("12", "그 밖", "Other"),
]


def fill(apps, schema_editor):
    ServiceField = apps.get_model("proposals", "ServiceField")
    for code, name_ko, name_en in FIELDS:
        ServiceField.objects.update_or_create(code=code, defaults={"name_ko": name_ko, "name_en": name_en})


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
