"""What people said in their own words."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.reports.blocks import Block, text
from surveys.reports.material import Material


def in_their_words(material: Material) -> Iterator[Block]:
    """The banks ask no open question; comments on the proposal are public on the site and not part of a wave."""
    yield text(_("No open question was part of this wave, so there are no themes and no quotations."))
