// Passkeys: a form marked data-passkey asks the browser for one and sends its answer. Where there are none, it stays hidden.
(() => {
  const Key = window.PublicKeyCredential;
  if (!Key?.parseRequestOptionsFromJSON) return;

  const ask = {
    create: (options) => navigator.credentials.create({ publicKey: Key.parseCreationOptionsFromJSON(options) }),
    get: (options) => navigator.credentials.get({ publicKey: Key.parseRequestOptionsFromJSON(options) }),
  };
  const written = () => JSON.parse(document.getElementById("passkey-options").textContent);
  const fetched = async (url) => (await fetch(url, { headers: { Accept: "application/json" } })).json();

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const { passkey, optionsUrl } = form.dataset;
    const refusal = form.querySelector("[data-passkey-refusal]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      refusal.hidden = true;
      try {
        const offered = passkey === "create" ? written().creation_options
          : (optionsUrl ? await fetched(optionsUrl) : written()).request_options;
        form.elements.credential.value = JSON.stringify(await ask[passkey](offered.publicKey));
        form.submit();
      } catch {
        refusal.hidden = false;
      }
    });
    form.hidden = false;
  }
  for (const instead of document.querySelectorAll("[data-no-passkey]")) instead.hidden = true;
})();
