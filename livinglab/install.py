"""Makes .venv and installs what a requirements file asks for, if that is not there yet.

Run by make with the machine's own Python, so it uses the standard library only:
`python3 livinglab/install.py requirements.txt`.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
FILES = {
    "requirements.txt": ["requirements.txt"],
    "requirements-dev.txt": ["requirements.txt", "requirements-dev.txt"],
    "requirements-bench.txt": ["requirements.txt", "requirements-bench.txt"],
}
SIGNS_OF_NO_NETWORK = [
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname",
    "Network is unreachable",
    "Failed to establish a new connection",
    "Connection refused",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
]
SIGNS_OF_NO_RIGHT = ["Permission denied", "Read-only file system"]


def main(requirements: str) -> None:
    wanted = fingerprint(requirements)
    works = venv_works()
    if works and stamp(requirements).is_file() and stamp(requirements).read_text() == wanted:
        return
    if not works:
        make_venv()
    print(f"Installing what {requirements} asks for ...", flush=True)
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
    done = subprocess.run(pip, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"livinglab: {why_not_installed(done.stderr)}")
    try:
        for file in FILES[requirements]:
            stamp(file).write_text(fingerprint(file))
    except OSError:
        sys.exit(f"livinglab: {VENV} cannot be written; copy the project to a folder of yours.")


def stamp(requirements: str) -> Path:
    return VENV / f"{requirements}.stamp"


def fingerprint(requirements: str) -> str:
    digest = hashlib.sha256(VERSION.encode())
    for file in FILES[requirements]:
        digest.update((ROOT / file).read_bytes())
    return digest.hexdigest()


def venv_works() -> bool:
    """Whether .venv holds a Python of this version that still runs (an upgrade of the system may have taken it)."""
    question = "import pip, sys; print(f'{sys.version_info.major}.{sys.version_info.minor}')"
    try:
        done = subprocess.run([str(VENV_PYTHON), "-c", question], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == VERSION


def make_venv() -> None:
    print("Making .venv ...", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode == 0:
        return
    if any(sign in said for sign in SIGNS_OF_NO_RIGHT):
        sys.exit(f"livinglab: {ROOT} cannot be written; copy the project to a folder of yours.")
    if "ensurepip" in said:
        sys.exit(f"livinglab: This Python makes no environments; on Debian, run apt install python{VERSION}-venv.")
    sys.exit(f"livinglab: .venv could not be made: {last_line(said)}")


def why_not_installed(said: str) -> str:
    if any(sign in said for sign in SIGNS_OF_NO_NETWORK):
        return "The packages could not be fetched; connect to the network and start again."
    if any(sign in said for sign in SIGNS_OF_NO_RIGHT):
        return f"{VENV} cannot be written; copy the project to a folder of yours."
    return f"The packages could not be installed: {last_line(said)}"


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing.")


if __name__ == "__main__":
    main(sys.argv[1])
