"""Fields that take what they say and nothing that only looks like it."""

from typing import Any
from uuid import UUID

from django.core.validators import ProhibitNullCharactersValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, extend_schema_field
from rest_framework import serializers
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from livinglab.accounts.models import Area
from livinglab.bilingual import LANGUAGES
from livinglab.phone import E164
from livinglab.text import clean_line, clean_text, is_blank
from proposals.models import ServiceField

LANGUAGE_CHOICES = [("ko", "한국어"), ("en", "English")]


def is_whole(data: Any) -> bool:
    """In JSON 4.0 is a whole number; in Python True would be one."""
    return isinstance(data, int) and not isinstance(data, bool) or isinstance(data, float) and data.is_integer()


class Strict(serializers.Serializer[Any]):
    """A body. A name in it that we do not know is a mistake worth hearing of."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := data.keys() - self.fields.keys()):
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in sorted(unknown)})
        return super().to_internal_value(data)


# One character that is neither white space nor invisible; what ``is_blank`` asks of a text, for the description.
SOMETHING_TO_SEE = (
    r"[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


class Text(serializers.CharField):
    """Text of several lines as ``clean_text`` leaves it; unless it may be blank, it has to say something.

    Its length is counted after that, as on the pages.
    """

    clean_written = staticmethod(clean_text)

    def __init__(self, *, max_length: int, help_text: Any = "", **more: Any) -> None:
        limit = format_lazy(_("At most {n} characters."), n=max_length)
        help_text = format_lazy("{help} {limit}", help=help_text, limit=limit) if help_text else limit
        super().__init__(max_length=max_length, help_text=help_text, **more)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        # A program that sends what cannot be text has a fault and should hear of it; people paste such things.
        for validator in (ProhibitNullCharactersValidator(), ProhibitSurrogateCharactersValidator()):
            validator(data)
        if is_blank(data):
            if not self.allow_blank:
                raise serializers.ValidationError(_("Please write something."), code="blank")
            return ""
        return self.clean_written(super().to_internal_value(data))


class Line(Text):
    """Text of one line: a line end is a blank."""

    clean_written = staticmethod(clean_line)


class TextInSchema(OpenApiSerializerFieldExtension):
    target_class = Text
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string"}
        if not self.target.allow_blank:
            schema["pattern"] = SOMETHING_TO_SEE
        # No maxLength: what is left out when a text is cleaned does not count. The description says the limit.
        return schema


class Code(serializers.RegexField):
    """Digits in a string, exactly as many as there have to be."""

    def __init__(self, digits: int, **more: Any) -> None:
        super().__init__(f"^[0-9]{{{digits}}}$", **more, trim_whitespace=False, max_length=digits)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Telephone(serializers.RegexField):
    """A number with the code of its country, without blanks or hyphens."""

    def __init__(self, **more: Any) -> None:
        super().__init__(E164.pattern, **more, trim_whitespace=False, max_length=16)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Key(serializers.UUIDField):
    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        if not is_whole(data):
            self.fail("invalid")
        return int(data)


class Number(serializers.FloatField):
    def to_internal_value(self, data: Any) -> float:
        if not isinstance(data, int | float) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Choice(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> Any:
        for key in self.choices:
            # In Python True equals 1.
            if data == key and isinstance(data, bool) == isinstance(key, bool):
                return key
        self.fail("invalid_choice", input=data)


class Moment(serializers.DateTimeField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+09:00")
        return super().to_internal_value(data)


class Both(serializers.Serializer[Any]):
    """A text in Korean and English; one of them is empty where nobody has translated it yet."""

    ko = serializers.CharField()
    en = serializers.CharField()


@extend_schema_field(Both)
class Words(serializers.Field[Any, Any, dict[str, str], Any]):
    """A text kept in two columns."""

    def __init__(self, column: str = "", **more: Any) -> None:
        self.column = column
        super().__init__(**more, source="*", read_only=True)

    def to_representation(self, value: Any) -> dict[str, str]:
        return {language: getattr(value, f"{self.column or self.field_name}_{language}") for language in LANGUAGES}


class Nickname(serializers.CharField):
    """The public name of a person, never another one; null where there is none or the account was deleted."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more, read_only=True, allow_null=True)

    def to_representation(self, value: Any) -> Any:
        return value.nickname or None


class FieldInBrief(serializers.ModelSerializer[ServiceField]):
    name = Words()

    class Meta:
        model = ServiceField
        fields = ("code", "name")


class AreaInBrief(serializers.ModelSerializer[Area]):
    name = Words()

    class Meta:
        model = Area
        fields = ("office_code", "name")
