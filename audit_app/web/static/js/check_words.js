// Says beneath a box, before it is saved, that its words seem to name somebody.
// Without this script the page is shown once more after saving, with the same sentences.
const PAUSE = 1500;

export function startCheckingWords(form) {
  form.querySelectorAll("[data-check-words]").forEach((box) => {
    let timer = null;
    let checked = box.value;
    const check = async () => {
      clearTimeout(timer);
      if (box.value !== checked) {
        checked = box.value;
        await checkBox(form, box);
      }
    };
    box.addEventListener("change", check);
    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(check, PAUSE);
    });
  });
}

async function checkBox(form, box) {
  const words = box.value;
  let found;
  try {
    const answer = await fetch(form.dataset.checkWordsAt, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrf_token.value },
      body: new URLSearchParams({ words }),
    });
    if (!answer.ok || answer.redirected) {
      return;
    }
    found = await answer.json();
  } catch {
    // No network for a moment: the words are checked again when they are saved.
    return;
  }
  if (box.value === words) {
    show(document.getElementById(`${box.id}-words`), found);
  }
}

function show(place, found) {
  place.replaceChildren();
  if (found.said) {
    const sentence = document.createElement("p");
    sentence.className = "app-words__said";
    sentence.textContent = found.said;
    const told = document.createElement("input");
    told.type = "hidden";
    told.name = "told";
    told.value = found.told;
    place.append(sentence, told);
  }
}
