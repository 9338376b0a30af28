// The filters of a draw: what they leave is counted anew while they are edited. Without this script
// the button counts.
const PAUSE = 400;

export function startCohort(form) {
  let waiting = 0;
  let latest = 0;
  const count = async () => {
    const asked = ++latest;
    let page = null;
    try {
      const answer = await fetch(`${form.action}?${new URLSearchParams(new FormData(form))}`);
      page = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    } catch {
      return; // no network for a moment: the button is still there
    }
    const [place, found] = [document, page].map((one) => one?.querySelector("[data-counts]"));
    if (asked === latest && place && found) {
      place.replaceChildren(...found.childNodes);
      document.querySelector("[data-counts-said]").textContent = found.dataset.counts;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(count, PAUSE);
  });
}
