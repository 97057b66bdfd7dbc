"""The question banks: what may be asked and why, permissions, and banks that the city brings itself."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.roles import Role, role_required
from livinglab.bilingual import active_language
from livinglab.errors import Refused, status_of
from surveys.actions.banks import check_bank, load_bank, record_permission, text_to_fill
from surveys.bank_forms import BankForm, PermissionForm
from surveys.bank_schema import Bank, WrongBank
from surveys.instruments import catalogue, holder_of_wording, needs_permission
from surveys.models import BankPermission, Instrument, Survey
from surveys.words import METHODS, NORMS

STATUSES: Mapping[str, Promise] = {
    "own": gettext_lazy("our own wording"),
    "validated": gettext_lazy("validated"),
    "translated-unvalidated": gettext_lazy("translated, not validated"),
}


@dataclass(frozen=True)
class Words:
    """A text of a bank as the reader gets it; ``lang`` is set where it is not in her language."""

    text: str
    lang: str

    def __str__(self) -> str:
        return self.text


def words(text: Mapping[str, str]) -> Words:
    wished = active_language()
    language = wished if text.get(wished) else "ko" if text.get("ko") else "en"
    return Words(text.get(language, ""), "" if language == wished else language)


@role_required(Role.ADMINISTRATOR, Role.EVALUATOR)
def banks(request: AuthenticatedRequest) -> HttpResponse:
    """All banks with what may be done with them."""
    loaded, used = loaded_banks(), uses()
    permitted = set(BankPermission.objects.values_list("bank", flat=True))
    ours = [summary(bank, loaded.get(name, []), used, permitted) for name, bank in catalogue().items()]
    city = [
        summary(versions[-1].document, versions, used, permitted)
        for name, versions in loaded.items()
        if name not in catalogue() and "parts" not in versions[-1].document
    ]
    return render(request, "surveys/banks.html", {"parts": [(_("Of the program"), ours), (_("Of the city"), city)]})


@keep_posted(PermissionForm)
@role_required(Role.ADMINISTRATOR, Role.EVALUATOR)
def bank(request: AuthenticatedRequest, name: str) -> HttpResponse:
    """One bank: licence, scores, bands and their limits, versions. An administrator records a permission here."""
    versions = loaded_banks(name).get(name, [])
    document = catalogue().get(name) or (versions[-1].document if versions else None)
    if document is None or "parts" in document:
        raise Http404
    records = needs_permission(document) and request.user.has_role(Role.ADMINISTRATOR)
    if request.method == "POST" and not records:
        raise PermissionDenied
    form = PermissionForm(request.POST if request.method == "POST" else kept_post(request)) if records else None
    if request.method == "POST" and form is not None and form.is_valid():
        record_permission(name, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The permission is recorded. Now the wording can be loaded."))
        return redirect("surveys:bank", name=name)
    permissions, used = BankPermission.objects.filter(bank=name).select_related("recorded_by"), uses()
    context = described(document) | {
        "bank": summary(document, versions, used, {name} if permissions else set()),
        "versions": [(version, used[version.pk]) for version in versions],
        "permissions": permissions,
        "needs_permission": needs_permission(document),
        "form": form,
    }
    return render(request, "surveys/bank.html", context)


@keep_posted(BankForm)
@role_required(Role.ADMINISTRATOR)
def load(request: AuthenticatedRequest) -> HttpResponse:
    """A bank of the city: written or uploaded, checked, looked at, and only then loaded."""
    posted = request.POST if request.method == "POST" else kept_post(request)
    form = BankForm(posted, request.FILES or None, initial={"text": text_to_begin(request.GET.get("fills", ""))})
    refusal: Refused | None = None
    preview: dict[str, Any] | None = None
    problems: list[tuple[int, str, str]] = []
    if posted is not None and form.is_valid():
        text = form.cleaned_data["text"]
        # What was read from a file stands in the text from here on, so that nothing has to be uploaded again.
        form = BankForm({"text": text})
        form.is_valid()
        try:
            document = check_bank(text)
            if request.method == "POST" and "load" in request.POST:
                instrument = load_bank(text, at=timezone.now(), by=request.user)
                messages.success(request, _("%(bank)s is loaded and locked.") % {"bank": instrument})
                return redirect("surveys:bank", name=instrument.bank)
            preview = described(document, wording=True) | {"bank": summary(document, [], Counter(), set())}
        except WrongBank as wrong:
            lines = text.splitlines()
            problems = [
                (problem.line, lines[problem.line - 1].strip() if problem.line <= len(lines) else "", problem.sentence)
                for problem in wrong.problems
            ]
            count = len(problems)
            form.add_error(
                "text",
                ngettext("%(count)s place has to be put right.", "%(count)s places have to be put right.", count)
                % {"count": count},
            )
        except Refused as refused:
            refusal = refused
    context = {"form": form, "refusal": refusal, "preview": preview, "problems": problems}
    return render(request, "surveys/load_bank.html", context, status=status_of(refusal))


def text_to_begin(name: str) -> str:
    entry = catalogue().get(name)
    if entry is None or not needs_permission(entry):
        return ""
    permission = BankPermission.objects.filter(bank=name).last()
    return text_to_fill(entry, permission.reference if permission else "")


def loaded_banks(name: str = "") -> dict[str, list[Instrument]]:
    """Every version that was loaded, oldest first, by bank."""
    loaded = Instrument.objects.select_related("loaded_by").order_by("bank", "loaded_at", "pk")
    found = defaultdict(list)
    for instrument in loaded.filter(bank=name) if name else loaded:
        found[instrument.bank].append(instrument)
    return dict(found)


def uses() -> Counter[int]:
    """In how many pilots each loaded bank is asked, alone or put together with others, by its key."""
    found: Counter[int] = Counter()
    columns = ("instrument_id", "use_level_id", "comprehension_id")
    for row in Survey.objects.values(*columns).annotate(pilots=Count("pk")):
        for column in columns:
            if row[column]:
                found[row[column]] += row["pilots"]
    composed = Instrument.objects.filter(document__has_key="parts").values_list("pk", "document__parts")
    keys = {(bank, version): pk for pk, bank, version in Instrument.objects.values_list("pk", "bank", "version")}
    for pk, parts in composed:
        for part in parts:
            found[keys[part["bank"], part["version"]]] += found[pk]
    return found


def summary(bank: Bank, versions: list[Instrument], used: Counter[int], permitted: set[str]) -> dict[str, Any]:
    """A bank in brief, with what stands in the way of asking it."""
    if bank.get("enabled") is False:
        state, tone = _("described, not to be asked"), "neutral"
    elif bank.get("asked_of") == "evaluators":
        state, tone = _("rated by evaluators"), "info"
    else:
        state, tone = _("can be asked"), "success"
    told: str | dict[str, str] = bank["status"]
    status = told if isinstance(told, dict) else {language: told for language in bank["languages"]}
    return {
        "name": bank["id"],
        "title": words(bank["title"]),
        "status": [(NORMS[language], STATUSES[status[language]]) for language in bank["languages"]],
        "licence": bank["licence"],
        "state": state,
        "tone": tone,
        "because": words(bank["disabled_because"]) if bank.get("enabled") is False else None,
        "permitted": bank["id"] in permitted,
        "needs_permission": needs_permission(bank),
        "fills": bank.get("fills", ""),
        "version": str(bank["version"]),
        "versions": [version.version for version in versions] or [str(bank["version"])],
        "pilots": sum(used[version.pk] for version in versions),
    }


def described(bank: Bank, *, wording: bool = False) -> dict[str, Any]:
    """A bank in full. The wording of others is left out, except for who is just loading it."""
    scoring = bank["scoring"]
    return {
        "warnings": [words(warning) for warning in bank.get("warnings", [])],
        "scores": [
            {
                "code": name,
                "name": words(construct["name"]),
                "items": construct["items"],
                "number": len(construct["items"]) or construct.get("number_of_items", 0),
                "method": METHODS.get(scoring.get("methods", {}).get(name, ""), ""),
            }
            for name, construct in scoring.get("constructs", {}).items()
        ],
        "bands": [
            {
                "score": band["score"],
                "what": words(band["what"]),
                "source": band["source"],
                "language": NORMS.get(band["norms_language"], band["norms_language"]),
                "limits": [
                    (limit["from"], words(limit["label"]) if isinstance(limit["label"], dict) else limit["label"])
                    for limit in band["limits"]
                ],
            }
            for band in bank.get("bands", [])
        ],
        "items": [
            {
                "code": item["code"],
                "construct": item.get("construct", ""),
                "reverse": item.get("reverse", False),
                "text": words(item["text"])
                if "text" in item and (wording or not holder_of_wording(bank, item["code"]))
                else words(item.get("topic", {})),
                "poles": [words(item["poles"][pole]) for pole in ("left", "right")]
                if wording and "poles" in item
                else [],
            }
            for item in bank["items"]
        ],
        "evidence": [(step["step"], words(step["text"])) for step in scoring.get("evidence", [])],
        "ladder": [
            (point["value"], words(point["label"]))
            for scale in bank["scales"].values()
            for point in scale.get("points", [])
        ]
        if bank.get("asked_of") == "evaluators"
        else [],
    }
