// Loa's console: what a page does beyond its forms. Every page works without it.
"use strict";

// What the scripts say by themselves.
const words = JSON.parse(document.body.dataset.words);
// What every page needs where the station no longer knows who asks.
const session = {
  // Said in the words of the page, with the way to the login and back here; in another tab where something is filled in.
  ended(filledIn) {
    const box = session.notice(filledIn ? `${words.ended} ${words.kept}` : words.ended);
    box.classList.add("ended");
    const link = document.createElement("a");
    link.className = "button";
    link.href = `/dang-nhap?ve=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = words.login;
    if (filledIn) link.target = "_blank";
    box.append(link);
    return box;
  },
  notice(text) {
    const box = document.createElement("div");
    box.className = "notice error";
    const said = document.createElement("p");
    said.textContent = text;
    box.append(said);
    return box;
  },
  PATIENCE_MS: 10_000,
  // How it stands with it: `on`, `ended`, `other` (somebody else has logged in here), or `away` where the station is not reached.
  async state(csrf) {
    try {
      const signal = AbortSignal.timeout(session.PATIENCE_MS);
      const answer = await fetch("/phien", { headers: { "X-CSRF-Token": csrf }, cache: "no-store", signal });
      if (answer.status === 403) return await session.renewed() ? "on" : "other";
      return answer.status === 401 ? "ended" : "on";
    } catch { return "away"; }
  },
  who: (page) => page.querySelector("details.account > summary span")?.textContent,
  // Whoever logged in anew elsewhere goes on with this page's forms: they get the new session's token. Nobody else does.
  async renewed() {
    try {
      const answer = await fetch("/", { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector('input[name="csrf"]');
      if (!fresh || session.who(page) !== session.who(document)) return false;
      for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = fresh.value;
      return true;
    } catch { return false; }
  },
};

// A menu closes by Escape and by a click beside it.
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.account[open]")) {
    if (!open.contains(event.target)) open.removeAttribute("open");
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details.account[open], details.sure[open]")) {
    open.removeAttribute("open");
    open.querySelector("summary").focus();
  }
});
// Where nobody would take it nothing is sent, and no page is left: the browser's own words would take the place of what was typed
// here, and of what is to be done.
const away = {
  ASK_MS: 3000,
  is: () => document.body.classList.contains("lost"),
  // Where the page does not say it by itself.
  box: null,
  // Of what is here the page says what there is.
  says() {
    const typed = unsent.forms().some((form) => form.closest("main") && form.matches("[method=post]") && unsent.fields(form).length > 0);
    const old = document.querySelector("[data-renews]") !== null;
    return [words.unreached, typed && words.unreachedTyped, old && words.unreachedOld, words.unreachedEnds].filter(Boolean).join(" ");
  },
  tell(is) {
    document.body.classList.toggle("lost", is);
    if (is && !away.box) {
      away.box = session.notice(away.says());
      away.box.setAttribute("role", "alert");
      document.querySelector("main").prepend(away.box);
    }
    if (!is) { away.box?.remove(); away.box = null; }
  },
  // A page that looks at the station for something of its own does so by this, and answers whether it has: it is not asked twice.
  own: async () => false,
  async look() {
    if (await away.own()) return;
    const signal = AbortSignal.timeout(session.PATIENCE_MS);
    await fetch(document.querySelector('link[rel="stylesheet"]').href, { method: "HEAD", cache: "no-store", signal });
  },
  asking: false,
  async ask() {
    if (away.asking) return;
    away.asking = true;
    try {
      await away.look();
      away.tell(false);
    } catch { away.tell(true); }
    away.asking = false;
  },
  stay(event) {
    if (!away.is()) return;
    event.preventDefault();
    (away.box ?? document.getElementById("lien-lac"))?.scrollIntoView({ block: "center" });
  },
};
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) away.stay(event); });
document.addEventListener("click", (event) => { if (event.target.closest?.("a.button[href^='/']")) away.stay(event); });
if (!document.querySelector("[data-stream]") && document.querySelector("main form[method=post], [data-renews]")) {
  setInterval(away.ask, away.ASK_MS);
}
// What is sent is sent once.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  for (const button of event.target.querySelectorAll("button[type=submit]")) {
    setTimeout(() => { button.disabled = true; });
  }
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("button[type=submit]")) button.disabled = false;
});

// On pages with orders: whether the station is reached. On air: parts as they change, and figures that run on by themselves
// between two events.
const live = document.querySelector("[data-stream]");
if (live) {
  const SILENT_MS = 4000;
  const banner = live;
  const shown = document.querySelector(".now");
  let source = null;
  let heard = 0; // when the last event came, by the page's own clock
  // The station's clock less that one: as the page was made, then as each event says; none: it counts nothing.
  const say = shown ? shown.dataset : {};
  let ahead = say.nowMs === undefined ? null : say.nowMs - performance.now();

  const two = (n) => String(n).padStart(2, "0");
  const length = (ms) => {
    const s = Math.max(0, Math.round(ms / 1000));
    const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
    return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  };
  const left = (ms) => {
    const minutes = Math.floor(Math.max(0, ms) / 60000);
    const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
    if (days > 0) return `${days} ${say.days} ${hours} ${say.hours}`;
    return hours > 0 ? `${hours} ${say.hours} ${two(minutes % 60)} ${say.minutes}` : length(ms);
  };
  const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  const lost = (is) => {
    document.body.classList.toggle("lost", is);
    if (!is) banner.replaceChildren();
    if (is && !banner.firstChild) {
      banner.append(document.getElementById("mat-lien-lac").content.cloneNode(true));
    }
    // Nobody would take an order: it cannot be given. What was sent already stays sent.
    for (const button of document.querySelectorAll(`form[data-order] button[type=submit]${is ? ":enabled" : "[data-barred]"}`)) {
      button.disabled = is;
      button.toggleAttribute("data-barred", is);
    }
  };

  // A station that refuses the stream, and the one reason that does not pass by itself: the session has ended.
  const refused = async () => {
    const away = new AbortController();
    try {
      const answer = await fetch(live.dataset.stream, { headers: { Accept: "text/event-stream" }, signal: away.signal });
      away.abort();
      if (answer.status === 401) {
        banner.replaceChildren(session.ended(false));
        // It may have been in another tab that somebody logged in.
        addEventListener("focus", async () => { await session.renewed(); connect(); }, { once: true });
        return;
      }
    } catch { /* it is not reached at all */ }
    setTimeout(connect, 3000);
  };

  const tick = () => {
    if (ahead === null || document.body.classList.contains("lost")) return;
    const now = performance.now() + ahead;
    for (const node of document.querySelectorAll("[data-offset-s]")) {
      const local = new Date(now + node.dataset.offsetS * 1000);
      put(node, `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`);
    }
    for (const node of document.querySelectorAll("[data-until-ms]")) put(node, length(node.dataset.untilMs - now));
    for (const node of document.querySelectorAll("[data-in-ms]")) put(node, left(node.dataset.inMs - now));
    for (const node of document.querySelectorAll("[data-since-ms]")) put(node, length(now - node.dataset.sinceMs));
    for (const bar of document.querySelectorAll("progress[data-begins-ms]")) {
      bar.value = Math.min(bar.max, Math.max(0, now - bar.dataset.beginsMs));
    }
  };

  const sounding = () => document.querySelector("[data-slot]")?.dataset.slot ?? "";
  const sounded = sounding();

  const take = (event) => {
    const news = JSON.parse(event.data);
    heard = performance.now();
    ahead = news.now_ms - heard;
    lost(false);
    for (const [id, html] of Object.entries(news.parts)) {
      const part = document.getElementById(id);
      if (part) part.innerHTML = html;
    }
    // What was said of an order is out of date once something else sounds; what went wrong stays until it is read.
    if (sounding() !== sounded) {
      for (const told of document.querySelectorAll(".told:not(:has(.error))")) told.remove();
    }
    if (shown) {
      const level = news.level_dbfs;
      document.getElementById("muc").value = level === null ? 0 : Math.max(0, 60 + level);
      const figure = document.getElementById("muc-so");
      put(figure, level === null ? "—" : `${Math.round(level) < 0 ? "−" : ""}${Math.abs(Math.round(level))} dB`);
    }
    tick();
  };

  const connect = () => {
    if (source) source.close();
    source = new EventSource(live.dataset.stream);
    source.onmessage = take;
    source.onerror = () => {
      lost(true);
      // What the server refused is not tried again by the browser.
      if (source.readyState === EventSource.CLOSED) refused();
    };
  };

  heard = performance.now();
  connect();
  setInterval(() => {
    if (performance.now() - heard > SILENT_MS) lost(true);
    tick();
  }, 250);
}

// A change of the language or of the colours loads the page anew: what is filled in and not sent yet is there again behind it.
// Passwords and chosen files are not kept; whoever has some is asked first.
const unsent = {
  NAME: "loa-chua-gui",
  fields: (form) => [...form.elements].filter((field) => field.name
    && field.matches("input:not([type=hidden], [type=password], [type=file], [type=submit]), select, textarea")),
  ticks: (field) => ["checkbox", "radio"].includes(field.type),
  isOther(field) {
    if (unsent.ticks(field)) return field.checked !== field.defaultChecked;
    if (!field.matches("select")) return field.value !== field.defaultValue;
    // Of a choice of nothing none is chosen.
    if (field.options.length === 0) return false;
    const first = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(0, first);
  },
  forms: () => [...document.forms].filter((form) => !form.matches(".switch")),
  // Of each field that was changed: its form by where that goes, which of those, and which of the fields of its name.
  changed() {
    const forms = unsent.forms();
    return forms.flatMap((form) => {
      const action = form.getAttribute("action");
      const of = forms.filter((other) => other.getAttribute("action") === action).indexOf(form);
      const fields = unsent.fields(form);
      return fields.filter(unsent.isOther).map((field) => {
        const nth = fields.filter((other) => other.name === field.name).indexOf(field);
        return { action, of, name: field.name, nth, value: unsent.ticks(field) ? field.checked : field.value };
      });
    });
  },
  keep(to) {
    try { sessionStorage.setItem(unsent.NAME, JSON.stringify({ to, fields: unsent.changed() })); } catch { /* it keeps nothing */ }
  },
  // Once, and only on the page that it was filled in on.
  back() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(unsent.NAME));
      sessionStorage.removeItem(unsent.NAME);
    } catch { /* nothing was kept */ }
    if (kept?.to !== location.pathname + location.search) return;
    const last = new Map();
    for (const { action, of, name, nth, value } of kept.fields) {
      const form = unsent.forms().filter((other) => other.getAttribute("action") === action)[of];
      const field = form && unsent.fields(form).filter((other) => other.name === name)[nth];
      if (!field) continue;
      if (unsent.ticks(field)) field.checked = value; else field.value = value;
      for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      last.set(form, field);
    }
    // Whatever looks at what is typed looks at it now.
    for (const field of last.values()) field.dispatchEvent(new Event("input", { bubbles: true }));
  },
};
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".switch")) return;
  const lost = unsent.forms().flatMap((form) => [...form.elements])
    .some((field) => field.matches("[type=password], [type=file]") && field.value !== "");
  if (lost && !confirm(words.unkept)) {
    event.preventDefault();
    return;
  }
  const to = new URL(event.target.elements.ve.value, location.href);
  unsent.keep(to.pathname + to.search);
}, true);
// A form that was filled in and not sent is not left by a slip: the browser asks first, in its own words; and where another form
// of the page is sent, the page asks.
const leaving = {
  FORMS: "form[data-check], form[data-typed]",
  // What came back refused is not saved either, though nothing was typed since.
  CAME_BACK: new URLSearchParams(location.search).has("giu"),
  is: false,
  filled: (form) => leaving.CAME_BACK || unsent.fields(form).some(unsent.isOther),
  filledBeside: (sent) => [...document.querySelectorAll(leaving.FORMS)]
    .filter((form) => form !== sent && !(leaving.CAME_BACK && sent?.matches(leaving.FORMS))).some(leaving.filled),
};
// What is filled in is not sent into a session that has ended: the page asks first, and keeps it with the way to the login. An order
// is not held up; what is sent without a script is kept by the station.
const asked = {
  of: null, // the form that is asked about
  sure: new WeakSet(),
  told: null,
  // Before there is a session, as at the login, none can have ended.
  is: (form) => form.matches("main form[method=post]:not(.switch, [data-order])") && form.elements.csrf && leaving.filled(form),
  tell(form, box) {
    // Where the check says it already it is said once.
    const said = form.querySelector(".notice.ended") ?? (form.prepend(box), asked.told = box);
    said.scrollIntoView({ block: "center" });
  },
  async ask(form, button) {
    const state = await session.state(form.elements.csrf.value);
    asked.of = null;
    asked.told?.remove();
    asked.told = null;
    if (state === "ended") asked.tell(form, session.ended(true));
    else if (state === "other") asked.tell(form, session.notice(words.other));
    // Where the page has a stream that tells it.
    else if (state === "away") { if (!live) away.tell(true); } else {
      asked.sure.add(form);
      form.requestSubmit(button);
    }
  },
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (asked.sure.delete(form) || event.defaultPrevented || !asked.is(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (asked.of) return;
  asked.of = form;
  asked.ask(form, event.submitter);
}, true);
addEventListener("focus", async () => {
  if (asked.told && await session.renewed()) { asked.told?.remove(); asked.told = null; }
});
document.addEventListener("submit", (event) => {
  if (event.target.matches(".switch") || event.defaultPrevented) return;
  if (leaving.filledBeside(event.target) && !confirm(words.unsaved)) event.preventDefault();
}, true);
document.addEventListener("submit", (event) => { leaving.is ||= !event.defaultPrevented; });
document.addEventListener("click", (event) => { leaving.is ||= event.target.closest?.("a[data-leave]") != null; });
addEventListener("beforeunload", (event) => {
  if (!leaving.is && leaving.filledBeside(null)) event.preventDefault();
});
// Behind the page's other scripts.
addEventListener("DOMContentLoaded", unsent.back);
