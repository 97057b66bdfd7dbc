"""What a notice says, in the language of whoever reads it."""

from dataclasses import dataclass
from typing import Any

from django.template import Context
from django.template.loader import select_template
from django.utils import translation

from livinglab.bilingual import active_language
from livinglab.notices.models import Notice


@dataclass(frozen=True)
class Text:
    subject: str
    body: str


def render(notice: Notice, language: str | None = None) -> Text:
    """Subject (one line) and body, from ``notices/kinds/<kind>.subject.txt`` and ``.body.txt``.

    Without a language it is the one of the interface at this moment. The templates get what ``notify`` was given as
    ``data`` and the notice itself; of a pair ``title_ko``, ``title_en`` also ``title`` in the reader's language, else
    in the other. They are plain text and escape nothing. A kind without templates is told in general words.
    """
    with translation.override(language or translation.get_language()):
        return Text(subject=" ".join(part(notice, "subject").split()), body=part(notice, "body").strip())


def part(notice: Notice, name: str) -> str:
    template = select_template([f"notices/kinds/{notice.kind}.{name}.txt", f"notices/{name}.txt"])
    context = Context({**notice.data, **in_one_language(notice.data), "notice": notice}, autoescape=False)
    return template.template.render(context)


def in_one_language(data: dict[str, Any]) -> dict[str, Any]:
    wished, other = ("en", "ko") if active_language() == "en" else ("ko", "en")
    pairs = {key[:-3] for key in data if key.endswith(("_ko", "_en"))}
    return {name: data.get(f"{name}_{wished}") or data.get(f"{name}_{other}", "") for name in pairs}
