"""How many answers of a wave staff entered: counted once, at its close, and told beside its verdict for ever."""

from collections.abc import Sequence

from django.db.models import Count

from surveys.metrics.figures import Plain
from surveys.metrics.suppression import K, is_small, rounded
from surveys.models import Entry, Wave


def entered_of(wave: Wave) -> Plain:
    """As it is frozen: the exact count for the desk, and what everybody may read."""
    answered = wave.responses.submitted().count()
    entries = Entry.objects.filter(response__wave=wave, response__submitted_at__isnull=False)
    by_staff = entries.order_by().values("staff_pk").annotate(answers=Count("pk"))
    entered = [row["answers"] for row in by_staff]
    return {"desk": _exactly(sum(entered), answered), "public": entered_released(entered, answered)}


def entered_released(entered: Sequence[int], answered: int) -> Plain:
    """What everybody may read, of how many each member of the staff entered.

    ``extent`` is ``none``, ``few`` (fewer than 5), ``about`` (rounded to 5), ``some`` (at least 5), ``most`` (all but
    fewer than 5) or ``all``. The count is rounded, and not told at all where one of the staff, who knows how many were
    her own, would learn of fewer than five others.
    """
    total = sum(entered)
    if answered < K:
        return {"extent": None, "n": None, "of": None, "share": None}
    nothing = {"n": None, "of": answered, "share": None}
    if total == 0:
        return {**nothing, "extent": "none"}
    if is_small(total):
        return {**nothing, "extent": "few"}
    if total == answered:
        return {**nothing, "extent": "all"}
    if is_small(answered - total):
        return {**nothing, "extent": "most"}
    if any(is_small(total - own) for own in entered):
        return {**nothing, "extent": "some"}
    return {"extent": "about", "n": rounded(total), "of": answered, "share": round(rounded(total) / answered, 2)}


def _exactly(entered: int, answered: int) -> Plain:
    share = entered / answered if answered else None
    return {"extent": "exact" if entered else "none", "n": entered, "of": answered, "share": share}
