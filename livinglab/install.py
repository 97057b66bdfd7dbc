"""Makes .venv and installs what a lock names, if that is not there yet; or fills a folder for machines without network.

Run by make with the machine's own Python, so it uses the standard library only:
`python3 livinglab/install.py requirements.lock`, with `--packages FOLDER` from a folder, with `--fill FOLDER` into one.
Nothing is installed that does not have the hash that stands in the lock.
"""

import argparse
import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
# Makes wheels of what comes as source only, so it goes first; pip would fetch its own for that, without hashes.
BUILD = "requirements-build.lock"
# Each with those that it holds, too.
LOCKS = {
    "requirements.lock": ["requirements.lock"],
    "requirements-dev.lock": ["requirements.lock", "requirements-dev.lock"],
    "requirements-bench.lock": ["requirements.lock", "requirements-bench.lock"],
}
OF_PYTHON = "python"  # the part of a folder of packages that is pip's; the other is npm's
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
SIGN_OF_ANOTHER_HASH = "DO NOT MATCH THE HASHES"


def main() -> None:
    parser = argparse.ArgumentParser(description="Install what a lock names into .venv.")
    parser.add_argument("lock", choices=LOCKS)
    parser.add_argument("--packages", default="", help="take every package from this folder, and none from the network")
    parser.add_argument("--fill", default="", help="put the packages of all locks into this folder")
    given = parser.parse_args()
    folder = Path(given.packages).absolute() if given.packages else None
    if folder and not (folder / OF_PYTHON).is_dir():
        sys.exit(f"livinglab: There are no packages in {folder}; make packages PACKAGES={folder} puts them there.")
    install(given.lock, folder)
    if given.fill:
        fill(Path(given.fill).absolute() / OF_PYTHON)


def install(lock: str, folder: Path | None) -> None:
    works = venv_works()
    if works and stamp(lock).is_file() and stamp(lock).read_text() == fingerprint(lock):
        return
    if not works:
        make_venv()
    print(f"Installing what {lock} names ...", flush=True)
    source = ["--no-index", "--find-links", str(folder / OF_PYTHON)] if folder else []
    for file in (BUILD, lock):
        pip("install", *source, file=file, folder=folder)
    try:
        for file in LOCKS[lock]:
            stamp(file).write_text(fingerprint(file))
    except OSError:
        sys.exit(f"livinglab: {VENV} cannot be written; copy the project to a folder of yours.")


def fill(folder: Path) -> None:
    print(f"Putting the packages of all locks into {folder} ...", flush=True)
    for file in (BUILD, *LOCKS):
        pip("download", "--dest", str(folder), file=file, folder=None)


def pip(*words: str, file: str, folder: Path | None) -> None:
    command = [str(VENV_PYTHON), "-m", "pip", *words, "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--no-build-isolation", "-r", file]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"livinglab: {why_not_installed(done.stderr, folder)}")


def stamp(lock: str) -> Path:
    return VENV / f"{lock}.stamp"


def fingerprint(lock: str) -> str:
    digest = hashlib.sha256(VERSION.encode())
    for file in (BUILD, *LOCKS[lock]):
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


def why_not_installed(said: str, folder: Path | None) -> str:
    if SIGN_OF_ANOTHER_HASH in said:
        return "A package is not the one that was locked, so nothing was installed: its hash is another."
    if folder:
        return f"{folder} does not hold all that is needed here: {last_line(said)}"
    if any(sign in said for sign in SIGNS_OF_NO_NETWORK):
        return "The packages could not be fetched; connect to the network and start again."
    if any(sign in said for sign in SIGNS_OF_NO_RIGHT):
        return f"{VENV} cannot be written; copy the project to a folder of yours."
    return f"The packages could not be installed: {last_line(said)}"


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing.")


if __name__ == "__main__":
    main()
