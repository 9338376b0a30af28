// Saves while one types: what changed is sent, place by place, one request at a time, until it is
// acknowledged. Nothing is kept in the browser's storage; what is not saved stays on the page.
const PAUSE = 900;
const RETRIES = [2000, 5000, 10000, 20000, 30000];
const OWN_FIELDS = ["csrf_token", "window", "number", "later", "unanswered", "told"];

export function startAutosave(form) {
  new Autosave(form);
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.state = document.querySelector("[data-save-state]");
    this.number = 0;
    this.failures = 0;
    this.sending = null;
    this.timer = null;
    this.dirty = new Set();
    form.elements.window.value = crypto.getRandomValues(new Uint32Array(4)).join("-");
    form.addEventListener("input", (event) => this.changed(event.target, PAUSE));
    form.addEventListener("change", (event) => this.changed(event.target, 0));
    form.addEventListener("submit", (event) => this.submit(event));
    for (const back of ["online", "focus"]) {
      window.addEventListener(back, () => this.failures && this.schedule(0));
    }
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty.size && !this.leaving) {
        event.preventDefault();
      }
    });
  }

  changed(target, pause) {
    const place = target.closest("[data-place]");
    if (place && !target.disabled) {
      this.dirty.add(place);
      this.schedule(pause);
    }
  }

  schedule(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause);
  }

  // Sends what changed; true once everything is acknowledged.
  async send() {
    clearTimeout(this.timer);
    while (this.sending) {
      await this.sending;
    }
    if (!this.dirty.size) {
      return true;
    }
    this.sending = this.sendOnce();
    const saved = await this.sending;
    this.sending = null;
    if (!saved) {
      this.schedule(RETRIES[Math.min(this.failures++, RETRIES.length - 1)]);
      return false;
    }
    this.failures = 0;
    if (this.dirty.size) {
      this.schedule(PAUSE);
    }
    return !this.dirty.size;
  }

  async sendOnce() {
    const places = [...this.dirty];
    this.dirty.clear();
    // What failed stays said until it succeeds, so that its link does not go while it is pressed.
    if (!this.failures) {
      this.say("Saving…");
    }
    let answer;
    try {
      answer = await this.post(fieldsOf(this.form, places));
      if (answer.status === 400) {
        const renewed = await this.renewToken();
        answer = renewed.redirected ? renewed : await this.post(fieldsOf(this.form, places));
      }
    } catch {
      answer = null;
    }
    if (answer && answer.ok && !answer.redirected) {
      this.acknowledge(await answer.json());
      return true;
    }
    places.forEach((place) => this.dirty.add(place));
    await this.sayWhy(answer);
    return false;
  }

  post(fields) {
    this.number += 1;
    this.form.elements.number.value = this.number;
    fields.set("window", this.form.elements.window.value);
    fields.set("number", this.number);
    const headers = { "X-CSRFToken": this.form.elements.csrf_token.value };
    return fetch(this.form.dataset.autosave, { method: "POST", headers, body: fields });
  }

  // The answer is redirected where nobody is signed in any more.
  async renewToken() {
    const answer = await fetch(this.form.dataset.formToken);
    if (answer.ok && !answer.redirected) {
      this.form.elements.csrf_token.value = (await answer.json()).token;
    }
    return answer;
  }

  acknowledge(said) {
    for (const place of this.form.querySelectorAll("[data-place]")) {
      const name = place.querySelector("[name=question]").value;
      if (said.saved[name]) {
        place.querySelector("[name=stamp]").value = said.saved[name];
      }
      sayInPlace(place, said.conflicts.includes(name));
      const result = place.querySelector("[data-result]");
      if (result && said.results && name in said.results) {
        result.textContent = said.results[name];
      }
      if ("outcome" in place.dataset && said.outcomes && name in said.outcomes) {
        place.dataset.outcome = said.outcomes[name];
      }
    }
    this.form.dispatchEvent(new Event("outcomes"));
    const progress = document.querySelector("[data-progress]");
    if (progress && said.progress) {
      progress.textContent = said.progress;
    }
    this.say(said.conflicts.length ? "Not all saved: see below" : `Saved ${said.saved_at}`);
  }

  async sayWhy(answer) {
    if (answer && answer.redirected) {
      this.say("Not saved: you have been signed out. What you typed stays here. ", {
        text: "Sign in (opens in a new window)",
        href: answer.url.split("?")[0],
      });
    } else if (answer && answer.status === 409) {
      this.say(`Not saved: ${(await answer.json()).said}`);
    } else {
      this.say("Not saved: kept here, trying again");
    }
  }

  say(words, link) {
    if (this.said === words) {
      return;
    }
    this.said = words;
    this.state.textContent = words;
    this.state.classList.toggle("app-saved--not", words.startsWith("Not"));
    if (link) {
      const anchor = document.createElement("a");
      Object.assign(anchor, { href: link.href, textContent: link.text });
      Object.assign(anchor, { target: "_blank", rel: "noopener", className: "govuk-link" });
      this.state.append(anchor);
    }
  }

  // The button first makes sure that the server has everything; only then is the page left.
  submit(event) {
    if (!this.leaving && (this.dirty.size || this.sending)) {
      event.preventDefault();
      // Later, since a browser ignores a form that is sent while it is being sent.
      setTimeout(() => this.leaveOnceSaved(event.submitter));
      return;
    }
    this.leaving = true;
    this.number += 1;
    this.form.elements.number.value = this.number;
  }

  async leaveOnceSaved(button) {
    if ((await this.send()) || (await this.send())) {
      this.form.requestSubmit(button);
    } else {
      this.state.scrollIntoView({ block: "center" });
    }
  }
}

// The fields of some places, and the token; the other places are not sent at all.
function fieldsOf(form, places) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const control = form.elements[name];
    const nodes = control instanceof RadioNodeList ? [...control] : [control];
    const inPlace = nodes.filter((node) => places.some((place) => place.contains(node)));
    if (inPlace.length && !OWN_FIELDS.includes(name)) {
      const shared = name === "question" || name === "stamp";
      if (!shared || inPlace.some((node) => node.value === value)) {
        fields.append(name, value);
      }
    }
  }
  return fields;
}

function sayInPlace(place, inConflict) {
  let said = place.querySelector(".app-place-conflict");
  if (!inConflict) {
    said?.remove();
  } else if (!said) {
    said = document.createElement("p");
    said.className = "app-place-conflict govuk-error-message";
    said.setAttribute("role", "status");
    said.textContent =
      "Changed meanwhile in another window or by somebody else. Yours stays here: " +
      "choose “Save and continue” to see both and keep one.";
    place.prepend(said);
  }
}
