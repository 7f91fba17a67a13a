// What the board does beyond its markup: live updates, copying rows, filtering while typing.
const board = document.querySelector("[data-board]");
const say = (text) => {
  const status = document.getElementById("said");
  status.textContent = "";
  status.textContent = text;
};

// Copying. The clipboard needs https or localhost; elsewhere the old command is left.
const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { /* not allowed here */ }
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "visually-hidden";
  box.setAttribute("aria-hidden", "true");
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return done;
};
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const done = await copyText(button.dataset.copy);
  button.focus();
  button.textContent = done ? "Copied" : "Select it";
  button.classList.toggle("is-done", done);
  say(done ? "The row was copied." : "The row could not be copied.");
  setTimeout(() => { button.textContent = "Copy"; button.classList.remove("is-done"); }, 1500);
});

// One open box of decisions at a time; Escape closes it.
const decisions = () => document.querySelectorAll(".act details[open]");
document.addEventListener("click", (event) => {
  for (const open of decisions()) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of decisions()) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// Filtering while typing. The form also works on the server.
const filter = () => {
  const input = document.getElementById("q");
  if (!input) return;
  const text = input.value.trim().toLowerCase();
  const rows = document.querySelectorAll("[data-row]");
  let shown = 0;
  for (const row of rows) {
    row.hidden = text !== "" && !row.dataset.row.toLowerCase().includes(text);
    shown += row.hidden ? 0 : 1;
  }
  const nothing = document.getElementById("nothing");
  if (nothing) nothing.hidden = rows.length === 0 || shown > 0;
};
document.getElementById("q")?.addEventListener("input", filter);

const prepare = () => {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  filter();
};
prepare();

// Live updates: the server says that something has changed, and the page fetches itself. A
// part in which the reader is writing or deciding stays as it is until that is done.
const isBusy = (part) =>
  (part.contains(document.activeElement) && (document.activeElement.id === "" || document.activeElement.matches("input, textarea, select"))) ||
  part.querySelector(".act details[open], .copy.is-done") !== null ||
  (!getSelection().isCollapsed && part.contains(getSelection().anchorNode));
let wanted = false, fetching = false, latest = "";
const refresh = async () => {
  if (fetching || document.hidden) { wanted = true; return; }
  fetching = true;
  wanted = false;
  try {
    const response = await fetch(location.search || "?", { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const replacement = next.getElementById(part.id);
      if (!replacement || replacement.innerHTML === part.innerHTML) continue;
      if (isBusy(part)) { wanted = true; continue; }
      const open = [...part.querySelectorAll("details[open][data-key]")].map((d) => d.dataset.key);
      const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
      part.replaceWith(replacement);
      for (const d of replacement.querySelectorAll("details[data-key]")) d.open = open.includes(d.dataset.key);
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    }
    prepare();
    showLive(true);
    // The server looks again only now and then, so the page may be older than the event.
    if (latest && next.getElementById("live")?.dataset.revision !== latest) wanted = true;
  } catch { /* the stream says when the server is back */ } finally {
    fetching = false;
  }
};
const showLive = (on) => {
  const line = document.getElementById("live");
  if (!line) return;
  line.classList.toggle("is-live", on);
  line.querySelector(".live-word").textContent = on ? "Live," : "As of";
};
if (board && document.getElementById("live")) {
  let timer = 0;
  const connect = () => {
    const stream = new EventSource("?events");
    stream.addEventListener("open", () => showLive(true));
    stream.addEventListener("change", (event) => { latest = event.data; refresh(); });
    stream.addEventListener("error", () => {
      showLive(false);
      if (stream.readyState !== EventSource.CLOSED) return; // it tries again on its own
      clearTimeout(timer);
      timer = setTimeout(connect, 10000);
    });
    addEventListener("pagehide", () => stream.close(), { once: true });
  };
  connect();
  setInterval(() => { if (wanted) refresh(); }, 1000);
  setInterval(refresh, 30000); // times such as "3 min ago"
  document.addEventListener("visibilitychange", () => { if (!document.hidden && wanted) refresh(); });
}
