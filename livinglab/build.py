"""Compiled messages and static files, made when what they are made from has changed: `python -m livinglab.build`."""

import hashlib
import subprocess
import sys

from livinglab.env import BASE_DIR, ENV


class CannotBuild(SystemExit):
    """Ends the program with one sentence; the command that failed has said why."""

    def __init__(self, command: str) -> None:
        super().__init__(f"livinglab: It stopped at “manage.py {command}”; the lines above say why.")


def build() -> None:
    stamp, wanted = ENV.var_dir / "built.stamp", fingerprint()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print("Building messages and static files ...", flush=True)
    stamp.unlink(missing_ok=True)
    manage("messages", "--compile")
    manage("build_assets")
    manage("collectstatic", "--noinput", "--clear", "--verbosity", "0")
    stamp.write_text(wanted)


def fingerprint() -> str:
    sources = [BASE_DIR / "package-lock.json", BASE_DIR / "requirements.lock", *(BASE_DIR / "locale").rglob("*.po")]
    sources += [path for path in (BASE_DIR / "livinglab" / "static_src").rglob("*") if path.is_file()]
    sources += (BASE_DIR / "livinglab" / "web" / "management" / "commands").glob("*.py")
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(sources):
        digest.update(bytes(path.relative_to(BASE_DIR)) + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def manage(*words: str) -> None:
    command = [sys.executable, "manage.py", *words]
    if subprocess.run(command, cwd=BASE_DIR, stdin=subprocess.DEVNULL, check=False).returncode:
        raise CannotBuild(words[0])


if __name__ == "__main__":
    build()
