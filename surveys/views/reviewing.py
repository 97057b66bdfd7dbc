"""An alarm after the verdict: an evaluator looks into it and writes down what was found and what is done."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from livinglab.form_fields import WrittenField
from surveys import words
from surveys.actions.monitor import review_alarm
from surveys.actions.separation import why_not_sign
from surveys.models import Alarm, Review


class ReviewForm(forms.Form):
    """What was behind an alarm, and what is done, in both languages: the report prints it in either."""

    found_ko = WrittenField(
        label=gettext_lazy("What was behind it, in Korean"),
        help_text=gettext_lazy("What has changed for the people who answer, or what was measured otherwise."),
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "lang": "ko"}),
    )
    found_en = WrittenField(
        label=gettext_lazy("What was behind it, in English"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "lang": "en"}),
    )
    done_ko = WrittenField(
        label=gettext_lazy("What is done, in Korean"),
        help_text=gettext_lazy("If nothing is done, say so, with the reason."),
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "lang": "ko"}),
    )
    done_en = WrittenField(
        label=gettext_lazy("What is done, in English"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "lang": "en"}),
    )


@keep_posted(ReviewForm)
@role_required(Role.EVALUATOR)
def review(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One alarm with its review: the form while it is open, the signed words afterwards."""
    alarm = get_object_or_404(
        Alarm.objects.of_evaluator(request.user)
        .select_related("snapshot__wave__survey__pilot__version__service", "review__signed_by")
        .defer("snapshot__state", "snapshot__results", "snapshot__released"),
        pk=pk,
    )
    wave = alarm.snapshot.wave
    form = ReviewForm(request.POST if request.method == "POST" else kept_post(request))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            review_alarm(alarm, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The review is signed and closed. The report prints it beside the alarm."))
            return redirect("surveys:review", pk=pk)
    signed: Review | None = getattr(alarm, "review", None)
    context: dict[str, Any] = {
        "alarm": alarm,
        "charts": words.alarm_rows(alarm.charts),
        "wave": wave,
        "survey": wave.survey,
        "signed": signed,
        "form": form,
        "refusal": refusal,
        "why_not_sign": None if signed else why_not_sign(wave.survey, request.user),
    }
    return render(request, "surveys/alarm.html", context, status=status_of(refusal))
