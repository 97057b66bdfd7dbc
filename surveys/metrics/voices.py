"""What people wrote in a closed wave and what those who read it say it is about, from the rows to figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from livinglab.accounts.models import Person
from surveys.metrics.closing import released_work
from surveys.metrics.entered import entered_by_staff
from surveys.metrics.figures import Plain
from surveys.metrics.release import Audience
from surveys.metrics.suppression import K
from surveys.metrics.themes import Coded, quotations_by_theme, second_sample, themes_figures
from surveys.models import Coding, KeptVoices, OpenAnswer, Response, Snapshot, Theme, Wave
from surveys.questionnaire import open_question_of

# Quotations in a report, in all and of each topic to do first.
QUOTED = 12
QUOTED_OF_TOPIC, TOPICS_FIRST = 2, 2


@dataclass(frozen=True)
class Reading:
    """The open answers of a closed wave by their keys, and who coded which of them with what."""

    answers: list[int]
    codings: list[Coding]
    themes: list[Theme]

    @cached_property
    def sample(self) -> set[int]:
        """The answers that two people code."""
        return second_sample(self.answers)

    @cached_property
    def coders(self) -> dict[int, list[int]]:
        """Who coded each answer, the first first."""
        found: dict[int, list[int]] = {}
        for coding in self.codings:
            found.setdefault(coding.answer_id, []).append(coding.coder_id)
        return found

    def coded(self) -> list[Coded]:
        given: dict[int, list[frozenset[str]]] = {}
        for coding in self.codings:
            given.setdefault(coding.answer_id, []).append(frozenset(str(theme.pk) for theme in coding.themes.all()))
        return [Coded(pk, tuple(codes)) for pk, codes in given.items()]

    def to_code(self, person: Person) -> list[int]:
        """What she may code and has not: answers nobody coded, and those of the sample that one other person did."""
        coders, sample = self.coders, self.sample
        return [
            pk
            for pk in self.answers
            if person.pk not in coders.get(pk, ()) and (pk not in coders or (pk in sample and len(coders[pk]) == 1))
        ]

    def figures(self, *, answered: int) -> Plain:
        """Exact: themes with their counts, and how far two coders agree."""
        codes = [str(theme.pk) for theme in self.themes]
        least = min(len(self.sample), len(self.answers))
        return themes_figures(self.coded(), codes, wrote=len(self.answers), answered=answered, sample=least)


def readings_of(waves: Sequence[Wave]) -> dict[int, Reading]:
    """Of the closed waves of one survey, by their keys: four queries, however many waves and answers."""
    answers = OpenAnswer.objects.submitted().filter(response__wave__in=waves)
    where = dict(answers.order_by("pk").values_list("pk", "response__wave"))
    codings = Coding.objects.filter(answer__in=answers).select_related("coder").prefetch_related("themes")
    by_wave: dict[int, list[Coding]] = {}
    for coding in codings.order_by("pk"):
        by_wave.setdefault(where[coding.answer_id], []).append(coding)
    themes = list(Theme.objects.filter(survey__in={wave.survey_id for wave in waves}))
    return {
        wave.pk: Reading([pk for pk in where if where[pk] == wave.pk], by_wave.get(wave.pk, []), themes)
        for wave in waves
    }


def reading_of(wave: Wave) -> Reading:
    return readings_of([wave])[wave.pk]


def answered_in(wave: Wave) -> int:
    """How many people handed in their answers and so were asked."""
    return Response.objects.filter(wave=wave).submitted().count()


@dataclass
class Heard:
    """Of one closed wave: how many wrote, how many of these answers are coded, and how many are about each theme."""

    wrote: int = 0
    coded: int = 0
    themes: dict[int, int] = field(default_factory=dict)


def kept_voices_of(wave: Wave) -> KeptVoices | None:
    """What was kept when the texts of this wave went; None while they are there."""
    return KeptVoices.objects.filter(snapshot__wave=wave).first()


def voices_counted(wave: Wave, reading: Reading) -> tuple[Plain, int]:
    """How many wrote, the themes with their counts and how far coders agree, exact; and how many coded.

    As kept once the texts are gone.
    """
    kept = kept_voices_of(wave)
    if kept is not None:
        return kept.figures, kept.coders
    figures, others = reading.figures(answered=answered_in(wave)), others_in(wave, reading)
    if others:
        figures["others"] = others
    return figures, len({coding.coder_id for coding in reading.codings})


def keep_voices(snapshot: Snapshot, *, at: datetime) -> None:
    """Keep what the open question came to, before its texts go. Safe to repeat."""
    figures, coders = voices_counted(snapshot.wave, reading_of(snapshot.wave))
    KeptVoices.objects.get_or_create(snapshot=snapshot, defaults={"figures": figures, "coders": coders, "kept_at": at})


def others_in(wave: Wave, reading: Reading) -> list[Plain]:
    """The same figures without the answers that each member of the staff entered."""
    found = []
    for entered in entered_by_staff(wave):
        own = set(OpenAnswer.objects.filter(response__in=entered).values_list("pk", flat=True))
        rest = Reading(
            [pk for pk in reading.answers if pk not in own],
            [coding for coding in reading.codings if coding.answer_id not in own],
            reading.themes,
        )
        found.append(rest.figures(answered=answered_in(wave) - len(entered)))
    return found


def themes_over(waves: Sequence[Wave]) -> tuple[list[Theme], dict[int, Heard]]:
    """The codebook of one survey, and what was heard in each of its closed waves, by whoever coded an answer first.

    Three queries, however many waves and answers.
    """
    found = {wave.pk: Heard() for wave in waves}
    first: dict[int, int | None] = {}
    answers = OpenAnswer.objects.submitted().filter(response__wave__in=waves).order_by("pk", "codings")
    for answer, wave, coding, theme in answers.values_list("pk", "response__wave", "codings", "codings__themes"):
        heard = found[wave]
        if answer not in first:
            first[answer] = coding
            heard.wrote += 1
            heard.coded += coding is not None
        if theme is not None and first[answer] == coding:
            heard.themes[theme] = heard.themes.get(theme, 0) + 1
    for wave, figures in KeptVoices.objects.filter(snapshot__wave__in=waves).values_list("snapshot__wave", "figures"):
        counts = {int(theme["code"]): theme["answers"] for theme in figures["themes"]}
        found[wave] = Heard(figures["answers"], figures["coded"], counts)
    return list(Theme.objects.filter(survey__in={wave.survey_id for wave in waves})), found


def voices_of(wave: Wave) -> Plain | None:
    """What a report tells of the open question of a closed wave, exact; None where none was asked.

    Quotations are of answers that a person released, with the keys of the answers they are of.
    """
    survey = wave.survey
    question = open_question_of(survey)
    if question is None:
        return None
    reading = reading_of(wave)
    figures, coders = voices_counted(wave, reading)
    released = {answer.pk: answer for answer in OpenAnswer.objects.of_wave(wave).submitted().released().order_by("pk")}
    coded = reading.coded()
    ranked = sorted((theme for theme in figures["themes"] if theme["answers"] >= K), key=lambda one: -one["answers"])
    codes = [theme["code"] for theme in ranked]
    chosen = quotations_by_theme(list(released), coded, codes, most=QUOTED)
    return {
        "question": question,
        "figures": figures,
        "names": {str(theme.pk): {"name_ko": theme.name_ko, "name_en": theme.name_en} for theme in reading.themes},
        "coders": coders,
        "quotations": [_quotation(released[pk], theme) for pk, theme in chosen],
        "typical": {
            driver: [_quotation(released[pk], None) for pk in answers if pk in released][:QUOTED_OF_TOPIC]
            for driver, answers in typical_of(wave).items()
        },
    }


def typical_of(wave: Wave) -> dict[str, list[int]]:
    """Of each of the two topics to do first, the answers that are typical of people who score low on it."""
    worked = released_work(wave, Audience.DESK)
    if worked["words"] is None or worked["drivers"] is None:
        return {}
    ranked = sorted(worked["drivers"]["drivers"], key=lambda driver: -(driver["priority"] or 0))
    typical = worked["words"]["typical"]
    return {driver["name"]: typical.get(driver["name"], []) for driver in ranked[:TOPICS_FIRST]}


def _quotation(answer: OpenAnswer, theme: str | None) -> Plain:
    return {"answer": answer.pk, "text": answer.quotation, "language": answer.language, "theme": theme}


def quoted_in(voices: Plain | None) -> list[int]:
    """Keys of the answers that a report with these voices quotes."""
    if voices is None:
        return []
    told = [*voices["quotations"], *(one for found in voices["typical"].values() for one in found)]
    return sorted({one["answer"] for one in told})
