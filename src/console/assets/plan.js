// The months' pages: what check says beside a form while it is filled in, and the pane of a file's text. Without this file
// everything can be done; one is told at the save.
"use strict";
(() => {
  const WAIT_MS = 350;
  // So long a check may take; and so long it waits where the station was not reached.
  const PATIENCE_MS = 10_000, AGAIN_MS = 3000;
  const csrf = () => document.querySelector('input[name="csrf"]')?.value ?? "";

  // Asks at most once per pause, and drops answers that something newer has overtaken. What stands in `said` is of the text
  // as it is, or says that it is not known: nothing older.
  const asker = (form, said, address, fields, use, nothing) => {
    let timer = 0, asked = 0, ended = false;
    const untold = (box) => {
      nothing();
      said.replaceChildren(box);
      said.classList.remove("asking");
    };
    const ask = async (renew) => {
      const mine = ++asked;
      let status = 0;
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        const answer = await fetch(address, { method: "POST", body: fields(), headers: { "X-CSRF-Token": csrf() }, signal });
        const found = await answer.text();
        if (mine !== asked) return;
        status = answer.status;
        if (answer.ok) {
          use(found);
          ended = false;
          said.classList.remove("asking");
          return;
        }
      } catch { status = 0; }
      if (mine !== asked) return;
      // Another session has begun in this browser: its token is asked for once.
      if (status === 403 && renew && await session.renewed()) { ask(false); return; }
      if (status === 401) {
        ended = true;
        untold(session.ended(true));
        return;
      }
      untold(session.notice(words.unchecked));
      timer = setTimeout(() => ask(true), AGAIN_MS);
    };
    addEventListener("focus", async () => { if (ended && await session.renewed()) ask(false); });
    // What is sent without a session is lost: it is kept here until there is one.
    form.addEventListener("submit", (event) => {
      if (!ended) return;
      event.preventDefault();
      said.scrollIntoView({ block: "center" });
    });
    return (event) => {
      clearTimeout(timer);
      asked += 1;
      if (event) said.classList.add("asking");
      timer = setTimeout(() => ask(true), WAIT_MS);
    };
  };

  const verdictAtFields = (form, verdict) => {
    form.querySelectorAll(".at-field").forEach((told) => told.remove());
    form.querySelectorAll("[aria-invalid]").forEach((field) => {
      field.removeAttribute("aria-invalid");
      const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && !id.startsWith("o-"));
      others.length ? field.setAttribute("aria-describedby", others.join(" ")) : field.removeAttribute("aria-describedby");
    });
    verdict.querySelectorAll("[data-field]").forEach((found) => {
      const field = form.querySelector(`#${CSS.escape(found.dataset.field)}`);
      if (!field || field.hasAttribute("aria-invalid") || !found.querySelector(".problem.error")) return;
      const told = document.createElement("span");
      told.className = "at-field";
      told.id = `o-${found.dataset.field}`;
      told.textContent = found.querySelector("p")?.textContent ?? "";
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${told.id}`.trim());
      field.after(told);
    });
  };

  for (const form of document.querySelectorAll("form[data-check]")) {
    const verdict = form.querySelector("#ket-qua");
    const fields = () => new URLSearchParams(new FormData(form));
    const ask = asker(form, verdict, form.dataset.check, fields, (found) => {
      // Why it was refused was said of what it held then.
      document.querySelector("main > .refused")?.remove();
      verdict.innerHTML = found;
      verdictAtFields(form, verdict);
    }, () => {
      verdict.replaceChildren();
      verdictAtFields(form, verdict);
    });
    form.addEventListener("input", ask);
    form.addEventListener("change", ask);
  }

  // A list whose choice is put into a field. What a key only passes by is not chosen: it opens the list, where Enter or a click
  // chooses; where a script cannot open it, Enter takes what stands there.
  for (const choice of document.querySelectorAll("select[data-into]")) {
    const MOVES = /^(Arrow|Page|Home|End|[^ ]$)/;
    let passing = false;
    const take = () => {
      passing = false;
      const into = document.getElementById(choice.dataset.into);
      if (!into || !choice.value) return;
      into.value = choice.value;
      choice.value = "";
      into.dispatchEvent(new Event("input", { bubbles: true }));
    };
    choice.addEventListener("keydown", (event) => {
      const { key, altKey, ctrlKey, metaKey } = event;
      if (key === "Enter" && passing) {
        event.preventDefault();
        take();
        return;
      }
      passing &&= MOVES.test(key) && !altKey;
      if (!MOVES.test(key) || altKey || ctrlKey || metaKey) return;
      try {
        choice.showPicker();
        event.preventDefault();
      } catch { passing = true; }
    });
    choice.addEventListener("pointerdown", () => { passing = false; });
    choice.addEventListener("blur", () => { if (passing) choice.value = ""; passing = false; });
    choice.addEventListener("change", () => { if (!passing) take(); });
  }

  for (const editor of document.querySelectorAll(".editor")) {
    const text = editor.querySelector("textarea"), under = editor.querySelector(".under");
    const gutter = editor.querySelector(".gutter"), said = document.getElementById("ket-qua");
    const force = document.getElementById("van-luu"), counts = document.getElementById("dem");
    let marks = [];
    const draw = () => {
      const whole = text.value;
      under.textContent = "";
      let at = 0;
      for (const { from, to, kind } of marks) {
        if (from < at || to > whole.length) continue;
        under.append(whole.slice(at, from));
        const mark = document.createElement("mark");
        mark.className = kind;
        mark.textContent = whole.slice(from, to);
        under.append(mark);
        at = to;
      }
      under.append(`${whole.slice(at)}\n`);
      gutter.textContent = whole.split("\n").map((_, line) => `${line + 1}\n`).join("");
      follow();
    };
    const follow = () => {
      under.scrollTop = gutter.scrollTop = text.scrollTop;
      under.scrollLeft = text.scrollLeft;
    };
    const fields = () => new URLSearchParams({ text: text.value });
    const ask = asker(text.form, said, editor.dataset.check, fields, (answer) => {
      const found = JSON.parse(answer);
      marks = found.marks.sort((a, b) => a.from - b.from);
      said.innerHTML = found.html;
      if (counts) counts.innerHTML = found.counts;
      if (force) force.hidden = !found.refused;
      draw();
    }, () => counts?.replaceChildren());
    text.addEventListener("scroll", follow);
    text.addEventListener("input", (event) => { marks = []; draw(); ask(event); });
    if (force) force.hidden = !said.querySelector(".problem.error");
    if (!text.readOnly) ask();
    const show = (line) => {
      const start = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      text.focus();
      text.setSelectionRange(start, start);
      text.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(text).lineHeight));
    };
    // A line of the list leads to its place, and so does an address with a line.
    said.addEventListener("click", (event) => {
      // Other links lead where they say.
      const link = event.target.closest("a");
      if (link && !link.querySelector("code")) return;
      const place = event.target.closest(".problem")?.querySelector(".place code")?.textContent ?? "";
      const line = Number(/ (\d+)$/.exec(place)?.[1]);
      if (!line || !place.includes(editor.dataset.file)) return;
      event.preventDefault();
      show(line);
    });
    draw();
    const asked = Number(new URLSearchParams(location.search).get("dong"));
    if (asked > 0) show(asked);
  }
})();
