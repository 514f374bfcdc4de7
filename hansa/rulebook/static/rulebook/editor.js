// Turns the text of a decision table into a table to edit. Without this file the text is edited itself.
(() => {
  const make = (tag, words, parts = []) => {
    const one = Object.assign(document.createElement(tag), words);
    one.append(...parts);
    return one;
  };

  const open = async (text) => {
    const fixed = text.readOnly;
    const mount = make("div", { className: "dmn-mount" });
    const frame = make("div", { className: "dmn-frame" }, [mount]);
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", fixed ? "The table" : "The table, to edit");
    text.after(frame);
    const table = new DmnTable[fixed ? "TableViewer" : "TableEditor"]({ container: mount, common: { debounceInput: false } });
    try {
      await table.importXML(text.value);
    } catch {
      table.destroy();
      frame.remove();
      text.parentElement.querySelector("[data-dmn-refused]").hidden = false;
      return;
    }
    const label = text.parentElement.querySelector("label");
    label.hidden = text.hidden = true;
    if (fixed) return frame.classList.add("fixed");
    let changed = false;
    table.getActiveViewer().on("commandStack.changed", () => { changed = true; });
    toolbar(frame, table);
    mistakes(mount);
    keyboard(mount);
    sending(text, table, mount, () => changed);
  };

  const toolbar = (frame, table) => {                     // what the widget has no button for, or none for the keyboard
    const act = (name, label) => {
      const button = make("button", { type: "button", className: "button", textContent: label });
      button.addEventListener("click", () => {
        const viewer = table.getActiveViewer();
        if (name !== "addRule") return viewer.get("editorActions").trigger(name);
        viewer.get("eventBus").fire("addRule", {});
        const rows = frame.querySelectorAll("tbody tr");
        rows[rows.length - 1].querySelector("[contenteditable]")?.focus();
      });
      return button;
    };
    const acts = [act("addRule", "Add a row"), act("undo", "Undo"), act("redo", "Redo")];
    const hint = make("small", { textContent: "Tab leads from cell to cell, Enter to the row below; a right click or Shift+F10 on a cell removes or copies its row." });
    frame.prepend(make("div", { className: "acts dmn-acts" }, [...acts, hint]));
  };

  const cells = (mount, row, column) => {
    const line = mount.querySelectorAll("tbody tr")[row - 1];
    if (!line) return null;
    const heads = [...mount.querySelectorAll("thead th")];
    const named = (head) => [...head.querySelectorAll(".input-label, .input-expression, .output-label, .output-name")].some((one) => one.textContent.trim() === column);
    const at = column ? heads.findIndex(named) : 1;
    return line.children[at] ?? line.children[1];
  };

  const mistakes = (mount) => {
    for (const link of document.querySelectorAll("[data-dmn-mistakes] a")) {
      const { row, column } = link.dataset;
      const cell = cells(mount, Number(row), column);
      if (!cell) continue;
      cell.classList.add("dmn-wrong");
      cell.title = link.textContent;
      cell.querySelector("[contenteditable]")?.setAttribute("aria-invalid", "true");
      link.addEventListener("click", (event) => {
        event.preventDefault();
        cell.scrollIntoView({ block: "center", inline: "center" });
        (cell.querySelector("[contenteditable]") ?? cell).focus();
      });
    }
  };

  const keyboard = (mount) => {
    mount.addEventListener("keydown", (event) => {        // no Enter in the widget sends the form
      if (event.key === "Enter" && event.target.matches("input, select")) event.preventDefault();
    });
  };

  const sending = (text, table, mount, changed) => {
    text.form?.addEventListener("submit", async (event) => {
      if (mount.contains(event.submitter)) { event.preventDefault(); event.stopPropagation(); return; }
      if (event.defaultPrevented) return;
      event.preventDefault();
      document.activeElement?.blur?.();
      if (changed()) text.value = (await table.saveXML({ format: true })).xml;
      text.form.submit();                                 // requestSubmit does nothing while submit is being told
    });
  };

  for (const text of document.querySelectorAll("textarea[data-dmn]")) open(text);
})();
