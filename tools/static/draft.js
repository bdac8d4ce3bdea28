// The page on which an agreement is written works without this file. It numbers new lines as they are typed, leads
// from a finding to its line, and keeps what was typed after a pause, so that a lock or a closed tab loses nothing.
(function () {
  "use strict";
  var form = document.querySelector("[data-draft]");
  if (!form || !window.fetch) { return; }
  var text = form.querySelector("textarea");
  var list = form.querySelector(".wr-numbered ol");
  var told = form.querySelector("[data-kept]");
  var revision = form.querySelector("[name=revision]");
  var keepAfter = 3000;
  var waiting = null;
  var isSending = false;
  var isStopped = false;
  var kept = text.value;

  function number() {
    var wanted = text.value.split("\n").length + 12;
    while (list.children.length < wanted) {
      var line = document.createElement("li");
      line.id = "line-" + (list.children.length + 1);
      line.textContent = String(list.children.length + 1);
      list.appendChild(line);
    }
    while (list.children.length > wanted) { list.removeChild(list.lastChild); }
    text.rows = wanted;
  }

  function say(words) { told.textContent = words; }

  function answered(sent, reply) {
    isSending = false;
    if (reply.status === 204) {
      kept = sent;
      revision.value = reply.headers.get("x-revision");
      say(told.getAttribute("data-kept-words"));
      if (text.value !== kept) { later(); }
      return;
    }
    if (reply.status === 409) { isStopped = true; say(told.getAttribute("data-unkept-words")); }
  }

  function keep() {
    waiting = null;
    if (isStopped || isSending || text.value === kept) { return; }
    isSending = true;
    var sent = text.value;
    var body = new URLSearchParams(new FormData(form));
    body.set("act", "keep");
    fetch(form.action, { method: "POST", credentials: "same-origin", redirect: "manual", body: body })
      .then(function (reply) { answered(sent, reply); }).catch(function () { isSending = false; });
  }

  function later() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, keepAfter);
  }

  function go(line) {
    var lines = text.value.split("\n");
    var begin = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(begin, begin + (lines[line - 1] || "").length);
    var item = document.getElementById("line-" + line);
    var box = form.querySelector(".wr-numbered");
    if (item) { box.scrollTop = item.offsetTop - box.clientHeight / 2; }
  }

  text.addEventListener("input", function () { number(); say(""); later(); });
  // What is sent by a button is the newest; a text on its way would make a conflict of one's own.
  form.addEventListener("submit", function () { window.clearTimeout(waiting); isStopped = true; });
  document.querySelectorAll("[data-line]").forEach(function (link) {
    link.addEventListener("click", function (event) { event.preventDefault(); go(Number(link.getAttribute("data-line"))); });
  });
  var slip = form.querySelector("[data-slip] [data-line]");
  if (slip) { go(Number(slip.getAttribute("data-line"))); }
})();
