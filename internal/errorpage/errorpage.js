// Shows the buttons that copy a text, which do nothing without scripts.
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const select = () => getSelection().selectAllChildren(source);
  button.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch { // without HTTPS there is no clipboard
      select();
      if (!document.execCommand("copy")) return;
    }
    const name = button.dataset.name ??= button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = name; }, 2000);
  });
}
