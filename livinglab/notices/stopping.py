"""Which kind of mail a notice goes out as, and the link in each mail that stops its kind."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from livinglab.accounts.models import MailKind, Person
from livinglab.notices.models import Notice

SALT = "livinglab.notices.stopping"

# What was done in somebody's name is told whatever she wants to hear of.
ALWAYS = frozenset({"answers_entered"})
KINDS: dict[str, MailKind] = {
    kind: mail_kind
    for mail_kind, kinds in {
        MailKind.PROPOSALS: (
            *("proposal_received", "proposal_published", "proposal_changes_asked", "proposal_declined"),
            *("comment_on_yours", "comment_answered", "comment_hidden", "flag_settled"),
        ),
        MailKind.PILOTS: (
            *("pilot_announced", "pilot_joined", "pilot_waiting", "pilot_place_free", "pilot_ended"),
            "decision_published",
        ),
        MailKind.INVITATIONS: ("invitation", "reminder"),
        MailKind.NEWS: ("news",),
        MailKind.WORK: (
            *("alarm_raised", "alarm_to_review", "counting_incident", "pilot_past_its_day", "message_received"),
            *("export_ready", "export_failed", "export_to_confirm"),
            *("report_drafted", "report_failed", "report_published", "report_corrected"),
        ),
    }.items()
    for kind in kinds
}


def mail_kind_of(notice: Notice) -> MailKind | None:
    """The kind of mail a notice goes out as; None where it is told in any case."""
    return None if notice.kind in ALWAYS else KINDS.get(notice.kind, MailKind.PROPOSALS)


def path_to_stop(person: Person, kind: MailKind) -> str:
    """The link that stops mails of this kind without signing in. It names her by number, signed, and has no end."""
    return reverse("stop_mail", args=[Signer(salt=SALT).sign_object([person.pk, kind.value])])


def read_stop_token(token: str) -> tuple[Person, MailKind] | None:
    """Whose mails of which kind a link stops; None where it is none of ours, or she is gone."""
    try:
        pk, kind = Signer(salt=SALT).unsign_object(token)
    except (BadSignature, ValueError):
        return None
    person = Person.objects.filter(pk=pk, is_active=True).first()
    return None if person is None else (person, MailKind(kind))
