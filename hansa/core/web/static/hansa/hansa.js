// Comfort only: every page works without this file.
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = event.target.closest?.("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
      return;
    }
    if (document.body.dataset.keys === "off") return;      // who speaks to a computer presses keys by accident
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
    const target = [...document.querySelectorAll("[data-key]")].find(
      (one) => one.dataset.key === event.key.toLowerCase() && one.checkVisibility());
    if (!target) return;
    event.preventDefault();
    target.matches("a") ? target.click() : target.focus();      // one key leads on, and never commits anything
  });

  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    const copy = event.target.closest("[data-copy]");
    if (!copy) return;
    const field = document.getElementById(copy.dataset.copy);
    field.select();
    navigator.clipboard?.writeText(field.value).then(() => { copy.textContent = "Copied"; });
  });

  let filled = [];                                        // what choosing a suggestion wrote, and what stood there before
  document.addEventListener("input", (event) => {         // before one is in the next field, and perhaps writes there
    const { list, form, value } = event.target;
    if (!list) return;
    for (const { control, was, became } of filled) if (control.value === became && control.form === form) control.value = was;
    const chosen = [...list.options].find((one) => one.value === value);
    filled = Object.entries(chosen?.dataset ?? {}).map(([name, became]) => {
      const control = form.elements[name];
      const was = control === event.target ? became : control.value;
      control.value = became;
      return { control, was, became };
    });
  });

  const follow = async (id) => {                          // long work: look again, and start over once it is done
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const fresh = page.getElementById(id);
    if (!fresh) return location.reload();
    document.getElementById(id).replaceWith(fresh);
    setTimeout(follow, 2000, id);
  };
  for (const work of document.querySelectorAll("[data-follow]")) setTimeout(follow, 2000, work.id);

  for (const copy of document.querySelectorAll("[data-copy]")) copy.hidden = false;
})();
