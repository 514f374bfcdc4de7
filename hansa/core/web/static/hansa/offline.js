// Registering without a network: what a rep wrote is kept on this device, sealed, and sent once when there is one.
// The server takes each submission once, so sending again after a lost answer is safe. Logging out deletes everything.
(() => {
  const { page, register, person, days } = document.currentScript.dataset;    // no register: the page that logs out
  const able = navigator.serviceWorker && window.crypto?.subtle && window.indexedDB;
  document.querySelector(`[data-offline=${able ? "yes" : "no"}]`)?.removeAttribute("hidden");
  if (!able) return;
  const NAME = "hansa";
  const KEPT_FOR = days * 24 * 60 * 60 * 1000;
  const NO_NETWORK = { text: "It is sent when there is a network." };
  const outbox = document.getElementById("outbox");
  const sent = [];                                        // told until the person leaves the page or puts it away
  let waits = NO_NETWORK;                                 // what hinders what is kept, in words, and what helps
  let retry = 0;
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

  const put = async ({ submission, keptAt, fields, refusal, problems }) => {
    if (leaving) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const words = new TextEncoder().encode(JSON.stringify({ fields, refusal, problems }));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), words);
    await store("outbox", "readwrite", (kept) => kept.put({ submission, keptAt, person, register, iv, sealed }));
  };

  const drop = (submission) => store("outbox", "readwrite", (kept) => kept.delete(submission));

  const tooOld = (entry) => Date.now() - entry.keptAt > KEPT_FOR;

  // Another person's, and what is too old, is emptied unread: that something was here stays until its owner knows.
  const all = async () => {
    const entries = await store("outbox", "readonly", (kept) => kept.getAll());
    for (const [place, { iv, sealed, ...emptied }] of entries.entries()) {
      if (!sealed || (emptied.person === person && !tooOld(emptied))) continue;
      entries[place] = { ...emptied, lost: emptied.person === person ? "age" : "person" };
      await store("outbox", "readwrite", (kept) => kept.put(entries[place]));
    }
    return entries.filter((one) => one.person === person);
  };

  const here = async () => (await all()).filter((one) => one.register === register);

  const opened = async (entry) => {
    const words = await crypto.subtle.decrypt({ name: "AES-GCM", iv: entry.iv }, await key(), entry.sealed);
    return { ...entry, ...JSON.parse(new TextDecoder().decode(words)) };
  };

  const mine = async () => Promise.all((await here()).filter((one) => one.sealed).map(opened));

  const alone = (work) => navigator.locks.request(`${NAME}-pages`, work);

  const wipe = () => {
    leaving = true;
    return alone(async () => {
      await Promise.allSettled([ask(indexedDB.deleteDatabase(NAME)), caches.delete(NAME)]);
      for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
    });
  };

  // What is shown

  const made = (name, facts) => Object.assign(document.createElement(name), facts);

  const say = (tone, text, more, ...acts) => {
    const note = made("div", { className: `flash ${tone}` });
    note.append(made("span", { textContent: text }));
    if (more) note.append(made("small", { textContent: more }));
    if (acts.length) {
      note.append(made("div", { className: "acts" }));
      note.lastChild.append(...acts);
    }
    outbox.append(note);
  };

  const link = (text, href) => made("a", { className: "button", textContent: text, href });

  const button = (text, act) => {
    const one = made("button", { type: "button", className: "button quiet", textContent: text });
    one.addEventListener("click", async () => { await act(); await show(); attend(); });
    return one;
  };

  const attend = () => {
    outbox.tabIndex = -1;
    outbox.focus();
  };

  const DAY = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long" });
  const registrations = (count) => count === 1 ? "1 registration" : `${count} registrations`;
  const called = (entry) => entry.fields.find(([name]) => name === "customer")?.[1] || "A registration";
  const lastDay = (entry) => DAY.format(entry.keptAt + KEPT_FOR);

  const LOST = {
    age: `not registered within ${days} days; what was written is deleted from this device.`,
    person: "deleted from this device before being sent, because somebody else logged in on it.",
  };

  const sayLost = (entries) => {
    for (const [why, words] of Object.entries(LOST)) {
      const lost = entries.filter((one) => one.lost === why);
      if (!lost.length) continue;
      const times = lost.map((one) => one.keptAt);
      const on = DAY.formatRange(Math.min(...times), Math.max(...times));
      const was = lost.length === 1 ? "was" : "were";
      const understood = button("Understood", () => Promise.all(lost.map((one) => drop(one.submission))));
      say("bad", `${registrations(lost.length)}, written here on ${on}, ${was} ${words}`, "", understood);
    }
  };

  const sayKept = (entry) => {
    const forget = button("Delete it", () => drop(entry.submission));
    const until = `It is kept for ${days} days, until ${lastDay(entry)}, and then deleted.`;
    if (entry.refusal) {
      const mend = entry.submission === asked ? [] : [link("Mend it", `${register}?kept=${entry.submission}`)];
      say("bad", `${called(entry)} was not registered. ${entry.refusal}`, until, ...mend, forget);
    } else {
      const helps = waits.to ? [link(waits.label, waits.to)] : [];
      const text = `${called(entry)} is kept on this device. Until it is sent it is not registered.`;
      say("wait", text, `${waits.text} ${until}`, ...helps, forget);
    }
  };

  const show = async () => {
    const [entries, lost] = [await mine(), (await here()).filter((one) => one.lost)];
    outbox.replaceChildren();
    for (const one of sent) {
      const away = button("Put away", () => sent.splice(sent.indexOf(one), 1));
      say("good", `${called(one)} was sent.`, "", link("See the answer", one.answer), away);
    }
    sayLost(lost);
    entries.forEach(sayKept);
  };

  // How it is sent

  const reachable = async () => {
    if (!navigator.onLine) return false;
    const asked = { method: "HEAD", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(4000) };
    return fetch("/healthz", asked).then((answer) => answer.ok, () => false);
  };

  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

  const textOf = (one) => one.textContent.trim().replace(/\s+/g, " ");
  const sentence = (text) => /[.?!]$/.test(text) ? text : `${text}.`;

  const reason = (fresh, status) => {
    const said = [...fresh.querySelectorAll(".errors li")].map(textOf);
    const title = fresh.querySelector("main h1");
    return said.length ? said.map(sentence).join(" ") : sentence(title ? textOf(title) : `The server answered ${status}`);
  };

  const beside = (fresh) => [...fresh.querySelectorAll(".field > .error[id]")].map(
    (error) => ({ id: error.id, texts: [...error.children].map(textOf) }));

  const later = (text, seconds) => {
    clearTimeout(retry);
    retry = setTimeout(sendAll, seconds * 1000);
    const [count, unit] = seconds > 5400 ? [Math.ceil(seconds / 3600), "hour"] : [Math.ceil(seconds / 60), "minute"];
    const when = new Intl.RelativeTimeFormat(document.documentElement.lang).format(count, unit);
    return { text: `${text} It is tried again ${when}.` };
  };

  const hindrance = (answer, fresh) => {
    if (answer.redirected && new URL(answer.url).pathname.endsWith("/login/")) {
      return { text: "You are logged out by now. It is sent when you have logged in again.", label: "Log in", to: register };
    }
    if (answer.redirected) return { text: "Something else is asked of you first.", label: "Go on", to: register };
    const text = reason(fresh, answer.status);
    if (answer.status === 429) return later(text, Number(answer.headers.get("Retry-After")) || 60);
    if (answer.status >= 500) return later(text, 60);
    return { text: `${text} It is tried again with the next page that you open.` };
  };

  const withQuestion = (entry, fresh) => {                // sent again as it stands, it is an answer to what was asked
    const asked = ["country_asked", fresh.querySelector("[name=country_asked]")?.value ?? ""];
    return [...entry.fields.filter(([name]) => name !== asked[0]), asked];
  };

  const send = async (entry, token) => {                  // where the answer is, why there is none, or what hinders it
    const body = new FormData();
    for (const [name, value] of entry.fields) body.append(name, value);
    body.set("submission", entry.submission);
    const answer = await fetch(register, { method: "POST", body, headers: { "X-CSRFToken": token } });
    if (/\/deals\/deal_/.test(answer.url)) {
      await answer.body?.cancel();                        // nobody reads it, and the connection would stay taken
      return { answer: answer.url };
    }
    const fresh = await parsed(answer);
    const final = !answer.redirected && [400, 409, 413, 422].includes(answer.status);
    if (!final) return { hindrance: hindrance(answer, fresh) };
    return { refusal: reason(fresh, answer.status), problems: beside(fresh), fields: withQuestion(entry, fresh) };
  };

  const sendEach = async (waiting) => {                   // what hinders the rest
    if (!navigator.onLine) return NO_NETWORK;
    if (!(await reachable())) return later("The server does not answer.", 60);
    const form = await fetch(register);
    const fresh = await parsed(form);
    const token = fresh.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!token || !form.ok || form.redirected) return hindrance(form, fresh);
    if (!fresh.querySelector(`script[data-person="${person}"]`)) {
      return { text: "Somebody else is logged in here by now. It can be sent only when you log in again." };
    }
    for (const entry of waiting) {
      const outcome = await send(entry, token);
      if (outcome.hindrance) return outcome.hindrance;
      if (outcome.answer) { await drop(entry.submission); sent.push({ ...entry, ...outcome }); }
      else await put({ ...entry, ...outcome });
    }
    return NO_NETWORK;
  };

  const sendAll = () => navigator.locks.request(`${NAME}-send`, async () => {
    const waiting = (await mine()).filter((entry) => !entry.refusal);
    if (waiting.length) waits = await sendEach(waiting).catch(() => later("The server does not answer.", 60));
    return show();
  });

  // The form

  const form = document.querySelector("form[data-keep]");
  const asked = new URLSearchParams(location.search).get("kept");
  const fromDevice = form && !form.elements.csrfmiddlewaretoken;   // at whatever address; its submission is always the same

  const fill = (entry) => {
    for (const control of form.elements) {
      const values = entry.fields.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
      else if (values.length && control.name !== "csrfmiddlewaretoken") control.value = values[0];
    }
    form.elements.submission.value = entry.submission;
  };

  const blame = (problems = []) => {                      // each reason beside its field, as the server's answer has it
    for (const error of form.querySelectorAll(".field > .error")) error.remove();
    for (const wrong of form.querySelectorAll(".wrong")) wrong.classList.remove("wrong");
    for (const wrong of form.querySelectorAll("[aria-invalid]")) wrong.removeAttribute("aria-invalid");
    for (const { id, texts } of problems) {
      const control = document.getElementById(id.replace(/_error$/, ""));
      const field = control?.closest(".field");
      if (!field) continue;
      const error = made("div", { className: "error", id });
      error.append(...texts.map((text) => made("p", { textContent: text })));
      [...field.querySelectorAll(":scope > :is(label, legend, .hint)")].at(-1).after(error);
      field.classList.add("wrong");
      field.closest("details")?.setAttribute("open", "");
      const described = field.matches("fieldset") ? field : control;
      if (described === control) control.setAttribute("aria-invalid", "true");
      const others = (described.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
      described.setAttribute("aria-describedby", [...others, id].join(" "));
    }
  };

  const mend = (entry) => {
    fill(entry);
    blame(entry.problems);
    form.querySelector(".wrong :is(input, select, textarea)")?.focus();
  };

  const written = () => {
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "submission");
    const submission = asked ?? (fromDevice ? crypto.randomUUID() : form.elements.submission.value);
    return { submission, keptAt: Date.now(), fields };
  };

  const look = async () => {
    await show();
    attend();
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
    if (outcome.answer) {
      await drop(entry.submission);
      return location.assign(outcome.answer);
    }
    waits = outcome.hindrance ?? NO_NETWORK;
    fill({ ...entry, ...outcome });
    blame(outcome.problems);
    return put({ ...entry, ...outcome }).then(look);
  }).catch(look);

  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const free = () => { form.ariaBusy = "false"; };
    if (fromDevice || !(await reachable())) return keep().finally(free);
    if (asked) return sendMended().finally(free);
    form.submit();
  });

  // Logging out

  const warning = async () => {                           // of all workspaces; empty where nothing waits
    const count = (await all().catch(() => [])).filter((one) => one.sealed).length;
    const them = count === 1 ? "it" : "them";
    return count ? `Not sent yet: ${registrations(count)}. Logging out deletes ${them} from this device.` : "";
  };

  document.getElementById("log-out")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const pressed = event.submitter;
    pressed.ariaBusy = "true";
    const warned = await warning();
    if (warned && !window.confirm(warned)) {
      pressed.ariaBusy = "false";
      return;
    }
    await wipe();
    event.target.submit();
  });

  if (!register) return void warning().then((warned) => warned && say("bad", warned));

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
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAll(); });
  if (navigator.onLine && location.pathname !== page) prepare().catch(() => {});
  if (asked && form) mine().then((entries) => entries.filter((one) => one.submission === asked).forEach(mend));
  sendAll();
})();
