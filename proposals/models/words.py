"""Where a search looks: the words of every public proposal, with an index that finds them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan

from proposals.models.proposal import Proposal


class WordsQuerySet(models.QuerySet["Words"]):
    def containing(self, text: str) -> "WordsQuerySet":
        """Those in which the text stands, in whatever case; its pairs are found first, by their index."""
        found = self if len(text) < 2 else self.filter(pairs__contains=pairs_of(text))
        # Two letters are one pair, and that is found already.
        return found if len(text) == 2 else found.filter(GreaterThan(StrIndex("words", Lower(Value(text))), 0))


class Words(models.Model):
    """Title, problem and idea of a public proposal in both languages, in small letters.

    The database itself writes the row with each change of the proposal (migration 0004), so none is ever old.
    ``pairs`` are all pairs of neighbouring letters: Korean words are two or three letters long.
    """

    proposal = models.OneToOneField(Proposal, models.CASCADE, primary_key=True, related_name="words")
    words = models.TextField()
    pairs = ArrayField(models.CharField(max_length=2))

    objects = WordsQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["pairs"], name="words_by_pairs")]


def pairs_of(text: str) -> Func:
    """The pairs of neighbouring letters in a text, as the database takes them."""
    return Func(Lower(Value(text)), function="proposals_pairs", output_field=Words._meta.get_field("pairs"))
