// Registering without a network: what a rep wrote is kept on this device, sealed, and sent once when there is one.
// The server takes each submission once, so sending again after a lost answer is safe. Logging out deletes everything.
(() => {
  const { page, register, person } = document.currentScript.dataset;
  if (!navigator.serviceWorker || !window.crypto?.subtle || !window.indexedDB) return;
  const NAME = "hansa";
  const KEPT_FOR = 7 * 24 * 60 * 60 * 1000;
  const outbox = document.getElementById("outbox");
  let leaving = false;

  // What is kept

  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const store = async (name, mode, work) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("keys");
      opening.result.createObjectStore("outbox", { keyPath: "submission" });
    };
    const base = await ask(opening);
    try { return await ask(work(base.transaction(name, mode).objectStore(name))); } finally { base.close(); }
  };

  const key = () => navigator.locks.request(`${NAME}-key`, async () => {
    const found = await store("keys", "readonly", (keys) => keys.get("seal"));
    if (found) return found;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await store("keys", "readwrite", (keys) => keys.put(made, "seal"));
    return made;
  });

  const put = async (entry) => {
    if (leaving) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const words = new TextEncoder().encode(JSON.stringify({ fields: entry.fields, refusal: entry.refusal }));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), words);
    const { submission, keptAt } = entry;
    await store("outbox", "readwrite", (kept) => kept.put({ submission, keptAt, person, register, iv, sealed }));
  };

  const drop = (submission) => store("outbox", "readwrite", (kept) => kept.delete(submission));

  const mine = async () => {                              // another person's, and what is too old, is deleted unread
    const entries = [];
    for (const kept of await store("outbox", "readonly", (all) => all.getAll())) {
      if (kept.person !== person || Date.now() - kept.keptAt > KEPT_FOR) { await drop(kept.submission); continue; }
      if (kept.register !== register) continue;
      const words = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, await key(), kept.sealed);
      entries.push({ ...kept, ...JSON.parse(new TextDecoder().decode(words)) });
    }
    return entries;
  };

  const alone = (work) => navigator.locks.request(`${NAME}-pages`, work);

  const wipe = () => {
    leaving = true;
    return alone(async () => {
      await Promise.allSettled([ask(indexedDB.deleteDatabase(NAME)), caches.delete(NAME)]);
      for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
    });
  };

  // What is shown

  const say = (tone, text, ...acts) => {
    const note = Object.assign(document.createElement("div"), { className: `flash ${tone}` });
    note.append(Object.assign(document.createElement("span"), { textContent: text }));
    if (acts.length) {
      note.append(Object.assign(document.createElement("div"), { className: "acts" }));
      note.lastChild.append(...acts);
    }
    outbox.append(note);
  };

  const link = (text, href) => Object.assign(document.createElement("a"), { className: "button", textContent: text, href });

  const forget = (entry) => {
    const button = Object.assign(document.createElement("button"), { className: "button quiet", textContent: "Delete it" });
    button.addEventListener("click", async () => { await drop(entry.submission); await show(); });
    return button;
  };

  const called = (entry) => entry.fields.find(([name]) => name === "customer")?.[1] || "A registration";

  const show = async (...sent) => {
    const entries = await mine();
    outbox.replaceChildren();
    for (const one of sent) say("good", `${called(one)} was sent.`, link("See the answer", one.answer));
    for (const entry of entries) {
      if (entry.refusal) {
        const mend = link("Mend it", `${register}?kept=${entry.submission}`);
        say("bad", `${called(entry)} was not registered. ${entry.refusal}`, mend, forget(entry));
      } else {
        const text = "is kept on this device and will be sent when there is a network. Until then it is not registered.";
        say("wait", `${called(entry)} ${text}`, forget(entry));
      }
    }
  };

  // How it is sent

  const reachable = async () => {
    if (!navigator.onLine) return false;
    const asked = { method: "HEAD", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(4000) };
    return fetch("/healthz", asked).then((answer) => answer.ok, () => false);
  };

  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

  const send = async (entry, token) => {                  // where the answer is, or why there is none
    const body = new FormData();
    for (const [name, value] of entry.fields) body.append(name, value);
    body.set("submission", entry.submission);
    const answer = await fetch(register, { method: "POST", body, headers: { "X-CSRFToken": token } });
    if (answer.redirected && !/\/deals\/deal_/.test(answer.url)) return { again: true };   // logged out meanwhile
    if (answer.ok && answer.redirected) return { answer: answer.url };
    const problems = [...(await parsed(answer)).querySelectorAll(".errors li, main p")].map((one) => one.textContent.trim());
    return { refusal: problems[0] ?? `The answer was ${answer.status}.`, again: answer.status === 429 || answer.status >= 500 };
  };

  const sendAll = () => navigator.locks.request(`${NAME}-send`, async () => {
    const waiting = (await mine()).filter((entry) => !entry.refusal);
    if (!waiting.length || !(await reachable())) return show();
    const form = await fetch(register);
    const fresh = await parsed(form);
    const token = fresh.querySelector("[name=csrfmiddlewaretoken]")?.value;
    const same = fresh.querySelector(`script[data-person="${person}"]`);
    if (!token || !same || form.redirected) return show();  // logged out, or somebody else by now: it waits
    const sent = [];
    for (const entry of waiting) {
      const outcome = await send(entry, token);
      if (outcome.answer) { await drop(entry.submission); sent.push({ ...entry, ...outcome }); }
      else if (outcome.again) break;
      else await put({ ...entry, ...outcome });
    }
    return show(...sent);
  }).catch(() => show());

  // The form

  const form = document.querySelector("form[data-keep]");
  const asked = new URLSearchParams(location.search).get("kept");

  const fill = (entry) => {
    for (const control of form.elements) {
      const values = entry.fields.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
      else if (values.length && control.name !== "csrfmiddlewaretoken") control.value = values[0];
    }
    form.elements.submission.value = entry.submission;
  };

  const written = () => {
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "submission");
    const submission = asked ?? (location.pathname === page ? crypto.randomUUID() : form.elements.submission.value);
    return { submission, keptAt: Date.now(), fields };
  };

  const look = async () => {
    await show();
    outbox.tabIndex = -1;
    outbox.focus();
    scrollTo(0, 0);
  };

  const keep = async () => {
    await put(written());
    form.reset();
    form.elements.submission.value = crypto.randomUUID();
    await look();
    sendAll();
  };

  const sendMended = () => navigator.locks.request(`${NAME}-send`, async () => {   // deleted here once it is there
    const entry = written();
    await put(entry);
    const outcome = await send(entry, form.elements.csrfmiddlewaretoken.value);
    if (!outcome.answer) return put({ ...entry, ...outcome }).then(look);
    await drop(entry.submission);
    return location.assign(outcome.answer);
  }).catch(look);

  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const free = () => { form.ariaBusy = "false"; };
    if (location.pathname === page || !(await reachable())) return keep().finally(free);
    if (asked) return sendMended().finally(free);
    form.submit();
  });

  document.getElementById("log-out")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    button.ariaBusy = "true";
    const waiting = (await mine().catch(() => [])).length;
    if (waiting && !window.confirm(`Not sent yet: ${waiting}. Logging out deletes it from this device.`)) {
      button.ariaBusy = "false";
      return;
    }
    await wipe();
    event.target.submit();
  });

  const prepare = () => alone(async () => {               // the page for bad times, and what it is made of
    if (leaving) return;
    await navigator.serviceWorker.register("/worker.js");
    const needed = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src);
    const answer = await fetch(page);
    if (!answer.ok || answer.redirected) return;
    const cache = await caches.open(NAME);
    await cache.put(page, answer);
    await cache.addAll(needed);
  });

  addEventListener("online", sendAll);
  if (navigator.onLine && location.pathname !== page) prepare().catch(() => {});
  if (asked && form) mine().then((entries) => entries.filter((one) => one.submission === asked).forEach(fill));
  sendAll();
})();
