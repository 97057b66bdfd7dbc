"""Reading what people wrote once their wave has closed: what may be quoted, and what it is about."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livinglab.accounts.audit import record_access
from livinglab.accounts.models import AccessRecord, Person
from livinglab.text import is_blank
from surveys.errors import CannotRead, NoQuotation, ReadMeanwhile, WrongTheme
from surveys.metrics.themes import second_sample
from surveys.models import Coding, KeptVoices, OpenAnswer, Report, Survey, Theme
from surveys.stats.text import mask_personal

MOST_THEMES = 20
# What stands in a quotation for words that were left out: […], [...], a label in brackets, or the dots alone.
LEFT_OUT = re.compile(r"\[[^\[\]]{1,20}\]|…|\.{3}")


@transaction.atomic
def release_answer(answer: OpenAnswer, quotation: str, *, by: Person, at: datetime) -> None:
    """Let an answer be quoted, whole or in part. Refuses what she did not write and what points at a person."""
    answer = _read_by(answer, by)
    quotation = " ".join(quotation.split())
    if is_blank(LEFT_OUT.sub("", quotation)):
        raise NoQuotation(_("Leave at least a few words to be quoted, or say that nothing of it is."))
    if not is_part_of(quotation, answer.masked):
        raise NoQuotation(
            _("A quotation is what somebody wrote. Leave words out, with […] in their place; do not write others.")
        )
    if mask_personal(quotation, language=answer.language).found:
        raise NoQuotation(_("There is still a number or an address in it that points at a person. Leave it out."))
    _decide(answer, OpenAnswer.Stage.RELEASED, quotation, by=by, at=at)
    _record_decision(answer, by=by, at=at)


@transaction.atomic
def withhold_answer(answer: OpenAnswer, *, by: Person, at: datetime) -> None:
    """Say that nothing of an answer is quoted. Reports published before stay as they are."""
    answer = _read_by(answer, by)
    _decide(answer, OpenAnswer.Stage.WITHHELD, "", by=by, at=at)
    _record_decision(answer, by=by, at=at)


@transaction.atomic
def read_again(answer: OpenAnswer, *, by: Person) -> None:
    """Lay an answer back among those to be read, as long as no published report quotes it."""
    answer = _read_by(answer, by)
    if Report.objects.filter(quoted__contains=[answer.pk]).exists():
        raise CannotRead(_("A published report quotes this answer. It stays as it was read."))
    _decide(answer, OpenAnswer.Stage.WAITING, "", by=None, at=None)


def _record_decision(answer: OpenAnswer, *, by: Person, at: datetime) -> None:
    about = f"wave {answer.response.wave_id}"
    record_access(by, AccessRecord.Action.ANSWERS_RELEASED, about=about, count=1, at=at)


def check_seen(answer: OpenAnswer, seen: str) -> None:
    """Refuse where an answer was read since a page showed it; ``seen`` is the moment of the reading it showed."""
    if seen != (answer.read_at.isoformat() if answer.read_at else ""):
        raise _read_meanwhile()


def is_part_of(quotation: str, text: str) -> bool:
    """Whether a quotation holds parts of a text in their order, and nothing else but signs for what was left out."""
    place, whole = 0, " ".join(text.split())
    for part in LEFT_OUT.split(quotation):
        part = part.strip()
        found = whole.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _read_by(answer: OpenAnswer, by: Person) -> OpenAnswer:
    """The answer, locked, if it still is as this evaluator saw it."""
    now = OpenAnswer.objects.of_evaluator(by).select_for_update(of=("self",)).filter(pk=answer.pk).first()
    if now is None:
        raise CannotRead(_("Only an evaluator of this pilot reads its answers, once the wave is closed."))
    if (now.stage, now.read_at) != (answer.stage, answer.read_at):
        raise _read_meanwhile()
    return now


def _read_meanwhile() -> ReadMeanwhile:
    return ReadMeanwhile(_("Somebody else has just read this answer. Look at what she decided."))


def _decide(answer: OpenAnswer, stage: str, quotation: str, *, by: Person | None, at: datetime | None) -> None:
    answer.stage, answer.quotation, answer.read_by, answer.read_at = stage, quotation, by, at
    answer.save(update_fields=["stage", "quotation", "read_by", "read_at"])


@transaction.atomic
def name_theme(
    survey: Survey, *, name_ko: str, name_en: str = "", keywords: Iterable[str] = (), by: Person, at: datetime
) -> Theme:
    """Put a theme into the codebook of a pilot."""
    _hold(survey, by)
    if survey.themes.count() >= MOST_THEMES:
        raise WrongTheme(
            _("A codebook holds %(most)s themes at most: nobody keeps more in mind.") % {"most": MOST_THEMES}
        )
    _check_name(survey, name_ko)
    return Theme.objects.create(
        survey=survey,
        name_ko=name_ko.strip(),
        name_en=name_en.strip(),
        keywords=_tidy(keywords),
        made_by=by,
        made_at=at,
    )


@transaction.atomic
def change_theme(theme: Theme, *, name_ko: str, name_en: str = "", keywords: Iterable[str] = (), by: Person) -> None:
    """Another name or other keywords; what was coded stays coded."""
    _hold(theme.survey, by)
    _check_name(theme.survey, name_ko, but=theme)
    theme.name_ko, theme.name_en, theme.keywords = name_ko.strip(), name_en.strip(), _tidy(keywords)
    theme.save(update_fields=["name_ko", "name_en", "keywords"])


@transaction.atomic
def remove_theme(theme: Theme, *, by: Person) -> None:
    """Take a theme out of the codebook that no answer is coded with."""
    _hold(theme.survey, by)
    if theme.codings.exists():
        raise WrongTheme(_("Answers are coded with this theme. Code them otherwise first, or change its name."))
    if KeptVoices.objects.filter(snapshot__wave__survey=theme.survey_id).exists():
        raise WrongTheme(_("Answers that are deleted by now were counted by these themes, so none can be taken out."))
    theme.delete()


@transaction.atomic
def code_answer(answer: OpenAnswer, themes: Sequence[Theme], *, by: Person, at: datetime) -> Coding:
    """Say what an answer is about; no theme is an answer, too. Only the sample for it is coded by a second person."""
    survey = _coded_by(answer, by)
    if any(theme.survey_id != survey.pk for theme in themes):
        raise WrongTheme(_("This theme is of another pilot."))
    others = answer.codings.exclude(coder=by).count()
    if others and not answer.codings.filter(coder=by).exists() and (others > 1 or not _is_coded_twice(answer)):
        raise ReadMeanwhile(_("Somebody else has coded this answer. Only a fifth of all is coded by two people."))
    coding, _created = Coding.objects.update_or_create(answer=answer, coder=by, defaults={"at": at})
    coding.themes.set(themes)
    return coding


@transaction.atomic
def take_back_coding(answer: OpenAnswer, *, by: Person) -> None:
    """As if she had never coded it. Safe to repeat."""
    _coded_by(answer, by)
    answer.codings.filter(coder=by).delete()


def _coded_by(answer: OpenAnswer, by: Person) -> Survey:
    """The survey of an answer that this evaluator may code; the lock keeps two first coders apart."""
    locked = OpenAnswer.objects.of_evaluator(by).select_for_update(of=("self",))
    found = locked.select_related("response__wave__survey").filter(pk=answer.pk).first()
    if found is None:
        raise CannotRead(_("Only an evaluator of this pilot reads its answers, once the wave is closed."))
    return found.response.wave.survey


def _is_coded_twice(answer: OpenAnswer) -> bool:
    answers = OpenAnswer.objects.submitted().of_wave(answer.response.wave).values_list("pk", flat=True)
    return answer.pk in second_sample(list(answers))


def _hold(survey: Survey, by: Person) -> None:
    if Survey.objects.of_evaluator(by).select_for_update(of=("self",)).filter(pk=survey.pk).first() is None:
        raise CannotRead(_("Only an evaluator of this pilot changes its codebook."))


def _check_name(survey: Survey, name: str, *, but: Theme | None = None) -> None:
    if is_blank(name):
        raise WrongTheme(_("A theme needs a name in Korean."))
    if any(theme != but for theme in survey.themes.filter(name_ko=name.strip())):
        raise WrongTheme(_("There is a theme of this name already."))


def _tidy(keywords: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in (" ".join(keyword.split())[:30] for keyword in keywords) if word))
