// The report on paper: a frame is cut off at its edge, so what it shows is laid out in the page itself too, for print alone.
"use strict";
(async () => {
  const place = document.querySelector("[data-sheet]");
  const answer = await fetch(place.dataset.sheet);
  if (!answer.ok) return;
  // The page lets in no styles that stand in a text: they are read as something else, and set by hand.
  const text = (await answer.text()).replaceAll(' style="', ' data-style="').replace(/<(\/?)style>/g, "<$1template>");
  const made = new DOMParser().parseFromString(text, "text/html");
  const within = place.attachShadow({ mode: "open" });
  within.adoptedStyleSheets = [...made.querySelectorAll("template")].map((styles) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles.content.textContent.replaceAll(":root", ":host"));
    return sheet;
  });
  within.append(document.importNode(made.body, true));
  for (const node of within.querySelectorAll("[data-style]")) node.style.cssText = node.dataset.style;
  place.dataset.ready = "";
})().catch(() => { /* the frame is printed as it is */ });
