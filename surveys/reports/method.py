"""How the figures of a report came about: what a reviewer needs to trust or to attack them."""

import json
import platform
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from django.utils.translation import gettext as _

from surveys.reports.blocks import Block, bullets, document, facts, heading, table, text
from surveys.reports.chapters import names
from surveys.reports.material import Material
from surveys.reports.numbers import count, day, percent, plain, share, share_interval
from surveys.words import FLAG_KINDS, construct_name, item_text, scale_labels, weighting_notes

PACKAGES = ("django", "numpy", "scipy", "typst", "vl-convert-python")


def method(material: Material, replaced: Counter[str]) -> Iterator[Block]:
    yield from _registration(material)
    yield heading(_("How the figures are made"))
    yield bullets(_formulas(material))
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
        (_("Answers needed, of all and of a group"), f"{rule['n_min']}, {rule['m_min']}"),
        (_("Protected groups"), ", ".join(rule["protected_groups"]) or _("none")),
        (_("Analyst"), rule["analyst"]),
    ]
    yield facts(pairs)
    if material.amendments:
        yield bullets(f"{day(made['at'])}: {made['reason']} ({_changed(made)})" for made in material.amendments)
    else:
        yield text(_("The registration was not amended until the close of this wave."))
    yield document(json.dumps(rule, ensure_ascii=False, sort_keys=True))


def _changed(amendment: dict[str, Any]) -> str:
    return "; ".join(
        _("wave %(wave)s, %(field)s: %(before)s, now %(after)s") % change for change in amendment["changes"]
    )


def _formulas(material: Material) -> Iterator[str]:
    yield _("Shares: Wilson’s score interval without continuity correction; weighted shares with it on n*.")
    yield _("Means: t interval with n − 1 degrees of freedom.")
    yield _("Alpha: Cronbach’s alpha of people who answered all questions of a construct, interval by Feldt.")
    yield _("Differences of shares: Newcombe’s interval; differences of means: Welch’s.")
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
        material.caption(_("Signs of careless answers"), n=flags["n"], level=None),
        [_("Sign"), _("Answers")],
        [[str(FLAG_KINDS[kind]), count(number)] for kind, number in flags["kinds"].items()],
        note=_("Answers with two or more signs: %(share)s.") % {"share": share(flags["suspects"])},
    )
    rows = [
        [label, count(found["n"]), share(found, digits), share_interval(found, digits)]
        for label, found, digits in (
            (_("As registered"), figures["accept"], 1),
            (_("Unweighted"), figures["accept_unweighted"], 1),
            (_("Without answers that bear two or more signs"), flags["accept_without_suspects"], 0),
        )
    ]
    yield table(
        material.caption(_("How much the result depends on choices"), n=figures["counts"]["counted"]),
        [_("Accept the service"), "n", "%", _("Interval")],
        rows,
    )


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
    """Every variable: its question, scale, missing codes, and how it is released."""
    rows = []
    for item in material.figures["items"]:
        labels = scale_labels(material.survey, item["code"])
        values = ", ".join(f"{number} {label}" for number, label in enumerate(labels, start=item["lo"]))
        rows.append(
            [
                item["code"] + (" (R)" if item["reverse"] else ""),
                item_text(material.survey, item["code"]),
                construct_name(material.survey, item["construct"]) if item["construct"] else "–",
                values or f"{item['lo']} … {item['hi']}",
            ]
        )
    yield table(
        _("Variables of this wave"),
        [_("Code"), _("Question"), _("Construct"), _("Values")],
        rows,
        words=4,
        note=_(
            "Missing codes: 97 does not apply, 98 does not know, 99 no answer. R: low + high − answer when scored. "
            "Answers of people are never released, only tables of at least 5."
        ),
    )


def reproduction(material: Material) -> Iterator[Block]:
    figures = material.figures
    yield facts(
        [
            (_("Frozen on"), day(figures["frozen_at"])),
            (_("Program of the figures"), figures["code_version"]),
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
            _("Whoever has the source files can import them with the same mapping and gets the same counts."),
        ]
    )
