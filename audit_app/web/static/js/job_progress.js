// Long work: asks every two seconds how far it is, and shows the page's own words for it.
const PAUSE = 2000;

export function startJobProgress(place) {
  setTimeout(async () => {
    let found = null;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found = answer.ok && !answer.redirected ? page.querySelector("[data-job-progress]") : null;
    } catch {
      // No network for a moment: ask again.
      startJobProgress(place);
      return;
    }
    if (!found) {
      location.reload();
      return;
    }
    const status = place.querySelector("[role=status]");
    const words = found.querySelector("[role=status]");
    if (status && words && status.textContent !== words.textContent) {
      status.textContent = words.textContent;
    }
    const [bar, newer] = [place, found].map((one) => one.querySelector("progress"));
    if (bar && newer) {
      bar.max = newer.max;
      bar.value = newer.value;
    } else if (newer) {
      place.append(newer);
    }
    startJobProgress(place);
  }, PAUSE);
}
