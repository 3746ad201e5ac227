/* A cover for a screen that nobody is at, and an address that hides again.

   The cover hides what is on the page and changes nothing of it: what was typed stays, and is saved as before.
   The first key or tap takes it away and does nothing else. It is no lock: signing out is.      */
"use strict";
(() => {
  const seconds = Number(document.body.dataset.coverSeconds);
  if (!seconds) return;

  const cover = document.createElement("div");
  cover.className = "vs-cover";
  cover.hidden = true;
  cover.tabIndex = -1;
  cover.setAttribute("role", "dialog");
  cover.setAttribute("aria-modal", "true");
  cover.setAttribute("aria-label", "Covered");
  const words = cover.appendChild(document.createElement("p"));
  words.textContent = "Covered. Press any key or tap to go on.";
  document.body.append(cover);

  let timer, before, inert = [];
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(hide, seconds * 1000);
  };
  const hide = () => {
    if (!cover.hidden) return;
    clearTimeout(timer);
    before = document.activeElement;
    // What is inert already, like a page behind a dialog, is left to whoever made it so. A dialog names nobody:
    // the warning before the session ends stands over the cover, whichever came first.
    const stays = ["SCRIPT", "DIALOG"];
    inert = [...document.body.children].filter(child => child !== cover && !child.inert && !stays.includes(child.tagName));
    for (const child of inert) child.inert = true;
    document.documentElement.classList.add("is-covered");
    cover.hidden = false;
    cover.focus();
  };
  const show = event => {
    if (cover.hidden) return wait();
    if (event.target.closest?.("dialog[open]")) return;  // a warning over the cover is answered
    event.preventDefault();  // the key that takes the cover away is not typed into what is under it
    event.stopImmediatePropagation();
    if (event.type === "pointerdown") return;  // the tap is over when the finger is lifted
    cover.hidden = true;
    for (const child of inert) child.inert = false;
    document.documentElement.classList.remove("is-covered");
    if (before && before.isConnected) before.focus({preventScroll: true});
    wait();
  };
  for (const name of ["keydown", "pointerdown", "click"]) addEventListener(name, show, true);
  for (const name of ["input", "pointermove", "wheel", "scroll"]) {
    addEventListener(name, () => cover.hidden && wait(), {capture: true, passive: true});
  }
  for (const button of document.querySelectorAll("[data-cover]")) {
    button.hidden = false;
    button.addEventListener("click", hide);
  }
  wait();

  // An address that was shown for a while: the words go, and the button to ask for them comes back.
  const hideLater = () => {
    for (const shown of document.querySelectorAll("[data-hide-after]")) {
      const after = Number(shown.dataset.hideAfter);
      shown.removeAttribute("data-hide-after");
      setTimeout(() => {
        for (const words of shown.querySelectorAll(".vs-address__shown")) words.remove();
        for (const form of shown.querySelectorAll("form[hidden]")) form.hidden = false;
      }, after * 1000);
    }
  };
  document.addEventListener("htmx:afterSettle", hideLater);
})();
