// Letters choose an answer while the focus is on one of a question's choices, and nowhere else.
// A person turns them off in the account settings: the form then carries no data-shortcuts.
const STATES = { a: "-not_applicable", r: "-not_recorded" };

export function startShortcuts(form) {
  form.addEventListener("keydown", (event) => {
    const control = event.target;
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    if (!plain || !["radio", "checkbox"].includes(control.type)) {
      return;
    }
    const question = control.closest("[data-question]");
    if (question && act(question, event.key.toLowerCase())) {
      event.preventDefault();
    }
  });
}

function act(question, key) {
  if (key === "e") {
    return goToEvidence(question);
  }
  const choices = [...question.querySelectorAll(".app-answer input")].filter((input) =>
    ["radio", "checkbox"].includes(input.type),
  );
  const options = choices.filter((input) => !input.value.startsWith("-"));
  const named = choices.find((input) => input.value === STATES[key]);
  const chosen =
    named || options[Number(key) - 1] || options.find((input) => beginsWith(input, key));
  if (!chosen) {
    return false;
  }
  chosen.focus();
  if (chosen.type === "checkbox" || !chosen.checked) {
    chosen.click();
  }
  return true;
}

// The options whose letters are the same in every question: Met, Partly met, Not met, Yes, No.
function beginsWith(input, key) {
  return { m: "met", p: "partly_met", n: "not_met", y: "yes" }[key] === input.value
    || (key === "n" && input.value === "no");
}

function goToEvidence(question) {
  const box = question.querySelector("[data-evidence]");
  if (!box) {
    return false;
  }
  question.querySelector(".app-show-evidence")?.click();
  box.querySelector("textarea").focus();
  return true;
}
