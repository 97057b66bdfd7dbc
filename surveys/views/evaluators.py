"""Who evaluates a pilot: moderators and administrators choose, and see no figure by it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from pilots.models import Pilot
from surveys.actions.plan import set_evaluators
from surveys.models import Survey


class EvaluatorsForm(forms.Form):
    people = forms.MultipleChoiceField(
        label=gettext_lazy("People who evaluate this pilot"),
        help_text=gettext_lazy("They alone see exact figures, and none of them can decide about the pilot."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, offered: list[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["people"]
        assert isinstance(people, forms.MultipleChoiceField)
        people.choices = [(str(person.pk), str(person)) for person in offered]


@keep_posted(EvaluatorsForm)
@role_required(Role.MODERATOR, Role.ADMINISTRATOR)
def evaluators(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    survey = get_object_or_404(
        Survey.objects.filter(pilot__in=Pilot.objects.in_care_of(request.user)).select_related("pilot__test_bed"),
        pilot__slug=slug,
    )
    here = Person.objects.holding(Role.EVALUATOR, area=survey.pilot.test_bed.area_id)
    offered = list(here.order_by("nickname", "pk"))
    chosen = [str(pk) for pk in survey.evaluators.values_list("pk", flat=True)]
    form = EvaluatorsForm(
        offered, request.POST if request.method == "POST" else kept_post(request), initial={"people": chosen}
    )
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        wanted = set(form.cleaned_data["people"])
        try:
            set_evaluators(survey, [person for person in offered if str(person.pk) in wanted])
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The evaluators of this pilot are changed."))
            return redirect("pilots:detail", slug=slug)
    context = {"survey": survey, "pilot": survey.pilot, "form": form, "refusal": refusal}
    return render(request, "surveys/evaluators.html", context, status=status_of(refusal))
