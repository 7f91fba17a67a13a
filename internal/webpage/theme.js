// Applies the colour scheme that the reader chose, before anything is painted. Elements with
// data-theme-toggle, which are hidden without scripts, change it.
(() => {
  const root = document.documentElement, key = "koine-theme";
  const stored = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(stored());
  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      const name = () => { button.textContent = isDark() ? "Light" : "Dark"; button.setAttribute("aria-label", isDark() ? "Light colours" : "Dark colours"); };
      name();
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
      button.addEventListener("click", () => {
        const theme = isDark() ? "light" : "dark";
        apply(theme);
        try { localStorage.setItem(key, theme); } catch { /* it is forgotten with the page */ }
        name();
      });
    }
  });
})();
