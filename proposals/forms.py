"""Forms of the proposals' pages."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from livinglab.accounts.models import Area
from livinglab.bilingual import LANGUAGES
from livinglab.form_fields import LineField, WrittenField
from livinglab.posted import moment, whole_number
from livinglab.stored_texts import StoredTextsForm
from livinglab.widgets import CardRadio, Coordinate
from proposals.lifecycle import PUBLIC, Stage
from proposals.models import Comment, DeclineReason, Flag, Part, Photo, Proposal, ServiceField, SmartServiceLevel

LANGUAGE_NAMES = [("ko", "한국어"), ("en", "English")]
LONGEST_TITLE = {"ko": Proposal.title_ko.field.max_length or 0, "en": Proposal.title_en.field.max_length or 0}
NEEDED = (*Proposal.TEXTS, "field", "area")

LEVELS_TOLD = {
    SmartServiceLevel.INFORMS: _("For example: I see on my phone when the bus comes."),
    SmartServiceLevel.LINKS: _("For example: I report my move once, and the library card follows."),
    SmartServiceLevel.FORESEES: _("For example: I hear of the heat wave the evening before, with what to do."),
    SmartServiceLevel.FITS: _("For example: the bus route follows who needs it today, and I can say what fits me."),
    SmartServiceLevel.RUNS: _("For example: lights and heating see to themselves, and I can always overrule them."),
}


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files, as a list."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(upload, initial) for upload in uploads]


class ProposalForm(StoredTextsForm):
    """What a proposal asks. A draft may leave anything open; only handing in needs the answers."""

    use_required_attribute = False

    draft_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    language = forms.ChoiceField(
        label=_("In which language do you write?"), choices=LANGUAGE_NAMES, widget=forms.RadioSelect
    )
    title = LineField(label=_("A short name for your idea"), max_length=120, help_text=_("At most one line."))
    problem = WrittenField(
        label=_("What is the problem, and for whom?"),
        help_text=_("Where and when does it happen? Who has a hard time because of it?"),
        max_length=3000,
        widget=forms.Textarea({"rows": 5}),
    )
    idea = WrittenField(
        label=_("What could help?"),
        help_text=_("Tell it as you would tell a neighbour. It need not be complete."),
        max_length=3000,
        widget=forms.Textarea({"rows": 5}),
    )
    success = WrittenField(
        label=_("How would we notice that it worked?"),
        help_text=_("What would be different after half a year?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )
    personal_data = WrittenField(
        label=_("What would the service have to know about people?"),
        help_text=_("For example an address, a phone number or where somebody is. If nothing, write “nothing”."),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )
    field = forms.ModelChoiceField(
        label=_("Which field is it about?"), queryset=ServiceField.objects.all(), empty_label=_("Please choose")
    )
    area = forms.ModelChoiceField(
        label=_("In which area?"), queryset=Area.objects.defer("boundary"), empty_label=_("Please choose")
    )
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=32, max_value=39.5, widget=Coordinate)
    lon = forms.FloatField(label=_("Longitude"), required=False, min_value=123.5, max_value=132.5, widget=Coordinate)
    smart_service_level = forms.TypedChoiceField(
        label=_("What should people be able to do with it?"),
        choices=[(level.value, level.label) for level in SmartServiceLevel],
        coerce=int,
        empty_value=None,
        required=False,
        widget=CardRadio,
    )
    photos = ManyFilesField(
        label=_("Photos"),
        required=False,
        # Each file is judged by itself (proposals/photos.py): an empty one must not take the others along.
        allow_empty_file=True,
        help_text=_(
            "Up to four, JPEG, PNG, WebP, HEIC or AVIF, at most 10 MB each. We take out what the camera wrote into"
            " them, such as the place. Please show no faces or number plates."
        ),
        # Some systems know HEIC by its ending only.
        widget=ManyFiles({"accept": "image/jpeg,image/png,image/webp,image/avif,image/heic,image/heif,.heic,.heif"}),
    )

    def __init__(self, *args: Any, proposal: Proposal | None = None, handing_in: bool = False, **kwargs: Any) -> None:
        if proposal is not None:
            kwargs["initial"] = _written_in(proposal)
        super().__init__(*args, **kwargs)
        for name in NEEDED:
            self.fields[name].required = handing_in
            self.fields[name].widget.attrs["data-plain"] = True
        levels = self.fields["smart_service_level"]
        assert isinstance(levels, forms.TypedChoiceField)
        levels.choices = [(level.value, f"{level.label}|{LEVELS_TOLD[level]}") for level in SmartServiceLevel]
        self.kept_photos: list[Photo] = list(proposal.photos.all()) if proposal else []
        for number, photo in enumerate(self.kept_photos, start=1):
            self.fields[f"alt_{photo.pk}"] = LineField(
                label=_("What does photo %(number)d show?") % {"number": number},
                help_text=_("For people who cannot see it."),
                initial=photo.alt,
                max_length=200,
                required=handing_in,
                widget=forms.TextInput({"data-plain": True}),
            )
            self.fields[f"remove_{photo.pk}"] = forms.BooleanField(
                label=_("Remove photo %(number)d") % {"number": number}, required=False
            )

    def photo_rows(self) -> Iterator[tuple[Photo, forms.BoundField, forms.BoundField]]:
        for photo in self.kept_photos:
            yield photo, self[f"alt_{photo.pk}"], self[f"remove_{photo.pk}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        longest = LONGEST_TITLE[cleaned.get("language", "ko")]
        if len(cleaned.get("title", "")) > longest:
            self.add_error(
                "title",
                ngettext("At most %(n)d character, please.", "At most %(n)d characters, please.", longest)
                % {"n": longest},
            )
        if (cleaned.get("lat") is None) != (cleaned.get("lon") is None):
            wanting = "lat" if cleaned.get("lat") is None else "lon"
            if wanting not in self.errors:
                self.add_error(wanting, _("A point needs both latitude and longitude."))
            for name in ("lat", "lon"):
                cleaned.pop(name, None)
        return cleaned

    def written(self) -> dict[str, Any]:
        """What can be kept as it is: every field that was sent and understood."""
        names = ("language", *NEEDED, "lat", "lon", "smart_service_level")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


def _written_in(proposal: Proposal) -> dict[str, Any]:
    return {
        "draft_key": proposal.draft_key,
        "language": proposal.language,
        **{name: getattr(proposal, f"{name}_{proposal.language}") for name in Proposal.TEXTS},
        "field": proposal.field_id,
        "area": proposal.area_id,
        "lat": proposal.lat,
        "lon": proposal.lon,
        "smart_service_level": proposal.smart_service_level,
    }


class Narrowing(forms.Form):
    """A form above a list. Choices that do not exist narrow nothing."""

    def __init__(self, *args: Any, fields: Sequence[ServiceField], areas: Sequence[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("field", _("All fields"), fields)
        self._offer("area", _("All areas"), areas)

    def _offer(self, name: str, everything: Any, rows: Sequence[ServiceField] | Sequence[Area]) -> None:
        choice = self.fields[name]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", everything), *((str(row.pk), row.name) for row in rows)]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ListFilter(Narrowing):
    """What the list of proposals can be narrowed to, and its order."""

    SORTS = {
        "newest": ("-published_at", "-id"),
        "supported": ("-support_total", "-id"),
        "discussed": ("-comment_total", "-id"),
    }

    q = LineField(label=_("Search"), required=False, max_length=100, widget=forms.SearchInput({"data-plain": 1}))
    field = forms.ChoiceField(label=_("Field"), required=False, widget=forms.Select({"data-plain": 1}))
    area = forms.ChoiceField(label=_("Area"), required=False, widget=forms.Select({"data-plain": 1}))
    stage = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("All stages"))] + [(stage.value, stage.label) for stage in Stage if stage in PUBLIC],
        widget=forms.Select({"data-plain": 1}),
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("newest", _("Newest first")), ("supported", _("Most supported")), ("discussed", _("Most discussed"))],
        widget=forms.Select({"data-plain": 1}),
    )


class CommentForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=Comment.Kind, initial=Comment.Kind.PLAIN, widget=forms.RadioSelect
    )
    text = WrittenField(label=_("Your comment"), max_length=1500, widget=forms.Textarea({"rows": 4}))


class AnswerForm(forms.Form):
    text = WrittenField(label=_("Your answer"), max_length=1500, widget=forms.Textarea({"rows": 4}))


class EditCommentForm(StoredTextsForm):
    text = WrittenField(label=_("Your comment"), max_length=1500, widget=forms.Textarea({"rows": 4}))


class ReportForm(forms.Form):
    reason = forms.ChoiceField(label=_("What is wrong with it?"), choices=Flag.Reason, widget=forms.RadioSelect)
    words = WrittenField(
        label=_("Anything staff should know"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )


class _Words(forms.Form):
    """Words to the author in both languages; hers is the one that is needed."""

    reason_ko = WrittenField(
        label=_("To the author, in Korean"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4})
    )
    reason_en = WrittenField(
        label=_("To the author, in English"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4})
    )

    def __init__(self, *args: Any, needs: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            # Screen readers and spelling aids read the words in their language.
            self.fields[f"reason_{language}"].widget.attrs["lang"] = language
        if needs:
            self.fields[f"reason_{needs}"].required = True


class PublishForm(_Words):
    pass


class ChangesForm(_Words):
    field_order = ["parts", "reason_ko", "reason_en"]
    parts = forms.MultipleChoiceField(
        label=_("Which parts?"),
        choices=Part,
        widget=forms.CheckboxSelectMultiple,
    )


class DeclineForm(_Words):
    field_order = ["reason_code", "reason_ko", "reason_en"]
    reason_code = forms.ChoiceField(label=_("Reason"), choices=DeclineReason, widget=forms.RadioSelect)


class TranslationForm(StoredTextsForm):
    """The texts of a proposal in the language its author did not write in."""

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other = "en" if proposal.language == "ko" else "ko"
        for name in Proposal.TEXTS:
            column = Proposal._meta.get_field(f"{name}_{other}")
            widget = forms.TextInput if name == "title" else forms.Textarea
            written = LineField if name == "title" else WrittenField
            self.fields[name] = written(
                label=Part(name).label,
                initial=getattr(proposal, column.name),
                max_length=getattr(column, "max_length", None),
                widget=widget({"lang": other, **({} if name == "title" else {"rows": 4})}),
            )


class HideForm(forms.Form):
    reason = WrittenField(
        label=_("To the author: why it is hidden"), max_length=300, widget=forms.Textarea({"rows": 3})
    )


class QueueFilter(Narrowing):
    kind = forms.ChoiceField(
        label=_("What"),
        required=False,
        choices=[("", _("Everything")), ("proposal", _("Proposals")), ("report", _("Reported texts"))],
        widget=forms.Select({"data-plain": 1}),
    )
    field = forms.ChoiceField(label=_("Field"), required=False, widget=forms.Select({"data-plain": 1}))
    area = forms.ChoiceField(label=_("Area"), required=False, widget=forms.Select({"data-plain": 1}))
    late = forms.BooleanField(label=_("Only what is late"), required=False)


class ManyValuesField(forms.MultipleChoiceField):
    """Values of the form "number@moment", as many as were ticked."""

    def valid_value(self, value: str) -> bool:
        number, _at, seen = value.partition("@")
        return whole_number(number) > 0 and moment(seen) is not None


class BulkForm(forms.Form):
    """One decision for several proposals; the value of each names it and the state that was seen."""

    do = forms.ChoiceField(choices=[("publish", ""), ("decline", "")])
    item = ManyValuesField(label=_("Proposals"), error_messages={"required": _("Choose at least one proposal.")})
    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Please choose")), *DeclineReason.choices], required=False
    )
    reason_ko = WrittenField(
        label=_("To the authors, in Korean"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    reason_en = WrittenField(
        label=_("To the authors, in English"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("do") == "decline":
            if not self.cleaned_data.get("reason_code"):
                self.add_error("reason_code", _("Please choose a reason."))
            if not self.cleaned_data.get("reason_ko") and not self.cleaned_data.get("reason_en"):
                self.add_error("reason_ko", _("Please write to the authors."))
        return self.cleaned_data
