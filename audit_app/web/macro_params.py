"""From a WTForms field to the parameters of a GOV.UK macro, and a form's error summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from wtforms import Field, Form, SelectFieldBase

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


def _hint(field: Field) -> Params:
    return {"hint": {"text": field.description}} if field.description else {}


def _error(field: Field) -> Params:
    return {"errorMessage": {"text": _first_error(field)}} if field.errors else {}


def _first_error(field: Field) -> str:
    error = field.errors[0]
    return str(error[0] if isinstance(error, list | tuple) else error)


GLOBALS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"error_list": error_list, "input_params": input_params, "choice_params": choice_params}
)
