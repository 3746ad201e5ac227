/* What the pages do with script; without it every one of them still works.

   A section's form (#section) saves itself: see vsportal/peps/drawing for what is sent and answered.
   Nothing that was typed is kept anywhere but in the page: computers are shared.

   1 Small things   2 What has changed   3 Saving   4 Slots   5 Asked or not
   6 Rows   7 Session   8 Every page                                              */
"use strict";
(() => {
  /* 1 Small things ---------------------------------------------------------------------------- */
  const root = document.documentElement;
  const $ = id => document.getElementById(id);
  const on = (name, act) => document.addEventListener(name, act);
  const form = $("section");
  const draft = form && form.getAttribute("hx-post");
  const ours = new Set(["csrf_token", "page", "seen"]);
  const asHtmx = {"HX-Request": "true"};  // so that a signed-out answer is a 401, never a sign-in page
  root.classList.add("js");

  const make = (tag, words = "", attributes = {}) => {
    const made = Object.assign(document.createElement(tag), {textContent: words});
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const clock = (at = new Date()) =>
    `${at.getHours() % 12 || 12}:${String(at.getMinutes()).padStart(2, "0")}${at.getHours() < 12 ? "am" : "pm"}`;

  // One polite voice for the page. Routine news, like each save, is said every half minute at most.
  const voice = document.body.appendChild(make("p", "", {"aria-live": "polite", class: "govuk-visually-hidden"}));
  let saidAt = 0;
  const announce = (words, routine = false) => {
    if (routine && Date.now() - saidAt < 30000) return;
    if (routine) saidAt = Date.now();
    voice.textContent = words;
  };
  const token = () => document.querySelector("input[name=csrf_token]");

  /* 2 What has changed -------------------------------------------------------------------------- */
  // An answer is everything that is posted under its name. What the server has is, at first, what it drawn.
  const saved = new Map();
  const seen = form && form.elements.seen ? JSON.parse(form.elements.seen.value || "{}") : {};
  const named = name => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];

  const drawn = control => {
    if (control.type === "radio" || control.type === "checkbox") return control.defaultChecked ? [control.value] : [];
    if (control.tagName !== "SELECT") return [control.defaultValue];
    const chosen = [...control.options].filter(option => option.defaultSelected);
    return [(chosen[0] || control.options[0]).value];
  };
  const inConflict = name => !!$(`${name.replaceAll(".", "-")}-warning`)?.querySelector(".vs-conflict");

  // Name → values of what the server does not have. An answer in conflict waits for its two buttons.
  const changed = () => {
    const all = new FormData(form), found = new Map();
    for (const name of new Set(all.keys())) {
      if (ours.has(name)) continue;
      const now = all.getAll(name).map(text => text.replaceAll("\r\n", "\n"));
      const had = saved.get(name) ?? named(name).filter(c => c.type !== "submit").flatMap(drawn);
      if (JSON.stringify(now) !== JSON.stringify(had) && !inConflict(name)) found.set(name, now);
    }
    return found;
  };
  // A POST beside the saves: not through htmx, so that neither waits for the other or takes its place.
  const fetchTo = (path, answers) => fetch(`${draft.slice(0, -"/draft".length)}/${path}`,
    {method: "POST", headers: asHtmx, body: new URLSearchParams(post(answers))}).catch(() => null);
  const post = answers => {
    const body = new FormData();
    for (const name of ["csrf_token", "page"]) body.append(name, form.elements[name]?.value ?? "");
    const marks = Object.fromEntries([...answers.keys()].filter(n => n in seen).map(n => [n, seen[n]]));
    body.append("seen", JSON.stringify(marks));
    for (const [name, values] of answers) for (const value of values) body.append(name, value);
    return body;
  };

  /* 3 Saving ------------------------------------------------------------------------------------ */
  let flight = null, failing = false, renewed = false, leaving = false, wait = 1000, timer = 0, lastSaved = $("saved")?.dataset.saved;

  const line = (words, link) => {
    const place = $("saved");
    if (!place) return;
    place.replaceChildren(make("span", words, {class: "vs-saved vs-saved--late"}));
    if (link) place.append(" ", make("a", link[0], {href: link[1], target: "_blank", rel: "noopener"}));
  };
  const later = words => {
    if (words) line(words);
    if (!failing) announce(words || "Not saved. Your text stays on this page.");
    failing = true;
    clearTimeout(timer);
    timer = setTimeout(() => htmx.trigger(form, "save"), wait);
    wait = Math.min(wait * 2, 30000);
  };
  // Somebody who signed in again in another tab has a new token; this page asks for it, once a failure.
  const renew = async () => {
    const answer = await fetch("/session/token", {headers: asHtmx}).catch(() => null);
    if (!answer?.ok) return false;
    const fresh = (await answer.json()).token;
    for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = fresh;
    return true;
  };
  const failed = async status => {
    if (leaving) return;
    if ((status === 400 || status === 401) && !renewed && await renew()) {
      renewed = true;
      return htmx.trigger(form, "save");
    }
    if (status === 401) return later("");  // the answer has said it, with a link to sign in
    if ([403, 404, 413, 422].includes(status)) {
      failing = true;
      return line(status === 413 ? "This is too much to save at once. Shorten the last answer."
        : "This can no longer be saved here. Copy what you typed before you leave the page.");
    }
    later(lastSaved ? `Not saved since ${lastSaved}, still trying` : "Not saved yet, still trying");
  };

  on("htmx:configRequest", e => {
    if (e.detail.elt === form) {
      flight = changed();
      if (!flight.size) return e.preventDefault();
      e.detail.parameters = post(flight);
    }
  });
  on("htmx:afterRequest", e => {
    const {elt, xhr, successful} = e.detail;
    if (xhr.status && xhr.status < 400) contact();
    if (elt !== form) return;
    if (xhr.getResponseHeader("HX-Redirect")) return void (failing = false);  // this page is being taken away
    const none = xhr.status === 409 && !xhr.responseText.includes('id="new-marks"');
    if (none) return void (failing = true);  // closed meanwhile: the answer has said so
    if (!successful && xhr.status !== 409) return void failed(xhr.status);
    // What was sent is saved; after a 409 all but what is now in conflict.
    for (const [name, values] of flight) if (!inConflict(name)) saved.set(name, values);
    failing = renewed = false;
    wait = 1000;
    clearTimeout(timer);
    lastSaved = clock();
    announce(successful ? `Saved at ${lastSaved}` : "Somebody else changed the same answer. Choose which to keep.",
             successful);
  });
  if (draft) {
    form.append(make("div", "", {id: "new-marks", hidden: ""}));  // each draft's answer brings it anew
    addEventListener("online", () => htmx.trigger(form, "save"));
    on("visibilitychange", () => { if (!document.hidden && failing) htmx.trigger(form, "save"); });
    // Following a link does not wait for the two seconds; keepalive carries 64 KB, the changes only.
    addEventListener("pagehide", () => {
      const rest = leaving ? new Map() : changed();
      if (rest.size) fetch(draft, {method: "POST", body: new URLSearchParams(post(rest)), keepalive: true, headers: asHtmx});
    });
    addEventListener("beforeunload", e => { if (failing && !leaving && changed().size) e.preventDefault(); });
    // Enter in a one-line answer saves; it must not press the first button of the form.
    form.addEventListener("keydown", e => {
      if (e.key !== "Enter" || e.target.tagName !== "INPUT") return;
      e.preventDefault();
      htmx.trigger(form, "save");
    });
  }

  /* 4 Slots --------------------------------------------------------------------------------------- */
  // An answer is judged when it is left, not while it is typed; only its slots are swapped.
  if (draft) form.addEventListener("change", async e => {
    const name = e.target.name;
    if (!name || ours.has(name) || name.includes("~") || name.startsWith("readers.")) return;
    const answer = await fetchTo(`fields/${name}`, changed().set(name, new FormData(form).getAll(name)));
    if (answer?.ok || answer?.status === 422) htmx.swap(document.body, await answer.text(), {swapStyle: "none"});
  });
  // Never under somebody's caret, and never for nothing: a screen reader would say it again.
  on("htmx:oobBeforeSwap", e => {
    const {target, fragment} = e.detail;
    if (!/-(error|warning)$/.test(target.id) && !target.id.startsWith("smart-")) return;
    const fresh = fragment.firstElementChild ?? fragment;
    const same = fresh.innerHTML === target.innerHTML;
    // A conflict stays until one of the two is chosen, whatever a check that knows nothing of it says.
    const open = target.querySelector(".vs-conflict") && !fresh.querySelector(".vs-conflict");
    if (same || open || target.contains(document.activeElement)) e.detail.shouldSwap = false;
  });
  on("htmx:oobAfterSwap", e => {
    const slot = e.target;
    if (slot.id === "new-marks") {
      Object.assign(seen, JSON.parse(slot.dataset.marks || "{}"));
      form.elements.seen.value = JSON.stringify(seen);
    }
    if (!slot.id?.endsWith("-error")) return;
    const control = $(slot.id.slice(0, -6));
    if (control?.matches("input:not([type=radio], [type=checkbox]), select, textarea"))
      slot.textContent ? control.setAttribute("aria-invalid", "true") : control.removeAttribute("aria-invalid");
    if (slot.textContent) announce(slot.textContent);
  });

  /* 5 Asked or not -------------------------------------------------------------------------------- */
  // In page order, so that a question that is not asked has no answer for those that lean on it.
  const answersTo = (name, row) => {
    const here = row ? named(`${row}.${name}`) : [];
    const controls = (here.length ? here : named(name)).filter(c => !c.matches("[type=submit]"));
    if (!controls.length) {
      const shown = document.querySelector(`[data-leaf="${CSS.escape(name)}"]`);
      return shown ? [shown.dataset.value ?? ""] : null;
    }
    return controls.filter(c => !c.closest(".vs-not-asked") && (c.checked || !/radio|checkbox/.test(c.type)))
                   .map(c => c.value);
  };
  const ask = () => {
    for (const place of form ? form.querySelectorAll("[data-when]") : []) {
      const row = place.closest("[data-row]")?.dataset.row;
      let asked = true;
      for (const [name, values] of Object.entries(JSON.parse(place.dataset.when))) {
        const given = answersTo(name, row);
        if (given === null) { asked = null; break; }  // its answer is not on this page: the server has said
        asked = asked && given.some(value => values.includes(value));
      }
      if (asked !== null) place.classList.toggle("vs-not-asked", !asked);
    }
  };
  form?.addEventListener("change", ask);
  on("htmx:afterSettle", ask);
  on("htmx:oobAfterSwap", e => { if (e.target.dataset?.leaf) ask(); });

  /* 6 Rows ---------------------------------------------------------------------------------------- */
  // A row is called by what is typed in it: its heading, its button and each control's spoken name.
  form?.addEventListener("input", e => {
    const row = e.target.closest("[data-row]");
    if (!row || e.target.name !== `${row.dataset.row}.${row.dataset.named}`) return;
    const words = (e.target.selectedOptions?.[0]?.text ?? e.target.value).trim();
    const before = row.dataset.title, now = (e.target.value && words) || row.dataset.untitled;
    for (const control of row.querySelectorAll("[aria-label]")) {
      const label = control.getAttribute("aria-label");
      if (label.startsWith(`${before}, `)) control.setAttribute("aria-label", now + label.slice(before.length));
    }
    row.querySelectorAll(".vs-remove .govuk-visually-hidden").forEach(part => part.textContent = ` ${now}`);
    const heading = $(`${row.id}-title`), number = row.dataset.untitled.match(/\d+$/)?.[0];
    if (heading) heading.textContent = now === row.dataset.untitled ? now : `${number}. ${now}`;
    row.dataset.title = now;
  });

  const addRow = async button => {
    const rows = $(`${button.value}-rows`), before = rows.querySelectorAll("[data-row]").length;
    const answer = await fetchTo("rows", new Map([["add", [button.value]]]));
    if (answer?.ok) htmx.swap(rows, await answer.text(), {swapStyle: "beforeend"});
    const all = rows.querySelectorAll("[data-row]");
    if (all.length === before) return plainly(button);  // whatever went wrong, a whole page can say it
    all[before].querySelector("input:not([type=hidden]), select, textarea")?.focus();
    announce(`${all[before].dataset.untitled} added`);
    ask();
  };
  const removeRow = button => {
    const row = button.closest("[data-row]"), marker = named(row.dataset.row)[0], title = row.dataset.title;
    const undo = make("button", "Undo", {type: "button", class: "vs-remove"});
    const notice = make("p", `${title} removed. `, {class: "vs-undo"});
    notice.append(undo);
    // What a hidden input holds and how it was drawn are one thing to a browser: remember what it was.
    if (!saved.has(row.dataset.row)) saved.set(row.dataset.row, [marker.value]);
    const put = there => {
      marker.value = there ? "1" : "0";
      row.classList.toggle("vs-gone", !there);
      htmx.trigger(form, "save");
    };
    row.closest(".vs-rows").querySelector(".vs-add").before(notice);
    undo.addEventListener("click", () => { put(true); notice.remove(); button.focus(); announce(`${title} is back`); });
    put(false);
    undo.focus();
    announce(`${title} removed`);
  };
  // “Still right”: the mark goes, and the answer itself is where one goes on.
  const confirm = async button => {
    const row = button.closest("[data-row]"), at = $(button.value.replaceAll(".", "-"));
    const answer = await fetchTo("confirm", new Map([["confirm", [button.value]]]));
    if (answer?.status === 409) return htmx.swap(document.body, await answer.text(), {swapStyle: "none"});
    if (!answer?.ok) return plainly(button);
    htmx.swap(document.body, await answer.text(), {swapStyle: "none"});
    (row?.querySelector("input:not([type=hidden]), select, textarea") ?? at)?.focus();
    announce("Checked: still right");
  };
  const plainly = button => {
    leaving = true;
    form.requestSubmit(button);
  };
  form?.addEventListener("click", e => {
    const button = e.target.closest("button");
    if (!draft || !button || leaving) return;
    if (button.name === "add") { e.preventDefault(); addRow(button); }
    if (button.name === "remove") { e.preventDefault(); removeRow(button); }
    if (button.name === "confirm") { e.preventDefault(); confirm(button); }
  });

  /* 7 Session ------------------------------------------------------------------------------------- */
  // The server ends a session after so many minutes without a request; other tabs' requests count too.
  const minutes = Number(document.body.dataset.sessionMinutes), tabs = minutes && new BroadcastChannel("session");
  let warning = 0, ending = 0, dialog = null;
  const reset = () => {
    clearTimeout(warning);
    clearTimeout(ending);
    dialog?.close();
    warning = setTimeout(warn, (minutes - 2) * 60000);
    ending = setTimeout(end, minutes * 60000 + 5000);
  };
  const contact = () => { if (minutes) { reset(); tabs.postMessage("contact"); } };
  const keep = async () => {
    const body = () => new URLSearchParams({csrf_token: token()?.value ?? ""});
    const ask = () => fetch("/session/keep", {method: "POST", headers: asHtmx, body: body()}).catch(() => null);
    let answer = await ask();
    if (answer?.status === 400 && await renew()) answer = await ask();
    answer?.ok ? contact() : end();
  };
  const warn = () => {
    if (draft) htmx.trigger(form, "save");  // a save is a request: with something to save there is no warning
    if (draft && changed().size && !failing) return;
    if (!dialog) {
      dialog = document.body.appendChild(make("dialog", "", {class: "vs-dialog", "aria-labelledby": "ending"}));
      const stay = make("button", "Stay signed in", {class: "govuk-button", type: "button"});
      stay.addEventListener("click", keep);
      dialog.addEventListener("cancel", e => { e.preventDefault(); keep(); });
      dialog.append(make("h2", "", {id: "ending"}), make("p", ""), stay);
    }
    dialog.querySelector("h2").textContent = `You will be signed out at ${clock(new Date(Date.now() + 120000))}`;
    dialog.querySelector("p").textContent = failing
      ? "Your last changes could not be saved yet. Stay signed in, so that they can be."
      : "Nothing has been sent from this page for a while. What you typed is saved.";
    dialog.showModal();
  };
  // The page goes, because a record must not stay on a screen; but never with text that could not be saved.
  const end = () => {
    if (draft && changed().size) return line("You have been signed out. Your text stays here.", ["Sign in in another tab", "/"]);
    leaving = true;
    location.reload();
  };
  if (minutes) {
    tabs.addEventListener("message", reset);
    contact();
  }

  /* 8 Every page ----------------------------------------------------------------------------------- */
  const summary = document.querySelector(".govuk-error-summary");
  if (summary) {
    summary.tabIndex = -1;
    summary.focus();
  }
  // Somebody who comes back to the very question where they stopped goes on typing there.
  const left = summary ? null : $(decodeURIComponent(location.hash.slice(1)));
  if (left?.matches("input, select, textarea")) {
    for (let at = left; (at = at.parentElement?.closest("details")); ) at.open = true;
    left.focus();
  }
  on("click", e => {
    const to = e.target.closest(".govuk-error-summary a[href^='#'], #saved a[href^='#'], .vs-look a, .vs-wrong");
    const control = to && $(decodeURIComponent(to.hash.slice(1)));
    if (!control) return;
    e.preventDefault();
    for (let at = control; (at = at.parentElement?.closest("details")); ) at.open = true;
    (control.closest(".govuk-form-group, .vs-row") ?? control).scrollIntoView({block: "start"});
    control.focus({preventScroll: true});
  });
  // A second press of a button sends nothing a second time.
  on("submit", e => {
    const sent = e.target;
    if (sent.dataset.sent) return e.preventDefault();
    sent.dataset.sent = "1";
    if (sent === form) leaving = true;
    setTimeout(() => delete sent.dataset.sent, 2000);
  });
  // On paper nothing is put away; afterwards the page is as it was.
  addEventListener("beforeprint", () => {
    for (const put of document.querySelectorAll("main details:not([open])")) put.dataset.closed = put.open = true;
  });
  addEventListener("afterprint", () => {
    for (const put of document.querySelectorAll("main details[data-closed]")) { put.open = false; delete put.dataset.closed; }
  });
  // Back again from the browser's memory: nothing was sent from this page.
  addEventListener("pageshow", () => { leaving = false; });
  ask();
})();
