"""A community centre for each area, with a telephone and a counter that do not exist."""

from livinglab.accounts.models import Office
from livinglab.web.demonstration.city import City


def make_offices(city: City) -> None:
    for number, area in enumerate(sorted(city.areas.values(), key=lambda area: area.office_code), start=1):
        office = Office.objects.create(
            slug=f"centre-{area.office_code}",
            name_ko=f"{area.name_ko} 주민센터 (예시)",
            name_en=f"{area.name_en} community centre (made up)",
            phone=f"044-000-{1000 + number}",
            counter_ko=f"{area.name_ko} 주민센터 1층 민원 창구(예시), 평일 09:00–18:00",
            counter_en=f"{area.name_en} community centre, ground floor (made up), weekdays 09:00–18:00",
        )
        office.areas.add(area)
