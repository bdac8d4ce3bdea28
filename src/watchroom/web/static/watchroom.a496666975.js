// The page works without this file. It does two things: it moves to the error summary, and it takes the page
// away when the server says that the session is locked. The server decides; the timer here only asks, and asking
// never keeps a session open.
(function () {
  "use strict";
  var summary = document.querySelector("[data-error-summary]");
  if (summary) { summary.focus(); }

  var body = document.body;
  var page = document.getElementById("page");
  var sessionUrl = body.getAttribute("data-session");
  if (!sessionUrl || !page) { return; }
  var idleMilliseconds = Number(body.getAttribute("data-idle-seconds")) * 1000;
  var token = body.getAttribute("data-csrf");
  var lost = document.getElementById("connection-lost");
  var lastActive = Date.now();
  var lastTold = Date.now();
  var lastAsked = Date.now();

  function replace(html) {
    window.clearInterval(timer);
    var parsed = new DOMParser().parseFromString(html, "text/html");
    document.title = parsed.title;
    body.removeAttribute("data-session");
    body.replaceChildren.apply(body, Array.from(parsed.body.childNodes));
    var heading = document.querySelector("h1");
    if (heading) { heading.tabIndex = -1; heading.focus(); }
  }

  function answered(reply) {
    lost.hidden = true;
    if (reply.status === 204) { page.hidden = false; return null; }
    return reply.text().then(replace);
  }

  function failed() { lost.hidden = false; }

  function ask() {
    lastAsked = Date.now();
    fetch(sessionUrl + "?to=" + encodeURIComponent(location.pathname + location.search), { credentials: "same-origin", cache: "no-store" }).then(answered).catch(failed);
  }

  function tell() {
    lastTold = Date.now();
    fetch(sessionUrl, { method: "POST", credentials: "same-origin", cache: "no-store", headers: { "X-CSRF-Token": token } }).then(function (reply) {
      if (reply.status === 204) { lost.hidden = true; } else { ask(); }
    }).catch(failed);
  }

  function active() {
    lastActive = Date.now();
    if (!page.hidden && lastActive - lastTold > 20000) { tell(); }
  }

  function tick() {
    var isIdle = Date.now() - lastActive >= idleMilliseconds;
    if (isIdle) { page.hidden = true; }
    if (isIdle || Date.now() - lastAsked >= 30000) { ask(); }
  }

  ["keydown", "pointerdown", "wheel", "touchmove"].forEach(function (kind) {
    document.addEventListener(kind, active, { passive: true });
  });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { ask(); } });
  // Coming back by the browser's own history shows nothing before the server has been asked.
  window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });
  var timer = window.setInterval(tick, 5000);
})();
