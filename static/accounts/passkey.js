// <form data-passkey="address">: asks this device for a passkey with what stands at that address, then sends its
// answer with the form. Shown only where the browser can.
const able = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

async function ask(form) {
  const fields = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.passkey, { method: "POST", body: fields });
  if (answer.redirected) {
    location.assign(answer.url);
    return false;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const { publicKey } = await answer.json();
  const { parseCreationOptionsFromJSON, parseRequestOptionsFromJSON } = PublicKeyCredential;
  const credential = publicKey.user
    ? await navigator.credentials.create({ publicKey: parseCreationOptionsFromJSON(publicKey) })
    : await navigator.credentials.get({ publicKey: parseRequestOptionsFromJSON(publicKey) });
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  return true;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    const output = form.querySelector("output");
    output.textContent = "";
    try {
      if (await ask(form)) form.submit();
    } catch {
      output.textContent = form.dataset.failed;
    }
  });
}
