// A page that shows a day that is not over, and has no stream of its own: it looks for what is new as often as its parts say. What
// somebody has opened stays open, and what has the focus keeps it.
"use strict";
(() => {
  const TYPED = "input:not([type=hidden]), select, textarea";
  const HELD = ["open", "disabled", "data-barred"]; // the person's, or a script's

  const attributes = (old, fresh) => {
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !HELD.includes(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) {
      if (!HELD.includes(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  };
  const renew = (old, fresh) => {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return;
    }
    if (old.matches(TYPED)) return;
    attributes(old, fresh);
    const were = [...old.childNodes];
    const named = new Map(were.filter((child) => child.id).map((child) => [child.id, child]));
    const others = were.filter((child) => !child.id);
    const children = [...fresh.childNodes].map((child) => {
      const was = child.id ? named.get(child.id) : others.shift();
      if (was?.nodeName !== child.nodeName) return child;
      renew(was, child);
      return was;
    });
    children.forEach((child, n) => { if (old.childNodes[n] !== child) old.insertBefore(child, old.childNodes[n] ?? null); });
    while (old.childNodes.length > children.length) old.lastChild.remove();
  };

  let last = performance.now();
  let ended = null;
  away.own = async () => {
    const parts = [...document.querySelectorAll("[data-renews]")];
    const afterMs = Math.min(...parts.map((part) => Number(part.dataset.renews)));
    if (!parts.length || ended || document.hidden || performance.now() - last < afterMs) return false;
    const signal = AbortSignal.timeout(session.PATIENCE_MS);
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store", signal });
    last = performance.now();
    if (answer.redirected) {
      ended = session.ended(false);
      document.querySelector("main").prepend(ended);
      return true;
    }
    if (!answer.ok) return true;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const fresh = page.getElementById(part.id);
      if (fresh) renew(part, fresh);
    }
    return true;
  };
  // It may have been in another tab that somebody logged in.
  addEventListener("focus", async () => {
    if (ended && await session.renewed()) { ended?.remove(); ended = null; }
  });
})();
