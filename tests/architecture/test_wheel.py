"""A built wheel works without the repository: banks, designs, migrations and pages come along."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


BUILT = ROOT / "audit_app" / "web" / "static" / "built"


def tracked() -> list[str]:
    """The files that git hands over."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the tree as git and the front-end build give it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in [*tracked(), *(str(path.relative_to(ROOT)) for path in BUILT.rglob("*"))]:
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    options = ["--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "wheel", *options, "-w", folder, source], check=True, cwd=folder)
    wheel = next(folder.glob("*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True)
    return folder / "site"


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed program in a folder where no repository is."""
    environment = os.environ | {
        "PYTHONPATH": str(installed),
        "AUDIT_APP_INSTANCE": str(installed.parent / "instance"),
    }
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=installed.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_data_folders_come_from_the_wheel(installed: Path) -> None:
    said = run(
        installed,
        "-c",
        "from audit_app.resources import data_folder; print(data_folder('question_banks'))",
    )
    assert said.stdout.strip() == str(installed / "audit_app/data/question_banks"), said.stderr


def test_migrating_publishing_and_designs_work(installed: Path) -> None:
    for arguments in (["migrate"], ["banks", "publish"], ["reports", "designs"]):
        said = run(installed, "-m", "audit_app.cli", *arguments)
        assert said.returncode == 0, said.stderr


def test_every_file_that_is_not_python_came_along(installed: Path) -> None:
    wanted = {
        name
        for name in tracked()
        if name.startswith("audit_app/")
        and not name.endswith(".py")
        and not name.startswith("audit_app/web/assets/")
    }
    missing = sorted(name for name in wanted if not (installed / name).is_file())
    assert missing == []


def test_the_style_sheet_came_along(installed: Path) -> None:
    assert (installed / "audit_app/web/static/built/app.css").stat().st_size > 10_000
