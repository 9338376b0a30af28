"""One compiled pack for all tests that only read it."""

from __future__ import annotations

import pytest
from reports.pack_factory import make_pack

from audit_app.reports.compile import compile_pack
from audit_app.reports.contents import PackContents
from audit_app.reports.designs import Design, load_design


@pytest.fixture(scope="session")
def design() -> Design:
    return load_design("qa_sub_group")


@pytest.fixture(scope="session")
def pack() -> PackContents:
    return make_pack()


@pytest.fixture(scope="session")
def pack_pdf(design: Design, pack: PackContents) -> bytes:
    return compile_pack(design, pack, progress=lambda done, total, what: None)
