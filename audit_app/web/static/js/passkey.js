// A passkey is asked for as soon as the page is there, and again by the button.
const form = document.querySelector("[data-passkey]");
const status = form.querySelector("[data-passkey-status]");
const options = JSON.parse(form.dataset.options);

async function ask() {
  try {
    const publicKey = form.dataset.passkey === "create"
      ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
      : PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    const said = credential.toJSON();
    said.extensions = JSON.stringify(said.clientExtensionResults ?? {});
    form.elements.credential.value = JSON.stringify(said);
    form.submit();
  } catch {
    status.textContent = "The passkey was not used. Nothing was changed. Try again, or go another way.";
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
ask();
