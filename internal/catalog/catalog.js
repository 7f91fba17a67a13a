// Copy buttons, which are hidden without scripts.
const copy = async (text, source) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { /* a page without https has no clipboard */ }
  if (!source) return false;
  getSelection().selectAllChildren(source);
  const copied = document.execCommand("copy");
  if (copied) getSelection().removeAllRanges();
  return copied;
};
const offer = (button, run) => {
  const name = button.textContent;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    button.textContent = (await run()) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { button.textContent = name; }, 2000);
  });
};
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  offer(button, () => copy(source.textContent, source));
}
for (const button of document.querySelectorAll("[data-copy-link]")) {
  offer(button, () => copy(location.href.replace(/#.*/, ""), null));
}

// The search of the index, while the reader types. The address keeps up, so that it can be sent
// to others.
const form = document.querySelector("form[role=search]");
if (form) {
  const rows = [...document.querySelectorAll("#codes li")];
  const sections = [...document.querySelectorAll("#codes section")];
  const links = new Map([...document.querySelectorAll(".domains a")].map((a) => [a.hash.slice(1), a]));
  const found = document.getElementById("found"), none = document.getElementById("none");
  const fields = ["q", "category", "status", "retry"].map((name) => form.elements[name]);
  const filter = () => {
    const [q, category, status, retry] = fields.map((f) => f.value);
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const li of rows) {
      const data = li.dataset;
      const fits = (!category || data.category === category) && (!status || data.status === status) &&
        (!retry || data.retry === retry) && words.every((w) => data.text.includes(w));
      li.hidden = !fits;
      if (fits) count++;
    }
    for (const section of sections) {
      section.hidden = !section.querySelector("li:not([hidden])");
      links.get(section.id).hidden = section.hidden;
    }
    found.textContent = count;
    none.hidden = count > 0;
    const query = new URLSearchParams(fields.filter((f) => f.value).map((f) => [f.name, f.value])).toString();
    try { history.replaceState(null, "", location.pathname + (query && "?" + query) + location.hash); } catch { /* too often */ }
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  // A file has no server that would apply the query of the address.
  const given = new URLSearchParams(location.search);
  for (const f of fields) if (given.has(f.name)) f.value = given.get(f.name);
  if (given.size) filter();
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select, textarea")) {
      event.preventDefault();
      form.elements.q.focus();
    }
  });
}
