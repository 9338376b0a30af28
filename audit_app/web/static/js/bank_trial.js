// Trying a bank: each answer is sent, and what the page then says of them all is shown at once.
// Nothing is stored. Without this script a button does the same.
const PAUSE = 250;

export function startBankTrial(form) {
  let waiting = 0;
  let latest = 0;
  const ask = async () => {
    const asked = ++latest;
    let page = null;
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "text/html" },
      });
      page = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    } catch {
      return; // no network for a moment: the button is still there
    }
    const [place, found] = [document, page].map((one) => one?.querySelector("[data-trial-result]"));
    if (asked === latest && place && found) {
      place.replaceChildren(...found.childNodes);
    }
  };
  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
}
