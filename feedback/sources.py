"""What a change rests on, told in words with its number: a comment, a signed direction, a question or a figure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from feedback.models import Change
from proposals.models import Comment
from surveys import words
from surveys.metrics.disclosure import BOUND
from surveys.metrics.figures import Plain
from surveys.metrics.release import figure_at
from surveys.models import Direction, Survey, Wave

# The newest comments are offered; a select box with all of a city's would help nobody.
MOST_COMMENTS = 200

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Source:
    """What stands below "you said"; ``figure`` is a released one, a share unless it has a scale."""

    label: str
    url: str
    figure: Plain | None = None
    scale: tuple[int, int] | None = None
    comment: Comment | None = None


def source_of(change: Change, wave: Wave, figures: Plain) -> Source:
    """``figures`` as released to whoever reads; no query where the change came with its comment and direction."""
    results = reverse("surveys:results", args=[wave.pk])
    if change.comment is not None:
        comment = change.comment
        url = reverse("proposals:show-comment", args=[comment.pk])
        return Source(_("A comment on the proposal"), url, comment=comment)
    if change.direction is not None:
        key = change.direction.figure
        label = _("%(figure)s (what should change, signed by the evaluators)")
        label %= {"figure": label_of_figure(wave.survey, key)}
        return Source(label, results, figure_at(figures, key), scale_of(key, figures))
    key = f"items.{change.item}.mean" if change.item else change.figure
    return Source(label_of_figure(wave.survey, key), results, figure_at(figures, key), scale_of(key, figures))


def scale_of(key: str, figures: Plain) -> tuple[int, int] | None:
    """The ends of the scale a mean lies on; None for shares. Constructs lie on the scale of their items."""
    kind, _dot, rest = key.partition(".")
    name, _dot, what = rest.rpartition(".")
    if what != "mean":
        return None
    scales = ((item["lo"], item["hi"]) for item in figures["items"] if name in (item["code"], item["construct"]))
    return next(scales, None)


def label_of_figure(survey: Survey, key: str) -> str:
    """What a figure tells, in words: ``accept``, ``constructs.FA.mean``, ``groups.65+.gap``."""
    kind, _dot, rest = key.partition(".")
    name, _dot, what = rest.rpartition(".")
    if kind == "groups":
        told = {
            "gap": _("How much less %(group)s accept the service than the others"),
            "accept": _("Share of %(group)s who accept the service"),
            "informed": _("Share of %(group)s who are well informed"),
        }
        return told.get(what, "%(group)s") % {"group": words.group_label(name)}
    if kind == "constructs":
        return words.construct_name(survey, name)
    if kind == "items":
        return words.item_text(survey, name)
    shares = {
        "accept": _("Share who accept the service"),
        "use": _("Share who would use it"),
        "endorse": _("Share in favour of making it permanent"),
        "informed": _("Share who are well informed"),
    }
    return shares.get(kind, key)


def choices(survey: Survey, figures: Plain, directions: Iterable[Direction] = ()) -> list[tuple[str, Choices | str]]:
    """What a change can rest on, for a select box: ``comment:7``, ``direction:3``, ``item:PE2``, ``figure:accept``."""
    proposal = survey.pilot.version.service.proposal_id
    comments = Comment.objects.shown().filter(proposal=proposal).select_related("author").order_by("-at", "-pk")
    # A bound on those who accept can be rested on as well as their share.
    told = (name for name in ("accept", "use", "endorse") if figures[name]["reason"] in (None, BOUND))
    keys = [name for name in told if figures[name]["n"]]
    keys += ["informed.informed"] if figures["informed"] else []
    keys += [f"groups.{group['name']}.{what}" for group in figures["groups"] for what in ("gap", "accept")]
    keys += [f"constructs.{construct['name']}.mean" for construct in figures["constructs"]]
    groups: list[tuple[str, Choices]] = [
        (
            _("What should change, signed by the evaluators"),
            [(f"direction:{direction.pk}", Truncator(direction.words).chars(90)) for direction in directions],
        ),
        (
            _("Comments"),
            [
                (f"comment:{comment.pk}", f"{comment.author or '–'}: {Truncator(comment.body).chars(90)}")
                for comment in comments[:MOST_COMMENTS]
            ],
        ),
        (
            _("Questions of the survey"),
            [(f"item:{item['code']}", words.item_text(survey, item["code"])) for item in figures["items"]],
        ),
        (_("Figures"), [(f"figure:{key}", label_of_figure(survey, key)) for key in keys]),
    ]
    return [("", _("Please choose")), *((label, options) for label, options in groups if options)]
