"""What pages never write into their hidden fields and buttons, for tests of what takes them back."""

NO_MOMENTS = ["2026-13-45T99:99:99", "2026-02-30T10:00:00", "yesterday", "2026-12-01T10:00:00+99:99", "\0", "9" * 5_000]
NO_NUMBERS = ["", "0", "007", "-1", "1.0", "٣", "１", " 1", "1\n", "9" * 16, "9" * 5_000, "one"]
