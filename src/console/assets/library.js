// The library: files dropped or chosen are sent one after another with their progress, and a recording is heard from
// where its outline is clicked. Without this file forms do the same.
"use strict";

const form = document.getElementById("tai-len");

// The list and the folders as they are now, without a word typed anew.
const refresh = async () => {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [list, shown] = [now.getElementById("danh-sach"), document.getElementById("danh-sach")];
    if (!list || !shown || shown.contains(document.activeElement)) return;
    shown.replaceWith(list);
    if (!form) return;
    const chosen = form.elements.thu_muc.value;
    form.elements.thu_muc.replaceChildren(...now.querySelectorAll('#tai-len [name="thu_muc"] option'));
    form.elements.thu_muc.value = chosen;
  } catch { /* the next look at the page shows it */ }
};

// What is being measured is looked at until it is.
const MEASURED_EVERY_MS = 2000;
const watch = () => {
  if (!document.querySelector("#danh-sach[data-measuring]")) return;
  setTimeout(async () => {
    if (!document.hidden) await refresh();
    watch();
  }, MEASURED_EVERY_MS);
};
watch();

if (form) {
  const list = document.getElementById("dang-tai");
  const say = list.dataset;
  const files = form.elements.tep;
  const queue = [];
  let busy = false;

  const make = (name, className, text) => {
    const node = document.createElement(name);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  };
  const button = (text, act) => {
    const node = make("button", "", text);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
  };

  // What stands between backticks is what one types or reads.
  const tell = (item, text) => {
    item.said.replaceChildren(...text.split("`").map((piece, n) => (n % 2 ? make("code", "", piece) : piece)));
  };

  const add = (file) => {
    const item = { file, row: make("li", "upload"), choice: "", replaces: "" };
    item.name = make("strong", "", file.name);
    item.bar = make("progress");
    item.bar.max = 1;
    item.bar.value = 0;
    item.bar.setAttribute("aria-label", file.name);
    item.said = make("span", "muted", say.waiting);
    item.acts = make("div", "row");
    item.row.append(item.name, item.bar, item.said, item.acts);
    list.append(item.row);
    enqueue(item);
  };

  const enqueue = (item) => {
    item.row.className = "upload";
    item.bar.hidden = false;
    item.bar.value = 0;
    item.said.textContent = say.waiting;
    item.acts.replaceChildren(button(say.cancel, () => cancel(item)));
    queue.push(item);
    next();
  };

  const cancel = (item) => {
    const at = queue.indexOf(item);
    if (at >= 0) queue.splice(at, 1);
    if (item.request) item.request.abort();
    ended(item, "", say.cancelled, [button(say.again, () => enqueue(item))]);
  };

  const ended = (item, className, text, acts = []) => {
    item.request = null;
    item.bar.hidden = true;
    item.row.className = `upload ${className}`;
    tell(item, text);
    item.acts.replaceChildren(...acts);
  };

  const next = () => {
    if (busy || queue.length === 0) return;
    busy = true;
    const item = queue.shift();
    const query = new URLSearchParams({
      ten: item.file.name, thu_muc: form.elements.thu_muc.value, trung: item.choice || form.elements.trung.value,
    });
    if (item.replaces) query.set("thay", item.replaces);
    const request = new XMLHttpRequest();
    item.request = request;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      item.bar.value = event.loaded / event.total;
      item.said.textContent = `${Math.floor((100 * event.loaded) / event.total)} %`;
    });
    request.upload.addEventListener("load", () => {
      item.bar.removeAttribute("value");
      item.said.textContent = say.checking;
    });
    const done = () => {
      busy = false;
      if (queue.length === 0) refresh();
      next();
    };
    request.addEventListener("load", () => { answered(item, request); done(); });
    request.addEventListener("error", () => {
      ended(item, "bad", say.lost, [button(say.again, () => enqueue(item))]);
      done();
    });
    request.addEventListener("abort", done);
    request.open("POST", `${form.dataset.to}?${query}`);
    request.setRequestHeader("X-CSRF-Token", form.dataset.token);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.send(item.file);
  };

  const answered = (item, request) => {
    const told = request.response || {};
    if (request.status < 300) {
      ended(item, "good", told.text);
      const link = make("a", "", item.file.name);
      link.href = told.href;
      item.name.replaceChildren(link);
    } else if (told.replaces) {
      const drop = button(say.drop, () => item.row.remove());
      const number = button(say.number, () => { item.choice = "so"; item.replaces = ""; enqueue(item); });
      const replace = button(say.replace, () => { item.replaces = told.replaces; enqueue(item); });
      replace.className = "outline-danger";
      ended(item, "warn", told.text, [number, replace, drop]);
      number.focus();
    } else {
      ended(item, "bad", told.text || say.lost, [button(say.again, () => enqueue(item))]);
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    [...files.files].forEach(add);
    form.reset();
  });
  // What is chosen goes up at once.
  form.querySelector("button[type=submit]").hidden = true;
  files.addEventListener("change", () => form.requestSubmit());
  let inside = 0;
  form.addEventListener("dragenter", (event) => { event.preventDefault(); inside += 1; form.classList.add("over"); });
  form.addEventListener("dragleave", () => { inside -= 1; if (inside === 0) form.classList.remove("over"); });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    inside = 0;
    form.classList.remove("over");
    [...event.dataTransfer.files].forEach(add);
  });
}

const wave = document.querySelector("[data-wave]");
const audio = wave && wave.parentElement.querySelector("audio");
if (audio) {
  const head = wave.querySelector(".head-line");
  const move = () => {
    if (!audio.duration) return;
    head.hidden = false;
    head.style.left = `${(100 * audio.currentTime) / audio.duration}%`;
  };
  audio.addEventListener("timeupdate", move);
  audio.addEventListener("seeked", move);
  // The bar of the player does the same for the keyboard.
  wave.addEventListener("click", (event) => {
    const box = wave.getBoundingClientRect();
    const part = (event.clientX - box.left) / box.width;
    const seek = () => { audio.currentTime = part * audio.duration; audio.play(); };
    if (audio.duration) return seek();
    audio.addEventListener("loadedmetadata", seek, { once: true });
    audio.load();
  });
}
