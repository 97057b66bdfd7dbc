"""How the figures of a report came about: what a reviewer needs to trust or to attack them."""

import json
import platform
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from livinglab.bilingual import LANGUAGES, active_language
from surveys.amendments import change_in_words
from surveys.metrics.closing import seed_of
from surveys.metrics.disclosure import BOUND, HIDDEN
from surveys.models import Verdict
from surveys.reports.blocks import Block, bullets, document, facts, heading, table, text
from surveys.reports.chapters.acceptance import names
from surveys.reports.chapters.people import reference
from surveys.reports.material import Material, entered_by_staff
from surveys.reports.numbers import (
    NONE,
    count,
    day,
    days,
    level,
    number,
    number_interval,
    percent,
    plain,
    share,
    share_interval,
)
from surveys.words import (
    FLAG_KINDS,
    MODES,
    construct_name,
    group_label,
    item_text,
    metric_name,
    scale_labels,
    weighting_notes,
)

PACKAGES = ("django", "numpy", "scipy", "typst", "vl-convert-python")


def method(material: Material, replaced: Counter[str]) -> Iterator[Block]:
    yield from _registration(material)
    yield heading(_("What a reader of a survey should be told"))
    yield text(_("Along the disclosure list of the AAPOR Transparency Initiative."))
    yield facts(_disclosure(material))
    yield heading(_("How the figures are made"))
    yield bullets(_formulas(material))
    yield from _reliability(material)
    yield from _alphas(material)
    yield from _sub_scores(material)
    yield from _quality(material)
    yield from _consent(material)
    yield heading(_("What is not shown"))
    yield text(
        _(
            "%(n)s figures and counts are hidden in this report because fewer than 5 people stand behind them, or "
            "because one of them could be worked out from the others. Counts of parts are rounded to 5, their shares "
            "to whole percent."
        )
        % {"n": count(material.figures["suppressed"])}
    )
    hidden = [(label, n) for label, n in _hidden_by_part(material) if n]
    if hidden:
        yield table(
            _("How many figures and counts are hidden, by part. Which values they have is kept by nobody."),
            [_("Part"), _("Hidden")],
            [[label, count(n)] for label, n in hidden],
        )
    if replaced:
        told = ", ".join(f"[{name}] {number}" for name, number in sorted(replaced.items()))
        yield text(
            _("Characters that the font does not hold are written as their names in brackets: %(characters)s.")
            % {"characters": told}
        )
    yield heading(_("Software"))
    yield text(", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]))


def _registration(material: Material) -> Iterator[Block]:
    yield heading(_("The rule registered before"))
    if material.registration is None:
        yield text(
            _("No rule was registered before these answers were given, so there is no verdict and there will be none.")
        )
        return
    rule = material.rule
    pairs = [
        (_("Registered on"), day(material.registration.registered_at)),
        (_("Hash (SHA-256)"), material.registration.hash),
        (_("Population"), material.population),
        (_("Primary measure"), names(material, rule["primary"])),
        (_("Scale above, retire below"), f"{percent(rule['tau_scale'])}, {percent(rule['tau_retire'])}"),
        (_("Error rate of the looks"), ", ".join(plain(alpha, 4) for alpha in rule["alpha"])),
        (_("Answers needed, of all and of a group"), f"{count(rule['n_min'])}, {count(rule['m_min'])}"),
        (_("Protected groups"), ", ".join(map(group_label, rule["protected_groups"])) or _("none")),
        (_("Gap that keeps a service from scaling"), percent(rule["delta"])),
        (_("Analyst"), rule["analyst"]),
    ]
    verdict = material.figures["verdict"]
    if verdict:
        pairs.append(
            (
                _("Error rate used at this look, and left"),
                f"{plain(verdict['alpha'], 4)}, {plain(verdict['alpha_left'], 4)}",
            )
        )
    if material.notes.signed:
        pairs.append((_("Signed as computed by the rule"), ", ".join(map(day, material.notes.signed))))
    yield facts(pairs)
    if material.amendments:
        yield bullets(
            f"{day(made['at'])}: {made['reason']} ({' '.join(map(change_in_words, made['changes']))})"
            for made in material.amendments
        )
    else:
        yield text(_("The registration was not amended until the close of this wave."))
    yield document(json.dumps(rule, ensure_ascii=False, sort_keys=True))


def _disclosure(material: Material) -> Iterator[tuple[str, str]]:
    pilot, wave, counts = material.pilot, material.figures["wave"], material.figures["counts"]
    city = settings.CITY_NAME_EN if active_language() == "en" else settings.CITY_NAME_KO
    if pilot.imported:
        yield _("Sponsor and conductor"), pilot.source or _("as the source says")
    else:
        analyst = material.rule.get("analyst")
        yield (
            _("Sponsor and conductor"),
            _("%(city)s; analysed by %(analyst)s") % {"city": city, "analyst": analyst} if analyst else city,
        )
    yield _("Questions, word for word"), _("in the data dictionary of this report, with the version of their bank")
    yield _("Population"), material.population
    yield (
        _("How people were found"),
        _("as the source says")
        if pilot.imported
        else _("People who live, work or move about here joined by themselves; no sample was drawn."),
    )
    modes = [str(MODES[part["label"]]) for part in material.figures["by_mode"] if part["n"] != 0]
    yield _("How they answered"), ", ".join(modes) or NONE
    if not pilot.imported:
        yield (
            _("Answers entered by staff"),
            entered_by_staff(material)
            + "; "
            + _("whoever entered any neither decides about the pilot nor signs for it"),
        )
    yield _("Languages of the questions"), "한국어, English"
    yield _("Dates"), days(wave["opened_at"], wave["closed_at"])
    accept = material.figures["accept"]
    told = f"{count(counts['answered'])}; {count(counts['counted'])}"
    if accept["low"] is not None:
        told += (
            " ("
            + _("accept: interval %(interval)s at %(level)s")
            % {
                "interval": share_interval(accept, 1),
                "level": level(accept["confidence"]),
            }
            + ")"
        )
    yield _("Answers, answers that count, precision"), told
    yield _("Weighting"), f"{material.weighting}; {reference(material)}" if reference(material) else material.weighting
    yield (
        _("Processing and quality"),
        _(
            "Nobody’s answers were changed or taken out; signs of haste are counted below. Intervals hold under this "
            "model."
        ),
    )
    yield _("Limits"), _("on the first page")


def _hidden_by_part(material: Material) -> list[tuple[str, int]]:
    labels = {
        "counts": _("Invited, answered, counted"),
        "people": _("Who answered"),
        "accept": _("Acceptance"),
        "items": _("Answers to each question"),
        "constructs": _("Constructs"),
        "groups": _("Registered groups beside the rest"),
        "informed": _("Questions of knowledge"),
        "by_mode": _("How the answers came in"),
        "by_use_level": _("How far people got with the service"),
        "flags": _("Signs of careless answers"),
        "appendix": _("Reliability, inclusion and understanding"),
    }
    hidden = material.derived["hidden"]
    return [(labels[part], hidden[part]) for part in labels if part in hidden]


def _reliability(material: Material) -> Iterator[Block]:
    appendix = material.figures.get("appendix")
    items = [
        (found["name"], item) for found in (appendix["reliability"] if appendix else []) for item in found["by_item"]
    ]
    if not items:
        return
    yield heading(_("How well questions fit their construct"))
    yield table(
        material.caption(
            _("Correlation of each question with the rest of its construct"),
            n=material.figures["counts"]["counted"],
            confidence=None,
        ),
        [_("Construct"), _("Question"), "n", _("Item-rest correlation")],
        [
            [
                construct_name(material.survey, name),
                item["code"],
                count(item["item_rest"]["n"]),
                number(item["item_rest"], 1),
            ]
            for name, item in items
        ],
        words=2,
        note=_("Only of constructs with three questions or more; rounded to 0.1."),
    )


def _alphas(material: Material) -> Iterator[Block]:
    found = material.closing["alphas"]
    if not found:
        return
    yield table(
        material.caption(_("Alpha by formula and with people drawn anew"), n=material.figures["counts"]["counted"]),
        [_("Construct"), "n", _("Alpha"), _("Feldt’s interval"), _("People drawn anew")],
        [
            [
                construct_name(material.survey, row["name"]),
                count(row["n"]),
                number(row),
                number_interval(row["feldt"]),
                number_interval(row),
            ]
            for row in found["constructs"]
        ],
        note=_(
            "People drawn anew: the middle 95%% of %(replicates)s Poisson replicates that follow from the seed "
            "“%(seed)s” and the number of each answer; unweighted, as alpha is."
        )
        % {"replicates": count(found["replicates"]), "seed": found["seed"]},
    )


def _formulas(material: Material) -> Iterator[str]:
    yield _("Shares: Wilson’s score interval without continuity correction; weighted shares with it on n*.")
    yield _("Means: t interval with n − 1 degrees of freedom.")
    yield _("Alpha: Cronbach’s alpha of people who answered all questions of a construct, interval by Feldt.")
    yield _("Omega: McDonald’s omega of one factor by maximum likelihood, from three questions on.")
    yield _("Differences of shares: Newcombe’s interval; differences of means: Welch’s.")
    if not material.pilot.imported:
        yield _("The same people in two waves: Agresti and Min’s interval for shares, paired t for means.")
    drivers = material.closing["drivers"]
    if drivers and drivers["replicates"]:
        yield _(
            "Drivers: Johnson’s relative weights; stability from %(replicates)s Poisson replicates that follow from "
            "the seed “%(seed)s” and the number of each answer."
        ) % {"replicates": count(drivers["replicates"]), "seed": seed_of(material.pilot)}
    if material.registration:
        yield _("Verdict: rule LL-1, only at the registered looks, the error rate shared out among them.")
    if material.figures["weighting"]:
        told = material.figures["weighting"]
        yield _("Weighting: raking by %(variables)s, weights cut at the registered cap; design effect %(deff)s.") % {
            "variables": ", ".join(told["variables"]),
            "deff": "–" if told["deff"] is None else plain(told["deff"], 2),
        }
        yield from weighting_notes(told)
    if material.pilot.imported:
        yield _(
            "The answers were brought in from files; which columns and words became which numbers is in the mapping."
        )


def _sub_scores(material: Material) -> Iterator[Block]:
    """The two parts of the SUS, whose authors later advised against relying on them."""
    labels = {"learnability": _("Learnability (questions 4 and 10)"), "usability": _("Usability (the other eight)")}
    rows = [
        [labels[part["name"]], count(part["score"]["n"]), number(part["score"], 0), number_interval(part["score"], 0)]
        for found in material.figures.get("scores", [])
        for part in found.get("parts", [])
    ]
    if rows:
        yield table(
            material.caption(_("Sub-scores of the System Usability Scale"), n=material.figures["counts"]["counted"]),
            [_("Score"), "n", _("Mean"), _("Interval")],
            rows,
            note=_("0 to 100. Their authors later advised against relying on this split."),
        )


def _quality(material: Material) -> Iterator[Block]:
    figures = material.figures
    if material.pilot.imported:
        return
    flags = figures["flags"]
    yield heading(_("Careless answers"))
    yield text(
        _("Nobody’s answers are taken out. Signs of haste are counted, and the result is worked out without them too.")
    )
    yield table(
        material.caption(_("Signs of careless answers"), n=flags["n"], confidence=None),
        [_("Sign"), _("Answers")],
        [[str(FLAG_KINDS[kind]), count(number)] for kind, number in flags["kinds"].items()],
        note=_("Answers with two or more signs: %(share)s.") % {"share": share(flags["suspects"])},
    )
    if flags["warning"]:
        yield text(_("That is more than 15%: read the figures with care."))
    yield from _signals(material)
    yield from _sensitivity(material)


def _signals(material: Material) -> Iterator[Block]:
    signals = material.closing["signals"]
    if signals is None:
        return
    yield heading(_("Stuffed ballots"))
    found = _("Rushes of many answers within ten minutes: %(n)s.") % {"n": count(signals["bursts"])}
    if signals["flagged"] is None:
        yield text(found + " " + _("Fewer than 5 answers bear a sign, so nothing more is said of them."))
        return
    told = {"sets": count(signals["duplicates"]), "n": count(signals["flagged"])}
    yield text(
        found
        + " "
        + _(
            "Sets of answers that are the same throughout: %(sets)s. Answers in either: %(n)s. A sign is no proof, and "
            "nobody’s answers are taken out."
        )
        % told
    )


def _sensitivity(material: Material) -> Iterator[Block]:
    """What the rule would have said with one choice made otherwise; without a verdict, the shares alone."""
    figures, verdict = material.figures, material.figures["verdict"]
    caption = _("How much the result depends on choices")
    labels = {
        "unweighted": _("Unweighted"),
        "without_suspects": _("Without answers that bear two or more signs"),
        "calibrated": _("With the calibrated standard error"),
    }
    signals = material.closing["signals"]
    unsuspicious = signals["without"] if signals else None
    if figures["accept"]["reason"] in (HIDDEN, BOUND):
        yield text(
            _("How much the result depends on choices is not published: the small side could be worked out from it.")
        )
        return
    if verdict:
        lines = [(_("As registered"), verdict, 1)]
        lines += [
            (label, verdict["sensitivity"][name], 0 if name == "without_suspects" else 1)
            for name, label in labels.items()
            if verdict["sensitivity"][name] is not None
        ]
        if unsuspicious:
            lines.append((_("Without answers that bear a sign of a stuffed ballot"), unsuspicious, 0))
        yield table(
            material.caption(caption, n=verdict["n"], confidence=verdict["confidence"], weighted=True)
            if verdict.get("confidence")
            else material.caption(caption, n=verdict["n"], weighted=True),
            [_("Choice"), _("The rule would say"), "n", _("Accept"), _("Interval")],
            [
                [
                    label,
                    str(Verdict.Outcome(line["outcome"]).label) if line["outcome"] else NONE,
                    count(line["n"]),
                    share({"reason": None} | line, digits),
                    share_interval({"reason": None} | line, digits),
                ]
                for label, line, digits in lines
            ],
            words=2,
            note=" ".join([_("Only the first line is the verdict."), *_finite(material)]),
        )
        return
    rows = [
        [label, count(found["n"]), share(found, digits), share_interval(found, digits)]
        for label, found, digits in (
            (_("As registered"), figures["accept"], 1),
            (labels["unweighted"], figures["accept_unweighted"], 1),
            (labels["without_suspects"], figures["flags"]["accept_without_suspects"], 0),
            *([(_("Without answers that bear a sign of a stuffed ballot"), unsuspicious, 0)] if unsuspicious else []),
        )
    ]
    yield table(
        material.caption(caption, n=figures["counts"]["counted"]),
        [_("Choice"), "n", _("Accept"), _("Interval")],
        rows,
        note=" ".join(_finite(material)),
    )


def _finite(material: Material) -> Iterator[str]:
    """What the correction for a finite population would make of the interval; only told, never applied."""
    appendix = material.figures.get("appendix")
    found = appendix.get("finite") if appendix else None
    if found and found["accept"]["value"] is not None:
        yield _(
            "Were the decision about the %(population)s people of the registered population alone, the finite "
            "population correction would make the 95%% interval of accept %(interval)s; no figure uses it."
        ) % {"population": count(found["population"]), "interval": share_interval(found["accept"], 1)}


def _consent(material: Material) -> Iterator[Block]:
    if not material.consent:
        return
    yield heading(_("What people consented to"))
    for consent in material.consent:
        yield text(
            _("%(purpose)s, version %(number)d, SHA-256 %(hash)s")
            % {"purpose": consent.get_purpose_display(), "number": consent.number, "hash": consent.hash}
        )
        # Between ** stands what a page shows in bold.
        yield text(consent.body.replace("**", ""))


def dictionary(material: Material) -> Iterator[Block]:
    """Every variable: its question in both languages, scale, missing codes, derivation, and how it is released."""
    scales: list[tuple[str, ...]] = []
    rows = []
    wave = material.figures["wave"]
    for item in material.figures["items"]:
        code = item["code"]
        labels = tuple(scale_labels(material.survey, code))
        if labels and labels not in scales:
            scales.append(labels)
        values = f"{item['lo']}–{item['hi']}"
        rows.append(
            [
                code + (" (R)" if item["reverse"] else ""),
                *_in_each_language(material, code),
                construct_name(material.survey, item["construct"]) if item["construct"] else NONE,
                f"{values} ({letter_of(scales.index(labels))})" if labels else values,
            ]
        )
    yield table(
        _("Variables of this wave, from the bank %(bank)s, version %(version)s.")
        % {"bank": wave["instrument"], "version": wave["version"]},
        [_("Code"), "한국어", "English", _("Construct"), _("Values")],
        rows,
        words=5,
        widths=(0, 2, 2, 1.1, 0),
        note=_(
            "Missing codes: 97 does not apply, 98 does not know, 99 no answer. R: low + high − answer when scored. "
            "Answers of people are never released, only tables of at least 5."
        ),
    )
    if scales:
        yield facts(
            (
                _("Scale %(letter)s") % {"letter": letter_of(place)},
                ", ".join(f"{value} {label}" for value, label in enumerate(labels, start=_lowest(material, labels))),
            )
            for place, labels in enumerate(scales)
        )
    yield table(
        _("Variables that are worked out from them."),
        [_("Name"), _("How it is worked out"), _("Released")],
        _worked_out(material),
        words=3,
        widths=(0, 3, 1.4),
    )


def letter_of(place: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26]


def _lowest(material: Material, labels: tuple[str, ...]) -> int:
    return next(
        int(item["lo"])
        for item in material.figures["items"]
        if tuple(scale_labels(material.survey, item["code"])) == labels
    )


def _in_each_language(material: Material, code: str) -> list[str]:
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(item_text(material.survey, code))
    return found


def _worked_out(material: Material) -> Iterator[list[str]]:
    part = _("n to 5, share to 1%, from 5 people on")
    if material.figures["accept"]["method"] and not material.pilot.imported:
        yield [
            "accept",
            _("mean of the answered questions BI1 to BI3 is 4 or more; missing with fewer than 2 answers"),
            _("exactly, of the whole wave"),
        ]
        yield ["use", metric_name(material.survey, "use"), part]
        yield ["endorse", metric_name(material.survey, "endorse"), part]
    if material.figures["informed"]:
        yield ["informed", _("at least 3 of the first 4 questions of knowledge right"), part]
    for construct in material.figures["constructs"]:
        yield [
            construct["name"],
            _("mean of %(items)s, where at least half is answered; reversed ones turned round")
            % {"items": ", ".join(construct["items"])},
            _("mean to 0.01, n to 5"),
        ]


def reproduction(material: Material) -> Iterator[Block]:
    figures = material.figures
    yield facts(
        [
            (_("Frozen on"), day(figures["frozen_at"])),
            (_("Program of the figures"), figures["code_version"]),
            (_("Version of the definitions"), str(figures.get("definitions", 1))),
            (_("Salted hash of the counts (SHA-256)"), figures["salted_hash"]),
        ]
    )
    yield bullets(
        [
            _(
                "The public pack beside this report holds every released table, results.json with all figures, "
                "and the registration."
            ),
            _(
                "Each number here is in results.json with its n, its interval and its method; the tables are the "
                "same in CSV."
            ),
            _(
                "The verdict follows from accept, its interval and the registered shares: LL-1 can be worked "
                "through by hand."
            ),
            _("verify.py in the pack, or manage.py verify_report, checks all of this by itself."),
            _(
                "Whoever may hold the counts of the wave can hash them, put the salt in front, hash again and "
                "compare; the counts themselves are not published, because a count of one is a person."
            ),
        ]
        if not material.pilot.imported
        else [
            _("The public pack beside this report holds every released table and results.json with all figures."),
            _(
                "Each number here is in results.json with its n, its interval and its method; the tables are the "
                "same in CSV."
            ),
            _("verify.py in the pack, or manage.py verify_report, checks all of this by itself."),
            _("Whoever has the source files can import them with the same mapping and gets the same counts."),
        ]
    )
