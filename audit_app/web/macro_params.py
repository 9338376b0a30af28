"""From a WTForms field to the parameters of a GOV.UK macro, and a form's error summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from wtforms import Field, Form, SelectFieldBase

from audit_app.web.audits.places import Task
from audit_app.web.fields import NOT_APPLICABLE, AnswerField

Params = dict[str, Any]


def error_list(form: Form | None) -> list[Params]:
    """The error summary: each field's first error, linked to where it is mended."""
    if form is None:
        return []
    # Errors of the form as a whole lead to the field that it names, or nowhere.
    target = getattr(form, "error_target", None)
    whole = {"href": f"#{target}"} if target else {}
    faults: list[Params] = [{"text": str(text)} | whole for text in form.form_errors]
    for field in form:
        if field.errors:
            # A field of several inputs says itself at which of them to start.
            target = getattr(field, "error_target", field.id)
            faults.append({"text": _first_error(field), "href": f"#{target}"})
    return faults


def input_params(field: Field, **more: Any) -> Params:  # noqa: ANN401 # the macros' own parameters
    """Parameters of govukInput, govukTextarea, govukPasswordInput and govukFileUpload."""
    params: Params = {
        "id": field.id,
        "name": field.name,
        "label": {"text": field.label.text},
        **_hint(field),
        **_error(field),
    }
    value = field._value() if hasattr(field, "_value") else None
    if isinstance(value, str):
        params["value"] = value
    return params | more


def choice_params(field: SelectFieldBase, **more: Any) -> Params:  # noqa: ANN401
    """Parameters of govukRadios and govukCheckboxes; the first item carries the field's id."""
    return {
        "idPrefix": field.id,
        "name": field.name,
        "classes": "govuk-radios--small" if field.type == "RadioField" else "",
        "fieldset": {"legend": {"text": field.label.text, "classes": "govuk-fieldset__legend--s"}},
        "items": [
            {"value": str(choice.value), "text": choice.label, "checked": choice.selected}
            for choice in field.iter_choices()
        ],
        **_hint(field),
        **_error(field),
    } | more


def option_items(field: AnswerField) -> list[Params]:
    """The options and the states of a question, as items of radios or checkboxes."""
    chosen = set(field.parts.get("", []))
    options: list[Params] = [
        {"value": option.key, "text": option.label, "checked": option.key in chosen}
        for option in field.question.offered
    ]
    states = _state_items(field, chosen)
    if field.kind == "checkboxes" and states:
        options.append({"divider": "or"})
    return options + states


def state_items(field: AnswerField) -> list[Params]:
    """The states of a question whose answer is typed, as items of checkboxes of their own."""
    return _state_items(field, set(field.parts.get(field.state_ending, [])))


def task_items(tasks: Sequence[Task]) -> list[Params]:
    """The items of govukTaskList: what is done in plain words, what is not as a tag."""
    return [
        {
            "title": {"text": task.title},
            "hint": {"text": task.hint} if task.hint else None,
            "href": task.href,
            "status": {"text": task.status}
            if task.done
            else {"tag": {"text": task.status, "classes": "govuk-tag--blue"}},
        }
        for task in tasks
    ]


def _state_items(field: AnswerField, chosen: set[str]) -> list[Params]:
    several = field.kind != "radios"
    return [
        {"value": state, "text": words, "checked": state in chosen}
        | ({"behaviour": "exclusive"} if several else {})
        | _when(field, state)
        for state, words in field.states().items()
    ]


def _when(field: AnswerField, state: str) -> Params:
    """When “not applicable” may be chosen, where the bank says it."""
    when = field.question.not_applicable_when
    return {"hint": {"text": f"When {when}"}} if when and state == NOT_APPLICABLE else {}


def _hint(field: Field) -> Params:
    return {"hint": {"text": field.description}} if field.description else {}


def _error(field: Field) -> Params:
    return {"errorMessage": {"text": _first_error(field)}} if field.errors else {}


def _first_error(field: Field) -> str:
    error = field.errors[0]
    return str(error[0] if isinstance(error, list | tuple) else error)


GLOBALS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "choice_params": choice_params,
        "error_list": error_list,
        "input_params": input_params,
        "option_items": option_items,
        "state_items": state_items,
        "task_items": task_items,
    }
)
