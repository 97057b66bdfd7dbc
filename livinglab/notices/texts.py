"""What a notice says, in the language of whoever reads it."""

import logging
from dataclasses import dataclass
from typing import Any

from django.template import Context, Engine
from django.utils import translation

from livinglab.bilingual import active_language
from livinglab.notices.models import Notice

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Text:
    subject: str
    body: str


def render(notice: Notice, language: str | None = None) -> Text:
    """Subject (one line) and body, from ``notices/kinds/<kind>.subject.txt`` and ``.body.txt``.

    Without a language it is the one of the interface at this moment. The templates get what ``notify`` was given as
    ``data`` and the notice itself; of a pair ``title_ko``, ``title_en`` also ``title`` in the reader's language, else
    in the other. They are plain text and escape nothing. What cannot be told that way is told in general words: one
    notice of an older version must not keep all others from going out.
    """
    with translation.override(language or translation.get_language()):
        try:
            return text(notice, f"notices/kinds/{notice.kind}")
        except Exception:
            logger.exception("Notice %s of kind %s is told in general words.", notice.pk, notice.kind)
            return text(notice, "notices/general")


def text(notice: Notice, prefix: str) -> Text:
    data = {**notice.data, **in_one_language(notice.data), "notice": notice}
    engine = Engine.get_default()
    subject, body = (
        engine.get_template(f"{prefix}.{part}.txt").render(Context(data, autoescape=False))
        for part in ("subject", "body")
    )
    return Text(subject=" ".join(subject.split()), body=body.strip())


def in_one_language(data: dict[str, Any]) -> dict[str, Any]:
    wished, other = ("en", "ko") if active_language() == "en" else ("ko", "en")
    pairs = {key[:-3] for key in data if key.endswith(("_ko", "_en"))}
    return {name: data.get(f"{name}_{wished}") or data.get(f"{name}_{other}", "") for name in pairs}
