"""Every fault of the command line: one sentence on standard error, exit not 0, nothing changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from cli.conftest import PASSWORD, SECRET, Run, set_up
from store.store_answers import every_row

from audit_app.cli.main import COMMANDS, cli, main
from audit_app.config import SettingsFault, settings_from_environment
from audit_app.store.database import Database

SCRIPT = Path(sys.executable).with_name("audit-app")
CYCLE = "monthly_sample-2025-11"


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        try:
            command = group.get_command(context, name)
        except ModuleNotFoundError:
            continue  # the demo's invention is an extra; its own test asks for it
        assert command is not None
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def test_the_table_names_every_command() -> None:
    assert set(COMMANDS) >= {
        *("migrate", "banks", "caseload", "cycles", "sample", "audits", "findings", "reports"),
        *("rescore", "serve", "work", "people"),
    }
    for place in COMMANDS.values():
        module, _, name = place.partition(":")
        if module != "audit_app.cli.demo":
            assert isinstance(getattr(import_module(module), name), click.Command)


@pytest.mark.parametrize("words", [(), *commands(cli)], ids=" ".join)
def test_every_command_has_help(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["audit-app", *words, "--help"])
    code: object = 0
    try:
        main()
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr()
    assert code == 0
    assert said.out.startswith("Usage: ")
    assert said.err == ""
    described = said.out.split("\n\n")[1]
    assert len(described.split()) >= 3


def start(*words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The console script itself."""
    return subprocess.run(
        [str(SCRIPT), *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_console_script_runs(tmp_path: Path) -> None:
    environment = {"AUDIT_APP_INSTANCE": str(tmp_path), "AUDIT_APP_DATABASE_URL": ""}
    version = start("--version", environment=environment)
    assert (version.returncode, version.stdout.split()[0]) == (0, "audit-app,")
    migrated = start("migrate", "--json", environment=environment)
    assert migrated.returncode == 0, migrated.stderr
    assert json.loads(migrated.stdout)["after"]
    assert (tmp_path / "audit.db").exists()
    refused = start("findings", "nowhere", "--json", environment=environment)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("There is no cycle “nowhere”")
    assert "Traceback" not in refused.stderr


REFUSALS: list[tuple[tuple[str, ...], str]] = [
    (("banks", "check", "{tmp}/none.yml"), "does not exist"),
    (("banks", "publish", "{tmp}/none.yml"), "does not exist"),
    (("caseload", "import", "{tmp}/none.xlsx"), "does not exist"),
    (("caseload", "import", "{tmp}/letter.docx"), "othing was imported"),
    (("caseload", "import", "{tmp}/old.xls"), "xls"),
    (("caseload", "import", "{tmp}/empty.csv"), "othing was imported"),
    (("caseload", "import", "{book}", "--as-at", "0020-10-31"), "is not a day such as 2026-11-30"),
    (("caseload", "import", "{book}", "--as-at", "31/10/2025"), "is not a day such as 2026-11-30"),
    (("caseload", "import", "{book}", "--as-at", "2025-10-31"), "in use already"),
    (("cycles", "create", "nothing", "--name", "A", "--month", "2025-12"), "No form “nothing”"),
    (("cycles", "create", "monthly_sample", "--name", "A", "--month", "12/2025"), "not a month"),
    (("cycles", "create", "monthly_sample", "--name", " ", "--month", "2025-12"), "a name"),
    (("cycles", "create", "monthly_sample", "--month", "2025-12"), "Missing option '--name'"),
    (
        ("cycles", "create", "multi_agency_case", "--name", "A", "--month", "2025-12"),
        "at least 2 agencies",
    ),
    (
        (
            *("cycles", "create", "multi_agency_case", "--name", "A", "--month", "2025-12"),
            *("--agency", "police", "nobody@council.example"),
        ),
        "Nobody has the address nobody@council.example",
    ),
    (("cycles", "create", "monthly_sample", "--name", "A", "--month", "2025-12", "--due",
      "0020-12-31"), "is not a day"),
    (("cycles", "create", "monthly_sample", "--name", "A", "--month", "2025-12", "--auditor",
      "nobody@council.example"), "Nobody has the address"),
    (("cycles", "close", "nowhere"), "There is no cycle “nowhere”"),
    (("sample", "draw", "nowhere"), "There is no cycle “nowhere”"),
    (("sample", "draw", CYCLE), "cannot become drawn"),
    (("sample", "draw", CYCLE, "--per-auditor", "0"), "--per-auditor"),
    (("sample", "draw", CYCLE, "--age-from", "young"), "--age-from"),
    (("audits", "export", "nowhere"), "There is no cycle “nowhere”"),
    (("audits", "export", CYCLE, "--format", "csv"), "--format"),
    (("audits", "load", CYCLE, "{tmp}/none.json"), "does not exist"),
    (("audits", "load", CYCLE, "{tmp}/empty.csv"), "is not JSON"),
    (("audits", "load", CYCLE, "{tmp}/deep.json"), "is not JSON"),
    (("audits", "load", CYCLE, "{tmp}/latin.json"), "is not JSON"),
    (("audits", "load", CYCLE, "{tmp}/list.json"), "is not a JSON object"),
    (("audits", "load", "nowhere", "{tmp}/list.json"), "There is no cycle “nowhere”"),
    (("findings", "nowhere"), "There is no cycle “nowhere”"),
    (("reports", "compile", "nothing", CYCLE, "-o", "{tmp}/x.pdf"), "nothing"),
    (("reports", "compile", "qa_sub_group", "nowhere", "-o", "{tmp}/x.pdf"), "no cycle “nowhere”"),
    (("reports", "compile", "qa_sub_group", "-o", "{tmp}/x.pdf"), "No cycle is closed yet"),
    (("reports", "compile", "qa_sub_group", CYCLE, "-o", "{tmp}/no/x.pdf"), "There is no folder"),
    (("reports", "compile", "qa_sub_group", CYCLE), "Missing option '-o'"),
    (("rescore",), "Missing option '--check'"),
    (("migrate", "--to", "seven"), "no revision seven is known here"),
    (("people", "add", "nobody", "--name", "N", "--role", "qa_lead", "--password", PASSWORD),
     "is not an email address"),
    (("people", "add", "manager0@council.example", "--name", "N", "--role", "qa_lead",
      "--password", PASSWORD), "already has an account"),
    (("people", "add", "a@b.example", "--name", "N", "--role", "qa_lead", "--password", "short"),
     "at least 8 characters"),
    (("people", "add", "a@b.example", "--name", "N", "--role", "king", "--password", PASSWORD),
     "--role"),
    (("dance",), "dance"),
    (("cycles", "dance"), "dance"),
]  # fmt: skip


def write_bad_files(folder: Path) -> None:
    (folder / "letter.docx").write_bytes(b"PK\x03\x04 not a workbook")
    (folder / "old.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)
    (folder / "empty.csv").write_text("")
    (folder / "deep.json").write_text("[" * 200_000)
    (folder / "latin.json").write_bytes('{"audits": "Zoë"}'.encode("latin-1"))
    (folder / "list.json").write_text("[]")


def test_every_refusal_is_one_sentence_and_changes_nothing(
    run: Run, workbook: Path, tmp_path: Path, instance: Path, database: Database
) -> None:
    """One council for all, since none of them may change it."""
    instance.mkdir()
    set_up(run, workbook)
    write_bad_files(tmp_path)
    before, files = every_row(database), sorted(tmp_path.iterdir())
    for words, sentence in REFUSALS:
        ended = run(*(word.format(tmp=tmp_path, book=workbook) for word in words))
        where = f"{' '.join(words)}: {ended}"
        assert ended.code in (1, 2), where
        assert ended.out == "", where
        assert sentence in ended.err, where
        assert ended.err.count("\n") == 1, where
        assert ended.err.strip()[-1] in ".)", where
        assert "Traceback" not in ended.err, where
        assert every_row(database) == before, where
        assert sorted(tmp_path.iterdir()) == files, where


def test_bad_banks_are_told_by_file_and_line(run: Run, tmp_path: Path, database: Database) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("key: bad\ntitle: Bad\nversion: 1.0\nsections: []\n")
    before = every_row(database)
    checked = run("banks", "check", bad)
    assert (checked.code, checked.out) == (1, "")
    assert all(line.startswith(f"{bad}:") for line in checked.err.splitlines())
    data = run("banks", "check", bad, "--json").data
    assert {(f["file"], type(f["line"])) for f in data["faults"]} == {(str(bad), int)}
    assert all(set(fault) == {"file", "line", "id", "what"} for fault in data["faults"])
    published = run("banks", "publish", bad)
    assert (published.code, published.out) == (1, "")
    assert "Traceback" not in published.err
    assert every_row(database) == before


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "AUDIT_APP_DATABASE_URL is not the address"),
        ("postgresql://nobody@127.0.0.1:9/none", "cannot be used just now"),
        ("sqlite:////proc", "cannot be used just now"),
        ("sqlite:////proc/none/audit.db", "/proc/none"),
        ("sqlite:///{tmp}/unmigrated.db", "run 'audit-app migrate' first"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(
    run: Run, tmp_path: Path, url: str, sentence: str
) -> None:
    for words in (("cycles", "list"), ("rescore", "--check"), ("work", "--once")):
        ended = run(*words, AUDIT_APP_DATABASE_URL=url.format(tmp=tmp_path))
        assert (ended.code, ended.out) == (1, "")
        assert sentence in ended.err
        assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("secret", "sentence"),
    [
        (None, "There is no secret key"),
        ("", "There is no secret key"),
        ("changeme", "too weak"),
        ("short-one", "too weak"),
        ("a" * 40, "too weak"),
        ("abab" * 10, "too weak"),
        (" " * 20, "too weak"),
    ],
)
def test_a_missing_or_weak_key_is_refused_where_one_is_needed(
    run: Run, workbook: Path, database: Database, secret: str | None, sentence: str
) -> None:
    before = every_row(database)
    for words in (("caseload", "import", workbook), ("serve", "--port", "1"), ("work", "--once")):
        ended = run(*words, AUDIT_APP_SECRET_KEY=secret)
        assert (ended.code, ended.out) == (1, "")
        assert sentence in ended.err
        assert ended.err.count("\n") == 1
        assert not secret or secret.strip() == "" or secret not in ended.err
    assert every_row(database) == before
    assert run("cycles", "list", AUDIT_APP_SECRET_KEY=secret).code == 0


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    given = {"AUDIT_APP_INSTANCE": str(tmp_path), "AUDIT_APP_SECRET_KEY": SECRET}
    settings = settings_from_environment(given)
    assert settings.database_url == f"sqlite:///{tmp_path / 'audit.db'}"
    assert (settings.instance, settings.secure_cookies) == (tmp_path, False)
    assert SECRET not in repr(settings)
    more = {
        "AUDIT_APP_DATABASE_URL": "postgresql://db/audit",
        "AUDIT_APP_COUNCIL": "Anywhere Council",
        "AUDIT_APP_HTTPS": "1",
    }
    changed = settings_from_environment(given | more)
    assert (changed.database_url, changed.council) == ("postgresql://db/audit", "Anywhere Council")
    assert changed.secure_cookies is True
    assert changed.pseudonym_key == settings.pseudonym_key
    other = settings_from_environment(given | {"AUDIT_APP_SECRET_KEY": SECRET + "x"})
    assert other.pseudonym_key != settings.pseudonym_key
    assert SECRET.encode() not in settings.pseudonym_key
    with pytest.raises(SettingsFault):
        settings_from_environment({"AUDIT_APP_INSTANCE": str(tmp_path)})


def test_a_question_is_asked_beside_the_json(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is asked for on standard error, so that standard output is JSON alone."""
    asked: dict[str, object] = {}

    def prompt(text: str, **options: object) -> str:
        asked.update(options, text=text)
        return PASSWORD

    monkeypatch.setattr(click, "prompt", prompt)
    added = run("people", "add", "a@b.example", "--name", "N", "--role", "qa_lead", "--json")
    assert added.data["email"] == "a@b.example"
    assert (asked["err"], asked["hide_input"], asked["confirmation_prompt"]) == (True, True, True)
