"""What people do on the pages, in either language, with and without JavaScript; the journeys say what they then see.

Fields are found by their names, so that each step is the same in both languages. A step looks at each form before it is
sent, with the eyes it is given.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.utils import timezone
from playwright.sync_api import Dialog, Page, expect

from livinglab.accounts.models import Person
from pilots.models import Pilot
from proposals.models import Comment, Proposal
from tests.browser import axe, follow
from tests.builders.surveys import questions
from tests.people import PASSWORD
from tests.web.test_second_factor import code_of

Look = Callable[[Page], None]
MAIN_BUTTON = "main form .actions button.button"


class Eyes:
    """Looks at a page as it stands, and remembers it to look at it again in the other language."""

    def __init__(self) -> None:
        self._seen: dict[Page, dict[str, None]] = {}

    def __call__(self, page: Page) -> None:
        """One heading of the first level, nothing that axe complains of, nothing to scroll sideways on a phone."""
        expect(page.locator("h1")).to_have_count(1)
        axe(page)
        fits_a_phone(page)
        self._seen.setdefault(page, {})[page.url.partition("#")[0]] = None

    def look_back(self, page: Page) -> None:
        """Everything this person saw since she last looked back fits a phone in the other language, too."""
        press(page, "form.language button")
        for address in self._seen.pop(page, {}):
            page.goto(address)
            fits_a_phone(page)
        press(page, "form.language button")


def fits_a_phone(page: Page) -> None:
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    language = page.locator("html").get_attribute("lang")
    assert wide <= 0, f"{page.url} ({language}) is {wide} px too wide"
    if size is not None:
        page.set_viewport_size(size)


def press(page: Page, button: str = MAIN_BUTTON) -> None:
    """Press the first such button, say yes if it asks again, and wait for the page that follows."""
    page.on("dialog", agree)
    follow(page.locator(button).first)
    page.remove_listener("dialog", agree)


def agree(dialog: Dialog) -> None:
    dialog.accept()


def fill(page: Page, **values: Any) -> None:
    """Fill in fields by their names: ticks, choices by value or label, texts."""
    for name, value in values.items():
        named = page.locator(f"main [name='{name}']")
        kind = named.first.evaluate("field => field.type")
        if kind in ("radio", "checkbox"):
            for one in [value] if isinstance(value, str | int) else value:
                (named if one is True else named.and_(page.locator(f"[value='{one}']"))).check()
        elif kind == "select-one":
            named.select_option(str(value))
        elif kind == "file":
            named.set_input_files(value)
        else:
            named.fill(str(value))


def says(page: Page, sentence: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(sentence)


def shows(page: Page, part: str, text: str) -> bool:
    """Whether that part of the page says so, once it is loaded again."""
    page.reload()
    return text in page.locator(part).first.inner_text()


def sign_up(page: Page, *, email: str, name: str, nickname: str) -> None:
    """As far as the page that asks for the code in the mail."""
    page.goto("/accounts/signup/")
    fill(page, email=email, password1=PASSWORD, password2=PASSWORD, name=name, nickname=nickname)
    fill(page, over_14=True, agrees_to_terms=True, agrees_to_privacy=True)
    press(page)
    page.wait_for_url("**/accounts/confirm-email/**")


def sign_in(page: Page, person: Person) -> None:
    """With the password, and for staff the code that their app shows."""
    page.goto("/accounts/login/")
    fill(page, login=person.email, password=PASSWORD)
    press(page)
    app = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if app is not None:
        page.wait_for_url("**/accounts/2fa/authenticate/**")
        fill(page, code=code_of(decrypt(app.data["secret"])))
        press(page)


def enrol_second_factor(page: Page) -> None:
    """Staff who sign in for the first time come to this page whatever they ask for."""
    page.wait_for_url("**/accounts/reauthenticate/**")
    fill(page, password=PASSWORD)
    press(page)
    page.wait_for_url("**/accounts/2fa/totp/activate/**")
    fill(page, code=code_of(page.locator("figcaption code").inner_text()))
    press(page)


def confirm_residence(page: Page, nickname: str, *, area: str, look: Look) -> None:
    page.goto("/me/residence-desk/")
    fill(page, who=nickname)
    press(page)
    fill(page, area=area)
    look(page)
    press(page, "main article form .actions button")


def propose(page: Page, *, area: str, field: str, photo: Path, alt: str, look: Look, **texts: str) -> None:
    """Write, add a photo, be asked what it shows, look it over, hand it in."""
    page.goto("/proposals/new/")
    fill(page, area=area, field=field, photos=photo, **texts)
    look(page)
    press(page, "main button[value=check]")
    look(page)
    page.locator("main [name^=alt_]").fill(alt)
    press(page, "main button[value=check]")
    page.wait_for_url("**/preview/")
    look(page)
    press(page)


def ask_for_changes(page: Page, proposal: Proposal, *, reason: str, look: Look) -> None:
    page.goto("/proposals/queue/")
    look(page)
    follow(page.get_by_role("link", name=proposal.title))
    page.locator("details:has(button[value=changes]) > summary").click()
    fill(page, **{"changes-parts": ["problem"], f"changes-reason_{proposal.language}": reason})
    look(page)
    press(page, "button[value=changes]")


def support_and_ask(page: Page, proposal: Proposal, *, question: str) -> None:
    page.goto(f"/proposals/{proposal.pk}/")
    page.locator("#support-button").click()
    expect(page.locator("form[action$='support/withdraw/']")).to_be_visible()
    fill(page, kind="question", text=question)
    press(page, "form[action$='/comments/'] button")
    expect(page.locator(".comment")).to_contain_text(question)


def offer_a_place(page: Page, *, area: str, look: Look) -> None:
    page.goto("/pilots/hosting/offer/")
    fill(page, name_ko="제천 산책로", name_en="Jecheon path", area=area, capacity=60)
    fill(page, offer_ko="가로등 40개와 전기", offer_en="Forty lamps and electricity")
    look(page)
    press(page)


def prepare_a_pilot(page: Page, proposal: Proposal, *, look: Look) -> Pilot:
    """A service of the proposal, the first test bed there is, a pilot from today on."""
    page.goto("/pilots/new/")
    look(page)
    follow(page.get_by_role("link", name=proposal.title))
    fill(page, name_ko="발소리 가로등", name_en="Footstep lamps", smart_service_level=3)
    fill(page, summary_ko="걸어가면 가로등이 먼저 밝아져요.", summary_en="Lamps brighten ahead of you.")
    look(page)
    press(page)
    page.locator("main [name=test_bed]").first.check()
    look(page)
    press(page)
    today = timezone.localdate()
    fill(
        page,
        title_ko="제천 산책로 발소리 가로등",
        title_en="Footstep lamps on the Jecheon path",
        purpose_ko="밤길이 더 편해지는지 함께 알아봐요.",
        purpose_en="To find out whether walking at night becomes easier.",
        expected_ko="열 명 중 일곱 명이 편해졌다고 말해요.",
        expected_en="Seven in ten find it easier.",
        limits_ko="비가 많이 오면 늦게 켜질 수 있어요.",
        limits_en="In heavy rain the lamps may be late.",
        starts_on=today.isoformat(),
        ends_on=(today + timedelta(days=90)).isoformat(),
        capacity=40,
    )
    look(page)
    press(page)
    return Pilot.objects.get()


def plan_and_register(page: Page, pilot: Pilot, *, n_min: int, m_min: int, look: Look) -> None:
    """Two waves from tomorrow on, four questions of understanding, the rule; smaller than usual, as is the pilot."""
    page.goto("/desk/")
    look(page)
    follow(page.locator(f"main a[href='/desk/pilots/{pilot.slug}/plan/']"))
    for number in range(2):
        opens_at = timezone.now() + timedelta(days=1 + 28 * number)
        wave = {"opens_at": as_typed(opens_at), "closes_at": as_typed(opens_at + timedelta(days=14))}
        fill(page, **{f"waves-{number}-{name}": moment for name, moment in wave.items()})
    look(page)
    press(page)
    for question in questions():
        code = question["code"]
        texts = {code: question["text"]}
        texts |= {f"{code}_{number}": option for number, option in enumerate(question["options"], start=1)}
        for name, text in texts.items():
            fill(page, **{f"{name}_{language}": text[language] for language in ("ko", "en")})
        fill(page, **{f"{code}_correct": question["correct"]})
    look(page)
    press(page)
    page.goto(f"/desk/pilots/{pilot.slug}/rule/")
    fill(page, population_ko="제천 산책로를 쓰는 14세 이상 주민", analyst="세종시 평가팀", n_min=n_min, m_min=m_min)
    fill(page, population_en="Residents of 14 and older who use the Jecheon path")
    press(page, "button[name=look]")
    look(page)
    press(page, "button[name=register]")
    page.wait_for_url(f"**/pilots/{pilot.slug}/rule/")


def as_typed(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def announce(page: Page, pilot: Pilot, *, look: Look) -> None:
    page.goto(f"/pilots/{pilot.slug}/announce/")
    look(page)
    press(page)


def join(page: Page, pilot: Pilot, *, look: Look, **told: Any) -> None:
    page.goto(f"/pilots/{pilot.slug}/")
    look(page)
    follow(page.locator(f"main a[href='/pilots/{pilot.slug}/join/']"))
    fill(page, participation=True, of_age=True, **told)
    look(page)
    press(page)


def answer(page: Page, answers: dict[str, int], *, look: Look, words: str = "") -> None:
    """From the page that begins to the thanks; ``words`` are what she writes last, if anything."""
    look(page)
    press(page)
    while "/review/" not in page.url:
        if "/words/" in page.url:
            fill(page, words=words)
        codes = page.locator("main input[type=radio]").evaluate_all("boxes => [...new Set(boxes.map(box => box.name))]")
        fill(page, **{code: answers[code] for code in codes})
        look(page)
        press(page)
    look(page)
    press(page)
    page.wait_for_url("**/thanks/")
    look(page)


def revise(page: Page, comment: Comment, *, look: Look) -> None:
    """Write down that the service is revised because of a comment, look at it, publish it."""
    page.goto("/results/waiting/")
    look(page)
    follow(page.locator("main .rows h2 a").first)
    fill(
        page,
        kind="revise",
        next_changed_ko="센서에 덮개를 씌워 비가 와도 제때 켜져요.",
        next_changed_en="Covered sensors switch on in time when it rains.",
    )
    pair = {
        "rests": f"comment:{comment.pk}",
        "said_ko": "비 오는 날이 걱정이라고 하셨어요.",
        "said_en": "You worried about rainy days.",
        "answer": "will",
        "did_ko": "다음 버전에서는 센서마다 덮개를 씌울게요.",
        "did_en": "In the next version every sensor gets a cover.",
    }
    fill(page, **{f"changes-0-{name}": value for name, value in pair.items()})
    look(page)
    press(page, "main button[value=save]")
    look(page)
    press(page)
