// The operator's page: asks for documents every few seconds, and has the service do what a person asks for.

import { clock, say, span } from "./drawing.js";
import { byId, errors, known, render, showRuns } from "./sections.js";

const EVERY = 3000; // milliseconds from one look to the next; three times as long while nobody sees the page
const PATIENCE = 10000; // milliseconds until a document counts as not answered
// Each is asked for at every n-th look.
const DOCUMENTS = { runs: 1, parked: 1, subscriptions: 3, dead: 5, gaps: 5, handlers: 5 };
const QUERIES = { runs: "?limit=100", parked: "?limit=20" };
const SURE = {
  "subscriptions/sync": "The keeper looks at the platform, and creates, renews or deletes subscriptions until they "
    + "are as they should be. It does so by itself every few minutes.",
  "subscriptions/probe": "A subscription is made and deleted again for each identity, to provoke a notification. It "
    + "takes up to two minutes.",
};

let looks = 0;
let seen = null; // when the status came last, by this machine's clock
let timer = null;
let looking = null;
let locked = false; // no token, or a wrong one

// --- asking ---

class Locked extends Error {}

async function ask(path, options = {}) {
  const token = sessionStorage.getItem("token");
  const answer = await fetch(`api/v1/${path}`, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...options,
    headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...options.headers } });
  if (answer.status === 401) throw new Locked();
  const told = await answer.json().catch(() => ({ error: `it answers ${answer.status}` }));
  if (!answer.ok) throw new Error(told.error ?? `it answers ${answer.status}`);
  return told;
}

/** Ask for the status and for every other document whose turn it is; one that fails leaves the others alone. */
async function look() {
  const status = await ask("status");
  const turn = looks++;
  const counted = known.status?.dead_letters;
  known.status = status;
  seen = Date.now();
  if (status.process !== "worker") return;
  const wanted = Object.keys(DOCUMENTS).filter((name) => turn % DOCUMENTS[name] === 0 || errors[name] || !known[name]
    || (name === "dead" && counted !== status.dead_letters));
  await Promise.all(wanted.map(async (name) => {
    try {
      known[name] = await ask(name + (QUERIES[name] ?? ""));
      delete errors[name];
    } catch (error) {
      if (error instanceof Locked) throw error;
      errors[name] = error.message;
    }
  }));
}

function lock() {
  const tried = sessionStorage.getItem("token") !== null;
  sessionStorage.removeItem("token");
  for (const name of Object.keys(known)) delete known[name];
  for (const name of Object.keys(errors)) delete errors[name];
  locked = true;
  seen = null;
  say(byId("problem"), tried
    ? "This token is not the one: see admin.token in the settings of the running service." : "");
  say(byId("verdict"), "This port wants its token");
  byId("verdict").className = "";
  for (const id of ["owns", "asof", "process"]) say(byId(id), "");
  byId("troubles").replaceChildren();
  byId("login").hidden = false;
  for (const one of document.querySelectorAll("nav, main")) one.hidden = true;
  byId("token").focus();
}

async function refresh() {
  try {
    await look();
    locked = false;
    byId("login").hidden = true;
    for (const one of document.querySelectorAll("nav, main")) one.hidden = false;
    say(byId("problem"), "");
    document.body.classList.remove("stale");
    render(seen);
  } catch (error) {
    if (error instanceof Locked) return lock();
    document.body.classList.add("stale");
    const process = known.status?.process ?? "service";
    document.title = "✗ Switchhook does not answer";
    say(byId("problem"), `The ${process} does not answer (${error.message}). `
      + (seen ? `What you see is as it was at ${clock(seen / 1000)}.` : "It is asked again every few seconds."));
    say(byId("verdict"), "✗ No answer");
    byId("verdict").className = "bad";
  }
}

async function watch() {
  clearTimeout(timer);
  looking ??= refresh().finally(() => { looking = null; });
  await looking;
  clearTimeout(timer);
  if (!locked) timer = setTimeout(watch, document.hidden ? 3 * EVERY : EVERY);
}

setInterval(() => {
  if (seen) say(byId("asof"), `As of ${clock(seen / 1000)}, ${span((Date.now() - seen) / 1000)} ago.`);
}, 1000);

byId("choice").addEventListener("change", () => showRuns());
document.addEventListener("visibilitychange", () => { if (!document.hidden && !locked) watch(); });
byId("login").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", byId("token").value);
  byId("token").value = "";
  watch();
});

// --- acting ---

let chosen = null;
for (const button of document.querySelectorAll("[data-action]")) {
  button.addEventListener("click", () => {
    chosen = button;
    say(byId("sure-title"), `${button.textContent}?`);
    say(byId("sure-text"), SURE[button.dataset.action]);
    byId("sure").showModal();
  });
}
byId("no").addEventListener("click", () => byId("sure").close());
byId("yes").addEventListener("click", async () => {
  const button = chosen;
  byId("sure").close();
  button.disabled = true;
  say(byId("told"), `${button.textContent} …`);
  try {
    const found = await ask(button.dataset.action, { method: "POST", signal: null,
      headers: { "Content-Type": "application/json" } });
    const told = found.map((one) => "arrived" in one
      ? `${one.identity}: ${one.arrived ? "a notification arrived" : `nothing arrived: ${one.failure}`}`
      : `${one.identity}: ${one.done.map((each) => `did ${each.action}`).join(", ") || "nothing was to do"}`);
    say(byId("told"), told.join("; ") || "Nothing here is this worker's.");
    looks = 0;
    await watch();
  } catch (error) {
    if (error instanceof Locked) lock();
    else say(byId("told"), `It failed: ${error.message}`);
  } finally {
    button.disabled = false;
  }
});

watch();
