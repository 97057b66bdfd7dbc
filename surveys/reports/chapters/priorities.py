"""What to change: what goes together with the wish to go on and stands low, who is left out, and what may follow."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livinglab.bilingual import active_language
from surveys.reports import charts
from surveys.reports.blocks import Block, bullets, heading, picture, quotes, table, text
from surveys.reports.material import Material
from surveys.reports.numbers import NONE, count, percent, plain, points
from surveys.words import QUADRANTS, construct_name, group_label, item_text, reason_in_words

GOOD_PERFORMANCE = 0.75
CHOICES: Mapping[str, Promise] = {
    "scale": gettext_lazy("make the service permanent"),
    "continue": gettext_lazy("go on to the next registered look"),
    "revise": gettext_lazy("improve the service and try it again"),
    "retire": gettext_lazy("end the service"),
}


def what_to_change(material: Material) -> Iterator[Block]:
    yield heading(_("What goes together with the wish to go on"))
    yield from _drivers(material)
    if not material.pilot.imported:
        yield heading(_("Who is left out"))
        yield text(" ".join(_inclusion(material)))
    if material.notes.directions:
        yield heading(_("What the evaluators propose to change"))
        yield bullets(
            _("%(topic)s: %(words)s")
            % {
                "topic": construct_name(material.survey, one["driver"]),
                "words": _said(one["words_ko"], one["words_en"]),
            }
            for one in material.notes.directions
        )
    if material.choices:
        yield heading(_("What may follow"))
        yield text(_("The registered rule leaves the city these choices; people decide, and say why."))
        yield bullets(str(CHOICES[choice]) for choice in material.choices)


def _said(korean: str, english: str) -> str:
    return (english or korean) if active_language() == "en" else korean


def _drivers(material: Material) -> Iterator[Block]:
    found = material.closing["drivers"]
    if found is None:
        waits = material.closing["waiting"]
        yield text(
            _("Too little information: this is still being worked out.")
            if waits
            else _("Too little information: the questions this takes were not asked in this wave.")
        )
        return
    if found["reason"]:
        yield text(
            _("Too little information: %(reason)s (n = %(n)s). It takes 100 people or ten for each topic.")
            % {"reason": reason_in_words(found["reason"]), "n": count(found["n"])}
        )
        return
    outcome = construct_name(material.survey, found["outcome"])
    yield text(
        _("%(n)s people answered every question of these topics, which together explain %(share)s of “%(outcome)s”.")
        % {"n": count(found["n"]), "share": percent(found["r_squared"]), "outcome": outcome}
        + " "
        + _("Association is not cause: what goes together need not bring it about.")
    )
    drivers = sorted(found["drivers"], key=lambda driver: -(driver["priority"] or 0))
    yield from _map(material, drivers)
    title = _("What to improve first")
    caption = material.caption(title, n=found["n"], confidence=None, weighted=found["weighted"])
    yield table(
        caption,
        [_("Topic"), _("Reading"), _("Importance"), _("Standing"), _("Priority"), _("Stability")],
        [
            [
                _name(material, driver),
                str(QUADRANTS[driver["quadrant"]]),
                percent(driver["importance"]),
                NONE if driver["performance"] is None else percent(driver["performance"]),
                NONE if driver["priority"] is None else plain(driver["priority"], 2),
                NONE if driver["stability"] is None else percent(driver["stability"]),
            ]
            for driver in drivers
        ],
        words=2,
        note=_(
            "Importance: part of what all topics explain (relative weights). Standing: mean from 0 to 100%%. Priority: "
            "importance times what is missing to 100%%. Stability: share of %(replicates)s repetitions with people "
            "drawn anew in which the topic is among the first two."
        )
        % {"replicates": count(found["replicates"])},
    )
    for driver in drivers[:2]:
        if driver["lowest"]:
            yield text(_("Lowest questions of “%(name)s”:") % {"name": _name(material, driver)})
            yield bullets(f"{code} {item_text(material.survey, code)}" for code in driver["lowest"])
        said = (material.voices or {"typical": {}})["typical"].get(driver["name"])
        if said:
            yield text(
                _("Typical of what people wrote who stand low on “%(name)s” (released):")
                % {"name": _name(material, driver)}
            )
            yield quotes((one["text"], one["language"]) for one in said)
    alarms = [_name(material, driver) for driver in drivers if driver["coding_alarm"]]
    if alarms:
        yield text(
            _("These topics go together with it the wrong way round; check whether a question was turned: %(topics)s.")
            % {"topics": ", ".join(alarms)}
        )


def _name(material: Material, driver: dict[str, Any]) -> str:
    name = construct_name(material.survey, driver["name"])
    return _("%(name)s (turned round)") % {"name": name} if driver["name"] == "PC" else name


def _map(material: Material, drivers: list[dict[str, Any]]) -> Iterator[Block]:
    known = [driver for driver in drivers if driver["performance"] is not None]
    if not known:
        return
    material.charts["priorities"] = charts.map_chart(
        [charts.Place(_name(material, driver), driver["performance"], driver["importance"]) for driver in known],
        crossing=(GOOD_PERFORMANCE, 1 / len(drivers)),
        titles=(_("Standing"), _("Importance")),
        corner=_("improve first"),
    )
    told = "; ".join(
        _("%(name)s: importance %(importance)s, standing %(standing)s")
        % {
            "name": _name(material, driver),
            "importance": percent(driver["importance"]),
            "standing": percent(driver["performance"]),
        }
        for driver in known
    )
    n = material.closing["drivers"]["n"]
    weighted = material.closing["drivers"]["weighted"]
    title = _("What matters and how it stands; lines at 75% and at equal importance")
    caption = material.caption(title, n=n, confidence=None, weighted=weighted)
    yield picture("priorities", alt=told + ".", caption=caption)


def _inclusion(material: Material) -> Iterator[str]:
    groups = {group["name"]: group for group in material.figures["groups"]}
    appendix = material.figures.get("appendix")
    panel = appendix["inclusion"] if appendix else None
    if not groups or panel is None:
        yield _("No group was registered to be looked at by itself.")
        return
    worst = panel["worst"]
    if worst is not None:
        yield _("Of the groups that could be heard, “%(name)s” stands furthest behind the rest: %(gap)s.") % {
            "name": group_label(worst),
            "gap": points(groups[worst]["gap"]["value"]),
        }
    else:
        yield _(
            "None of the groups that could be heard was found behind the rest; that is no proof that there is none."
        )
    if panel["unheard"]:
        yield _("Could not be heard, because too few of them answered: %(groups)s. Ask them on paper or with help.") % {
            "groups": ", ".join(map(group_label, panel["unheard"]))
        }
    least = panel["least_covered"]
    covered = next((group["coverage"] for group in panel["groups"] if group["name"] == least), None)
    if least is not None and covered is not None and covered < 1:
        yield _("Fewer of “%(name)s” answered than live here: %(coverage)s of their share of the population.") % {
            "name": group_label(least),
            "coverage": plain(covered, 1),
        }
