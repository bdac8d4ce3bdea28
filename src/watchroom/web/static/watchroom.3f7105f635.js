// The page works without this file. It moves to the error summary; it takes the page away when the server says that
// the session is locked, after a warning, or that another one began in this browser; every page has the others of this
// browser ask at once whether theirs is still open; and a page that was made a while ago says how old it is. The server
// decides: the timer here only asks, and asking never keeps a session open. One page of this browser waits at the server
// to hear that access has changed, and has the others ask: each then asks for itself again.
(function () {
  "use strict";
  var summary = document.querySelector("[data-error-summary]");
  if (summary) { summary.focus(); }

  var body = document.body;
  var page = document.getElementById("page");
  var sessionUrl = body.getAttribute("data-session");
  var others = window.BroadcastChannel ? new BroadcastChannel("watchroom") : null;
  if (others) { others.postMessage("look"); }
  if (!sessionUrl || !page) { return; }
  var idleMilliseconds = Number(body.getAttribute("data-idle-seconds")) * 1000;
  // The server is told of activity so often that it never locks a page that has just been used.
  var tellEvery = Math.min(20000, idleMilliseconds / 12);
  var warnFor = Math.min(30000, idleMilliseconds / 4);
  var token = body.getAttribute("data-csrf");
  var soon = document.getElementById("lock-soon");
  var lost = document.getElementById("connection-lost");
  var age = document.getElementById("page-age");
  // What has passed is counted here: the node's own clock may be a recorded one.
  var madeAt = Date.now();
  var oldAfterMinutes = 5;
  var lastActive = Date.now();
  var lastTold = Date.now();
  var lastAsked = Date.now();

  var mark = body.getAttribute("data-mark");
  var changed = document.getElementById("access-changed");
  // Two questions may be answered at once, and a page is left once: a second way out would cut off the first.
  var left = false;

  function here() { return location.pathname + location.search; }

  // Whether a person has put something into a field; what a refused form shows again was typed too.
  function isTyped(field) {
    var isAgain = document.querySelector("[data-error-summary]") !== null;
    if (!field.name || field.type === "hidden" || field.type === "password" || field.type === "file") { return false; }
    if (field.type === "checkbox" || field.type === "radio") { return field.checked !== field.defaultChecked; }
    if (field.options) { return Array.from(field.options).some(function (one, at) { return one.selected && !one.defaultSelected && at > 0; }); }
    return field.value !== undefined && field.value.trim() !== "" && (isAgain || field.value !== field.defaultValue);
  }

  // The forms in which something was typed, each as it would be sent, without passwords and files.
  function typedForms() {
    return Array.from(document.querySelectorAll("form[method=post]")).filter(function (form) {
      return Array.from(form.elements).some(function (field) { return field.tagName !== "BUTTON" && isTyped(field); });
    }).map(function (form) {
      var sent = new URLSearchParams();
      new FormData(form).forEach(function (value, name) {
        var field = form.querySelector("[name=" + CSS.escape(name) + "]");
        var isSecret = field && (field.type === "password" || field.type === "file");
        if (typeof value === "string" && !isSecret) { sent.append(name, value); }
      });
      return { path: form.getAttribute("action"), sent: sent };
    });
  }

  // What was typed is kept by the server for whoever's session has ended; nothing is done with it.
  function keepTyped(forms) {
    var asked = { method: "POST", credentials: "same-origin", cache: "no-store", headers: { "X-Keep-Unsent": "1" } };
    return Promise.all(forms.map(function (one) {
      return fetch(one.path, Object.assign({ body: one.sent }, asked)).catch(function () {});
    }));
  }

  // The screen is emptied at once; the page that follows comes from the server.
  function leave(path) {
    if (left) { return; }
    left = true;
    window.clearInterval(timer);
    var forms = typedForms();
    document.title = "Watchroom";
    body.replaceChildren();
    if (!forms.length) { location.replace(path); return; }
    var late = new Promise(function (resolve) { window.setTimeout(resolve, 4000); });
    Promise.race([keepTyped(forms), late]).then(function () { location.replace(path); });
  }

  function answered(reply) {
    if (reply.status === 401) { leave("/locked?to=" + encodeURIComponent(here())); return; }
    if (reply.status === 409) { leave("/signed-in-anew"); return; }
    // A token that is refused may be one of the session before: asking tells.
    if (reply.status === 403) { ask(); return; }
    lost.hidden = reply.ok;
    if (!reply.ok) { return; }
    page.hidden = isIdle();
    if (reply.headers.get("X-Access-Mark") !== mark) { renew(); }
  }

  // What was shown is taken away at once; not all pages of a prison ask in the same instant.
  function renew() {
    if (changed) { changed.hidden = false; return; }
    if (left) { return; }
    left = true;
    window.clearInterval(timer);
    body.replaceChildren();
    window.setTimeout(function () { location.replace(here()); }, 200 + Math.random() * 800);
  }

  function listen() {
    var asked = { "X-CSRF-Token": token, "X-Access-Mark": mark };
    fetch(sessionUrl + "?wait=20", { credentials: "same-origin", cache: "no-store", headers: asked })
      .then(function (reply) {
        var isAnother = reply.ok && reply.headers.get("X-Access-Mark") !== mark;
        if (others && isAnother) { others.postMessage("look"); }
        answered(reply);
        window.setTimeout(listen, reply.ok && !isAnother ? 250 : 5000);
      }).catch(function () { failed(); window.setTimeout(listen, 5000); });
  }

  function idleFor() { return Date.now() - lastActive; }

  function isIdle() { return idleFor() >= idleMilliseconds; }

  function failed() { lost.hidden = false; }

  function ask() {
    lastAsked = Date.now();
    fetch(sessionUrl, { credentials: "same-origin", cache: "no-store", headers: { "X-CSRF-Token": token } })
      .then(answered).catch(failed);
  }

  function tell() {
    lastTold = Date.now();
    fetch(sessionUrl, { method: "POST", credentials: "same-origin", cache: "no-store", headers: { "X-CSRF-Token": token } })
      .then(answered).catch(failed);
  }

  function active() {
    lastActive = Date.now();
    if (page.hidden) { ask(); } else if (lastActive - lastTold > tellEvery || !soon.hidden) { tell(); }
    soon.hidden = true;
  }

  function tellAge() {
    var minutes = Math.floor((Date.now() - madeAt) / 60000);
    if (!age || minutes < oldAfterMinutes) { return; }
    var told = age.querySelector("[data-age]");
    var words = told.getAttribute("data-age").replace("#", String(minutes));
    if (told.textContent !== words) { told.textContent = words; }
    if (age.hidden) {
      age.hidden = false;
      // It is announced once, and not again with every minute.
      window.setTimeout(function () { age.setAttribute("aria-live", "off"); }, 10000);
    }
  }

  function tick() {
    tellAge();
    if (isIdle()) { page.hidden = true; }
    soon.hidden = isIdle() || idleFor() < idleMilliseconds - warnFor;
    if (isIdle() || Date.now() - lastAsked >= 30000) { ask(); }
  }

  ["keydown", "pointerdown", "wheel", "touchmove"].forEach(function (kind) {
    document.addEventListener(kind, active, { passive: true });
  });
  if (others) { others.addEventListener("message", ask); }
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { tellAge(); ask(); } });
  // Coming back by the browser's own history shows nothing before the server has been asked.
  window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });
  var timer = window.setInterval(tick, 5000);
  // A browser opens few connections to one server, so that not every page of it may wait there.
  if (others && navigator.locks) {
    navigator.locks.request("watchroom-listen", function () { listen(); return new Promise(function () {}); });
  } else { listen(); }
})();
