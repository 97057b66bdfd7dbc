from pathlib import Path
from stat import S_IMODE

import pytest

from livinglab.private_files import write_private
from tests.disk import full_disk


@pytest.mark.parametrize("before", [None, 0o644], ids=["new", "there already, for everybody"])
def test_a_private_file_is_for_its_owner_alone(tmp_path: Path, before: int | None):
    file = tmp_path / "answers.csv"
    if before is not None:
        file.write_bytes(b"longer than what follows")
        file.chmod(before)

    write_private(file, b"a,b")

    assert file.read_bytes() == b"a,b"
    assert S_IMODE(file.stat().st_mode) == 0o600


def test_a_full_disk_is_no_success(tmp_path: Path):
    with full_disk(), pytest.raises(OSError, match="File too large"):
        write_private(tmp_path / "report.pdf", bytes(100))
