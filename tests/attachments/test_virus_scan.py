"""The scanner is asked in clamd's own protocol, by a small daemon of the tests."""

from __future__ import annotations

import pytest
from attachments.daemon import EICAR, daemon, dead_address

from audit_app.virus_scan import PIECE, ScanFault, scan


@pytest.mark.parametrize("over_path", [False, True])
def test_a_sound_file_is_read_whole_and_a_virus_is_named(tmp_path, over_path) -> None:
    path = tmp_path / "clamd.ctl" if over_path else None
    with daemon(path) as asked:
        large = bytes(2 * PIECE + 7)
        assert scan(large, asked.address) is None
        assert scan(b"before " + EICAR, asked.address) == "Eicar-Test-Signature"
    assert asked.read == [large, b"before " + EICAR]


def test_a_daemon_that_is_not_there_is_no_clean_bill() -> None:
    with pytest.raises(ScanFault, match="does not answer"):
        scan(b"x", dead_address(), seconds=2)
    with pytest.raises(ScanFault, match="does not answer"):
        scan(b"x", "/nowhere/clamd.ctl", seconds=2)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "does not answer"),
        (b"", "could not read"),
        (b"INSTREAM size limit exceeded. ERROR\0", "could not read"),
        (b"stream: OKAY\0", "could not read"),
    ],
)
def test_whatever_is_not_ok_is_no_clean_bill(answer, said) -> None:
    """`None`: a daemon that takes the file and says nothing."""
    with daemon(says=answer, silent=answer is None) as asked, pytest.raises(ScanFault, match=said):
        scan(b"x", asked.address, seconds=0.3)
