"""What changed from an earlier closed wave to this one, as it may be published."""

from surveys.metrics.disclosure import HIDDEN, Acceptance, acceptance_told, hidden_figure, in_percent
from surveys.metrics.figures import Plain, difference
from surveys.metrics.monitoring import share_of
from surveys.metrics.release import Audience, release
from surveys.models import Snapshot
from surveys.stats.change import two_means, two_shares
from surveys.stats.means import Mean


def changes(before: Snapshot, after: Snapshot) -> Plain:
    """Accept and every construct asked in both waves, later minus earlier, the waves taken as different people.

    A change is told as finely as the coarser of its two figures is, and hidden where one of them is.
    """
    return changes_between(
        (release(before, Audience.DESK), release(after, Audience.DESK)),
        (release(before, Audience.PUBLIC), release(after, Audience.PUBLIC)),
    )


def changes_between(exact: tuple[Plain, Plain], public: tuple[Plain, Plain]) -> Plain:
    """The same from the figures of both waves."""
    earlier, later = ({found["name"]: found["mean"] for found in figures["constructs"]} for figures in exact)
    earlier_told, later_told = ({found["name"]: found["mean"] for found in figures["constructs"]} for figures in public)
    return {
        "from": exact[0]["wave"]["number"],
        "to": exact[1]["wave"]["number"],
        "accept": _accept(exact, public),
        "constructs": [
            {
                "name": name,
                "change": _told(
                    difference(two_means(_mean(earlier[name]), _mean(later[name])).difference),
                    [(earlier[name], earlier_told[name]), (later[name], later_told[name])],
                ),
            }
            for name in later
            if name in earlier
        ],
    }


def _accept(exact: tuple[Plain, Plain], public: tuple[Plain, Plain]) -> Plain:
    """Exactly where both shares are; of whole percents their difference, without an interval."""
    told = [figures["accept"] for figures in public]
    finely = {acceptance_told(figure) for figure in told}
    if finely == {Acceptance.EXACT}:
        return difference(two_shares(*(share_of(figures["accept"]) for figures in exact)))
    change = difference(two_shares(*(share_of(figure) for figure in told)))
    return hidden_figure(change) if change["value"] is None else in_percent(change)


def _told(change: Plain, pairs: list[tuple[Plain, Plain]]) -> Plain:
    if change["value"] is None:
        return change
    if any(told["value"] is None or told["low"] is None for _exact, told in pairs):
        return dict.fromkeys(change) | {"method": change["method"], "reason": HIDDEN}
    fine = all(told["value"] == round(exact["value"], 2) for exact, told in pairs)
    digits = 2 if fine else 1
    limits = {side: None if change[side] is None else round(change[side], digits) for side in ("value", "low", "high")}
    return change | limits | {"n": sum(told["n"] for _exact, told in pairs)}


def _mean(figure: Plain) -> Mean:
    return Mean(figure["value"], figure["sd"], figure["standard_error"], None, figure["n"])
