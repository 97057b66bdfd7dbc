"""Who answers which wave, in one query: for the requests that write.

They come with every screen that somebody saves, and composing a query over ten tables takes longer than running it, so
it is written out. What it leaves aside (texts of instruments, dates) is fetched where somebody reads it.
"""

from typing import Any

from django.db import connection
from django.db.models import Model

from pilots.models import Enrolment, Pilot, Service, ServiceVersion
from surveys.models import Instrument, QuestionSet, Survey, Wave

COLUMNS: dict[str, tuple[type[Model], set[str]]] = {
    "enrolment": (Enrolment, {"id", "pilot_id", "person_id", "state", "age_band", "sex", "area_id"}),
    "wave": (Wave, {"id", "survey_id", "number", "stage", "question_set_id"}),
    "question_set": (QuestionSet, {"id", "hash"}),
    "survey": (
        Survey,
        {
            "id",
            "pilot_id",
            "instrument_id",
            "use_level_id",
            "comprehension_id",
            "open_question_ko",
            "open_question_en",
        },
    ),
    "instrument": (Instrument, {"id", "hash"}),
    "use_level": (Instrument, {"id", "hash"}),
    "comprehension": (Instrument, {"id", "hash"}),
    "pilot": (Pilot, {"id", "version_id"}),
    "version": (ServiceVersion, {"id", "service_id"}),
    "service": (Service, {"id", "name_ko", "name_en"}),
}
# As ``from_db`` wants them: in the order of the model.
ORDERED = {
    name: [field.attname for field in model._meta.concrete_fields if field.attname in wanted]
    for name, (model, wanted) in COLUMNS.items()
}
PARTICIPANT = f"""
    SELECT {", ".join(f"{name}.{column}" for name, columns in ORDERED.items() for column in columns)}
    FROM {Wave._meta.db_table} AS wave
    JOIN {Survey._meta.db_table} AS survey ON survey.id = wave.survey_id
    JOIN {Pilot._meta.db_table} AS pilot ON pilot.id = survey.pilot_id
    JOIN {ServiceVersion._meta.db_table} AS version ON version.id = pilot.version_id
    JOIN {Service._meta.db_table} AS service ON service.id = version.service_id
    JOIN {Instrument._meta.db_table} AS instrument ON instrument.id = survey.instrument_id
    LEFT JOIN {Instrument._meta.db_table} AS use_level ON use_level.id = survey.use_level_id
    LEFT JOIN {Instrument._meta.db_table} AS comprehension ON comprehension.id = survey.comprehension_id
    LEFT JOIN {QuestionSet._meta.db_table} AS question_set ON question_set.id = wave.question_set_id
    JOIN {Enrolment._meta.db_table} AS enrolment ON enrolment.pilot_id = pilot.id
    WHERE wave.id = %(wave)s AND pilot.stage <> '{Pilot.Stage.PLANNED}' AND enrolment.state = '{Enrolment.State.JOINED}'
"""
BY_PERSON = f"{PARTICIPANT} AND enrolment.person_id = %(who)s"
BY_ENROLMENT = f"{PARTICIPANT} AND enrolment.id = %(who)s"


def participant_of(wave: int, *, person: int | None, enrolment: int | None) -> tuple[Wave, Enrolment] | None:
    """The wave of an announced pilot with the enrolment of this person, or else this enrolment, if it takes part."""
    for query, who in ((BY_PERSON, person), (BY_ENROLMENT, enrolment)):
        if who is None:
            continue
        with connection.cursor() as cursor:
            cursor.execute(query, {"wave": wave, "who": who})
            row = cursor.fetchone()
        if row is not None:
            return _joined(row)
    return None


def _joined(row: tuple[Any, ...]) -> tuple[Wave, Enrolment]:
    found: dict[str, Any] = {}
    start = 0
    for name, columns in ORDERED.items():
        values = row[start : start + len(columns)]
        found[name] = None if values[0] is None else COLUMNS[name][0].from_db(connection.alias, columns, values)
        start += len(columns)
    wave, survey, pilot = found["wave"], found["survey"], found["pilot"]
    wave.survey, wave.question_set = survey, found["question_set"]
    survey.instrument, survey.use_level = found["instrument"], found["use_level"]
    survey.comprehension, survey.pilot = found["comprehension"], pilot
    pilot.version = found["version"]
    pilot.version.service = found["service"]
    return wave, found["enrolment"]
