"""Forms about people: filtering the list, inviting, changing, giving a role."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from audit_app.core.access import ROLE_WORDS, SCOPES_OF, Role
from audit_app.store.accounts import Grant
from audit_app.store.people import EVERYTHING, Scope
from audit_app.store.people_lists import PersonState, ScopeNames
from audit_app.store.tables import Person, Team
from audit_app.web.people.words import STATE_TAGS
from audit_app.web.typed import clean_text

NEW_TEAM = "new"
_SHORT = Length(max=200, message="Write 200 characters or fewer")


class ListForm(FlaskForm):  # type: ignore[misc]
    """What the list is narrowed to; it stands in the address."""

    words = StringField("Name or email address holds", filters=(clean_text,))
    role = RadioField(
        "Role",
        default="",
        choices=[
            SelectChoice(value="", label="Any role"),
            *(SelectChoice(value=role.value, label=ROLE_WORDS[role]) for role in Role),
        ],
    )
    state = RadioField(
        "State",
        default="",
        choices=[
            SelectChoice(value="", label="Any state"),
            *(SelectChoice(value=state.value, label=STATE_TAGS[state][0]) for state in PersonState),
        ],
    )

    @property
    def chosen_role(self) -> Role | None:
        """The role, or None for any; so is one that there is not."""
        return next((role for role in Role if role.value == self.role.data), None)

    @property
    def chosen_state(self) -> PersonState | None:
        """The state, or None for any."""
        return next((state for state in PersonState if state.value == self.state.data), None)


class AddressForm(FlaskForm):  # type: ignore[misc]
    """Where a person is reached."""

    email = StringField(
        "Email address",
        filters=(clean_text,),
        validators=[DataRequired("Enter an email address")],
        description="They sign in with it, and the invitation goes to it.",
    )


class PersonForm(FlaskForm):  # type: ignore[misc]
    """What a person is called, and which case files are closed to them."""

    name = StringField(
        "Name", filters=(clean_text,), validators=[DataRequired("Enter the person’s name"), _SHORT]
    )
    team = RadioField(
        "Team",
        default="",
        description="Nobody is given a case file of their own team to audit.",
    )
    new_team = StringField("Name of the team", filters=(clean_text,), validators=[_SHORT])
    worker_name = StringField(
        "Name in the extract, only for those who hold case files",
        filters=(clean_text,),
        validators=[_SHORT],
        description="Exactly as the worker column of the council’s extract writes it. Nobody is "
        "given a case file of their own to audit; a practitioner sees only their own.",
    )

    def offer_teams(self, teams: Iterable[Team]) -> None:
        """Offer these teams, none, and one that is not listed."""
        self.team.choices = [
            SelectChoice(value="", label="No team"),
            *(SelectChoice(value=str(team.id), label=team.name) for team in teams),
            SelectChoice(value=NEW_TEAM, label="Another team"),
        ]

    def validate_new_team(self, field: StringField) -> None:
        """A team that is not listed has a name."""
        if self.team.data == NEW_TEAM and not field.data:
            raise ValidationError("Enter the name of the team")

    @property
    def team_name(self) -> str | None:
        """The team's name; None for no team."""
        if self.team.data == NEW_TEAM:
            return str(self.new_team.data)
        named = {choice.value: choice.label for choice in self.team.iter_choices()}
        return str(named[self.team.data]) if self.team.data else None

    @staticmethod
    def written(person: Person) -> dict[str, object]:
        """A person as the form shows them."""
        return {
            "name": person.name,
            "team": str(person.team_id or ""),
            "worker_name": person.worker_name,
        }


class RoleForm(FlaskForm):  # type: ignore[misc]
    """One role, for everything or for one thing only."""

    role = RadioField(
        "Role",
        choices=[SelectChoice(value=role.value, label=ROLE_WORDS[role]) for role in Role],
        validate_choice=False,
    )
    scope = RadioField("For what?", default="")

    def offer_scopes(self, names: ScopeNames) -> None:
        """Offer everything, each published form, each cycle that is not closed, and each team."""
        self.scope.choices = [
            SelectChoice(value="", label="Everything that the role is for"),
            *(
                SelectChoice(value=f"theme:{key}", label=f"Theme: {title}")
                for key, title in names.themes.items()
            ),
            *(
                SelectChoice(value=f"cycle:{number}", label=f"Cycle: {name}")
                for number, name in names.cycles.items()
                if number in names.open_cycles
            ),
            *(
                SelectChoice(value=f"team:{number}", label=f"Team: {name}")
                for number, name in names.teams.items()
            ),
        ]

    def validate_role(self, field: RadioField) -> None:
        """One of the roles."""
        if field.data not in list(Role):
            raise ValidationError("Choose a role")

    def validate_scope(self, field: RadioField) -> None:
        """Only what the role can be narrowed to."""
        if self.role.data not in list(Role) or field.data not in self._offered():
            return
        allowed, kind = SCOPES_OF[Role(self.role.data)], _scope(field.data).kind
        if kind is not None and kind not in allowed:
            words = " or one ".join(sorted(one.value for one in allowed))
            raise ValidationError(
                f"This role can be narrowed to one {words}, not to one {kind.value}"
                if allowed
                else "This role is always for everything"
            )

    def _offered(self) -> set[str]:
        return {choice.value for choice in self.scope.iter_choices()}

    @property
    def grant(self) -> Grant:
        """What was chosen."""
        return Grant(Role(self.role.data), _scope(self.scope.data))


class InviteForm(AddressForm, PersonForm, RoleForm):
    """Everything that is asked about somebody new, in the order of the page."""


def _scope(written: str) -> Scope:
    kind, _, named = written.partition(":")
    if kind == "theme":
        return Scope(theme=named)
    if kind == "cycle":
        return Scope(cycle_id=int(named))
    return Scope(team_id=int(named)) if kind == "team" else EVERYTHING
