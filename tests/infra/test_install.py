"""livinglab/install.py, as make calls it: refusals are one sentence, and a folder takes the place of the network."""

import subprocess
import sys
from pathlib import Path

import pytest

from livinglab import install
from livinglab.env import BASE_DIR


def test_folder_without_packages_is_told_in_one_sentence(tmp_path: Path):
    command = [sys.executable, "livinglab/install.py", "requirements.lock", "--packages", str(tmp_path)]
    done = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == (
        f"livinglab: There are no packages in {tmp_path}; make packages PACKAGES={tmp_path} puts them there.\n"
    )


@pytest.mark.parametrize(
    ("said", "folder", "sentence"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", None, "is not the one that was"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            Path("/stick"),
            "hash is another",
        ),
        ("ERROR: No matching distribution found for amqp==5.4.2", Path("/stick"), "/stick does not hold all"),
        ("Temporary failure in name resolution", None, "connect to the network"),
        ("OSError: [Errno 13] Permission denied", None, "copy the project to a folder of yours"),
    ],
)
def test_why_nothing_was_installed_is_one_sentence(said: str, folder: Path | None, sentence: str):
    assert sentence in install.why_not_installed(said, folder)
