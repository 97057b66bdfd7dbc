"""What people say under a proposal; one level of answers."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livinglab.accounts.models import Person, is_of_city
from livinglab.bilingual import Bilingual
from livinglab.text_columns import clean_texts
from proposals.models.proposal import Proposal

EDITABLE_FOR = timedelta(minutes=15)
COMMENTS_ON_A_PAGE = 50


class CommentQuerySet(models.QuerySet["Comment"]):
    def shown(self) -> "CommentQuerySet":
        """Comments that no moderator has hidden."""
        return self.filter(hidden_at__isnull=True)

    def visible_to(self, person: Person | AnonymousUser) -> "CommentQuerySet":
        """Shown ones under proposals she may see."""
        seen = self.shown().filter(proposal__in=Proposal.objects.visible_to(person))
        return seen.select_related("proposal", "parent").with_authors()

    def with_authors(self) -> "CommentQuerySet":
        """Each with its author and ``by_city_staff``."""
        return self.select_related("author").annotate(by_city_staff=is_of_city("author"))

    def top_level(self) -> "CommentQuerySet":
        """Comments that answer no other."""
        return self.filter(parent__isnull=True)


class Comment(models.Model):
    class Kind(models.TextChoices):
        PLAIN = "plain", _("Comment")
        FOR = "for", pgettext_lazy("comment", "For")
        AGAINST = "against", pgettext_lazy("comment", "Against")
        QUESTION = "question", pgettext_lazy("comment", "Question")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PLAIN)
    # Written in one of the two languages; staff may add the other.
    language = models.CharField(max_length=2, default="ko", choices=[("ko", "한국어"), ("en", "English")])
    body_ko = models.TextField(_("comment"), max_length=1500, blank=True)
    body_en = models.TextField(_("comment"), max_length=1500, blank=True)
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    hidden_reason = models.CharField(max_length=300, blank=True)

    body = Bilingual("body")
    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            clean_texts("comment_texts_are_clean", lines=("hidden_reason",), bilingual={"body": 1500}),
            models.CheckConstraint(
                condition=Q(kind__in=["plain", "for", "against", "question"]), name="comment_kind_is_known"
            ),
            models.CheckConstraint(condition=~Q(body_ko="", body_en=""), name="comment_says_something"),
        ]
        indexes = [models.Index(fields=["proposal", "at"], name="comment_of_proposal")]

    @cached_property
    def by_city_staff(self) -> bool:
        """Whether the author speaks for the city; comes with the comment when fetched ``with_authors``."""
        return self.author is not None and self.author.speaks_for_city

    def page_number(self) -> int:
        """On which page of all comments this one, or the one it answers, stands; the first is 1."""
        top = self.parent or self
        before = Comment.objects.top_level().filter(proposal=top.proposal_id, at__lt=top.at).count()
        return before // COMMENTS_ON_A_PAGE + 1
