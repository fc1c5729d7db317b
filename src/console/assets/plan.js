// The months' pages: what check says beside a form while it is filled in, and the pane of a file's text. Without this file
// everything can be done; one is told at the save.
"use strict";
(() => {
  const WAIT_MS = 350;
  const csrf = () => document.querySelector('input[name="csrf"]')?.value ?? "";

  // Asks at most once per pause, and drops answers that something newer has overtaken.
  const asker = (address, fields, use) => {
    let timer = 0, asked = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const mine = ++asked;
        try {
          const answer = await fetch(address, { method: "POST", body: fields(), headers: { "X-CSRF-Token": csrf() } });
          if (answer.ok && mine === asked) await use(answer);
        } catch { /* the network is away: the save will say so */ }
      }, WAIT_MS);
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
    const ask = asker(form.dataset.check, () => new URLSearchParams(new FormData(form)), async (answer) => {
      verdict.innerHTML = await answer.text();
      verdictAtFields(form, verdict);
    });
    form.addEventListener("input", ask);
    form.addEventListener("change", ask);
  }

  for (const choice of document.querySelectorAll("select[data-into]")) {
    choice.addEventListener("change", () => {
      const into = document.getElementById(choice.dataset.into);
      if (!into || !choice.value) return;
      into.value = choice.value;
      choice.value = "";
      into.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  for (const editor of document.querySelectorAll(".editor")) {
    const text = editor.querySelector("textarea"), under = editor.querySelector(".under");
    const gutter = editor.querySelector(".gutter"), said = document.getElementById("ket-qua");
    const force = document.getElementById("van-luu");
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
    const ask = asker(editor.dataset.check, () => new URLSearchParams({ text: text.value }), async (answer) => {
      const found = await answer.json();
      marks = found.marks.sort((a, b) => a.from - b.from);
      said.innerHTML = found.html;
      if (force) force.hidden = !found.refused;
      draw();
    });
    text.addEventListener("scroll", follow);
    text.addEventListener("input", () => { marks = []; draw(); ask(); });
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
