// The audit form: follow-up questions show when they apply, boxes open when they are needed.
// Without this script everything is on the page, with a sentence that says when it applies.

export function startAuditForm(form) {
  const questions = [...form.querySelectorAll("[data-question]")];
  questions.forEach(prepareEvidence);
  const grades = [...form.querySelectorAll("[data-grade]")];
  const refresh = () => {
    questions.forEach((question) => refreshQuestion(form, question));
    grades.forEach(refreshGrade);
  };
  form.addEventListener("change", refresh);
  form.addEventListener("outcomes", refresh);
  refresh();
  form.querySelectorAll("[data-strengths]").forEach(offerStrengths);
  showTarget(form);
  window.addEventListener("hashchange", () => showTarget(form));
}

// The values chosen for a question, options and states alike.
function chosenOf(question) {
  return [...question.querySelectorAll(".app-answer input:checked")].map((input) => input.value);
}

// What an answer that is typed comes to, as the server last said it; a state in its place is none.
function comesTo(question) {
  return chosenOf(question).length > 0 ? "" : question.dataset.outcome;
}

function refreshQuestion(form, question) {
  const watched = question.dataset.watches;
  if (watched) {
    const earlier = form.querySelector(`[data-question="${watched}"]`);
    const wanted = question.dataset.watchedAnswers.split(" ");
    question.hidden = earlier.hidden || !chosenOf(earlier).some((value) => wanted.includes(value));
  }
  const opening = question.dataset.openingAnswers?.split(" ") || [];
  // A question that wants evidence of what falls short wants it of what is not recorded, too.
  const falls = comesTo(question) === "adverse" && opening.includes("-not_recorded");
  if (falls || chosenOf(question).some((value) => opening.includes(value))) {
    openEvidence(question);
  }
  refreshLabels(question);
}

// Beside a met answer the box is for what was good practice: offered in one step, never asked for.
function refreshLabels(question) {
  const label = question.querySelector("[data-evidence-label]");
  if (!label) {
    return;
  }
  const praising = question.dataset.praisingAnswers?.split(" ") || [];
  const chosen = chosenOf(question);
  const praised =
    comesTo(question) === "met" ||
    (chosen.length > 0 && chosen.every((value) => praising.includes(value)));
  label.textContent = praised ? label.dataset.praise : label.dataset.usual;
  const button = question.querySelector(".app-show-evidence");
  if (button) {
    const words = praised ? "Add good practice" : "Add what you saw";
    button.textContent = words;
    button.setAttribute("aria-label", `${words}, question ${numberAndText(question)}`);
  }
}

function numberAndText(question) {
  return question.querySelector("h2").textContent.trim().replace(/\s+/g, " ");
}

// What was written beside the questions is a starting point for what was done well.
function offerStrengths(list) {
  const box = document.getElementById(list.dataset.strengths);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = "Begin the box below with these";
  button.addEventListener("click", () => {
    const lines = [...list.querySelectorAll("[data-strength]")].map((one) => one.textContent.trim());
    const wanted = lines.filter((line) => !box.value.includes(line));
    box.value = [box.value.trim(), ...wanted].filter(Boolean).join("\n");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
  list.append(button);
}

function prepareEvidence(question) {
  const box = question.querySelector("[data-evidence]");
  if (!box || "open" in box.dataset || box.querySelector("textarea").value) {
    return;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "app-show-evidence";
  button.textContent = "Add what you saw";
  button.setAttribute("aria-label", `Add what you saw, question ${numberAndText(question)}`);
  button.addEventListener("click", () => {
    openEvidence(question);
    box.querySelector("textarea").focus();
  });
  box.hidden = true;
  box.before(button);
}

function openEvidence(question) {
  const box = question.querySelector("[data-evidence]");
  if (box && box.hidden) {
    box.hidden = false;
    question.querySelector(".app-show-evidence").remove();
  }
}

// The reason is asked for only where the auditor's grade differs from the suggested one.
function refreshGrade(grade) {
  const reason = grade.querySelector("[data-reason]");
  const chosen = grade.querySelector("input:checked");
  if (reason) {
    const differs = chosen !== null && chosen.value !== grade.dataset.suggested;
    reason.hidden = !differs && !reason.querySelector("textarea").value;
  }
}

// A link from another page may lead to a control that this script has put away.
function showTarget(form) {
  const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
  if (!target || !form.contains(target)) {
    return;
  }
  const question = target.closest("[data-question]");
  if (question && target.closest("[data-evidence]")) {
    openEvidence(question);
  }
  const reason = target.closest("[data-reason]");
  if (reason) {
    reason.hidden = false;
  }
  target.focus();
}
