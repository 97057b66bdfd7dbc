"""You said -> we did."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models.decision import Decision
from livinglab.bilingual import Bilingual
from livinglab.text_columns import clean_texts
from proposals.models import Comment
from surveys.models import Direction


class Change(models.Model):
    class Answer(models.TextChoices):
        DID = "did", _("We did")
        WILL = "will", _("We will do")
        WILL_NOT = "will_not", _("We will not, because")

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="changes")
    order = models.PositiveSmallIntegerField()
    said_ko = models.TextField(_("you said, in Korean"), max_length=1000)
    said_en = models.TextField(_("you said, in English"), max_length=1000, blank=True)
    # What it rests on: a comment, what the evaluators signed should change, an item of the instrument (its code), or
    # a figure (its key in the results).
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, blank=True, related_name="changes")
    direction = models.ForeignKey(Direction, models.PROTECT, null=True, blank=True, related_name="changes")
    item = models.CharField(max_length=12, blank=True)
    figure = models.CharField(max_length=60, blank=True)
    answer = models.CharField(max_length=8, choices=Answer)
    did_ko = models.TextField(_("what we did or why not, in Korean"), max_length=1000)
    did_en = models.TextField(_("what we did or why not, in English"), max_length=1000, blank=True)

    said = Bilingual("said")
    did = Bilingual("did")

    class Meta:
        ordering = ["decision", "order"]
        constraints = [
            clean_texts("change_texts_are_clean", bilingual={"said": 1000, "did": 1000}),
            models.UniqueConstraint(fields=["decision", "order"], name="change_one_per_place"),
            models.CheckConstraint(condition=Q(answer__in=["did", "will", "will_not"]), name="change_answer_is_known"),
            models.CheckConstraint(
                condition=Q(comment__isnull=False) | Q(direction__isnull=False) | ~Q(item="") | ~Q(figure=""),
                name="change_rests_on_something",
            ),
        ]
