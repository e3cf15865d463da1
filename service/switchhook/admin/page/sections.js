// The sections of the operator's page: what the documents say, as tables and sentences.

import { clock, make, plural, rows, say, show, span, took } from "./drawing.js";

export const byId = (id) => document.getElementById(id);
export const known = {}; // the documents as they came last
export const errors = {}; // why one did not come
const MOST = 50; // rows of a table that shows a part
const OUTCOMES = { done: ["✓", "good"], skipped: ["–", "soft"], expired: ["!", "warn"], overtaken: ["»", "soft"],
  parked: ["…", "warn"], failed: ["✗", "bad"], unknown: ["?", "bad"] };

let arrived = 0; // when the status came, by this machine's clock, in seconds
const now = () => Date.now() / 1000 - arrived + known.status.now; // by the service's clock
const seconds = (iso) => iso ? Date.parse(iso) / 1000 : null;
const who = (one) => one.handler ? `${one.handler}, ${one.rule}` : "a record that could not be taken apart";
const about = (one) => [one.event_id ?? `record ${one.place}`, "mono long"];
const outcome = (name) => [`${OUTCOMES[name]?.[0] ?? ""} ${name}`.trim(), `brief ${OUTCOMES[name]?.[1] ?? ""}`];

/** A section's table, and what it says when there is nothing, too much, or no document. */
function section(id, items, key, cells, { all = items?.length ?? 0, verb = "" } = {}) {
  const element = byId(id);
  const error = element.querySelector(".error");
  if (error) say(error, errors[id] ? `This could not be read: ${errors[id]}` : "");
  if (!items) return;
  rows(element.querySelector("tbody"), items, key, cells);
  for (const one of element.querySelectorAll(".none")) one.hidden = items.length > 0 || Boolean(errors[id]);
  for (const one of element.querySelectorAll(".some, .wide")) one.hidden = items.length === 0;
  const more = element.querySelector(".more");
  if (more) say(more, all > items.length ? `And ${all - items.length} more${verb ? `: ${verb}` : ""}.` : "");
}

function troubles(status) {
  const found = [];
  const look = (text, place) => found.push({ text, place });
  if (status.dead_letters > 0) look(`${plural(status.dead_letters, "dead letter")}: given up, kept for you`, "#dead");
  for (const one of known.subscriptions ?? []) {
    if (one.failure) look(`Identity ${one.identity}: the last look at its subscriptions failed`, "#subscriptions");
    else if (!one.settled) look(`Identity ${one.identity}: not all that is wanted stands`, "#subscriptions");
  }
  const open = (known.gaps ?? []).filter((one) => one.stage === "open").length;
  if (open > 0) look(`${plural(open, "gap")} open: notifications are being lost`, "#gaps");
  if (status.suspects > 0) look(`${plural(status.suspects, "run")} suspected of having ended the process`, "#now");
  if (status.oldest_unfinished_seconds > 300)
    look(`A record is unfinished for ${span(status.oldest_unfinished_seconds)}`, "#now");
  if (status.journal && status.journal.bytes * 2 >= status.journal.limit)
    look("The journal is half full: nobody empties it fast enough", "#now");
  for (const name of ["quarantined", "refused", "too_large", "too_late"])
    if (status.notifications?.[name] > 0)
      look(`${plural(status.notifications[name], "request")} ${name.replace("_", " ")} since the start`, "#now");
  for (const [name, reason] of Object.entries(errors)) look(`No answer about ${name}: ${reason}`, `#${name}`);
  return found;
}

function showVerdict(status) {
  const found = troubles(status);
  const words = !status.ready ? `✗ Not ready: ${status.reason}`
    : found.length > 0 ? "! Needs a look" : "✓ All is well";
  say(byId("verdict"), words);
  byId("verdict").className = !status.ready ? "bad" : found.length > 0 ? "warn" : "good";
  show(byId("troubles"), found, (one) => one.place + one.text, (one) => {
    const link = make("a");
    link.href = one.place;
    const item = make("li");
    item.append(link);
    return item;
  }, (item, one) => say(item.firstElementChild, one.text));
  say(byId("process"), `${status.process} ${status.version}`);
  document.title = `${words[0]} Switchhook ${status.process}`;
  const owns = status.partitions;
  say(byId("owns"), !owns ? "" : owns.length === 0 ? "Stands by: it owns no partition. "
    : `Owns partition${owns.length === 1 ? "" : "s"} ${owns.join(", ")}. `);
}

function figures(status) {
  const up = ["Up for", span(status.now - status.started)];
  if (status.process === "ingress") {
    const came = status.notifications;
    const { records, bytes, limit } = status.journal;
    return [up, ["Waits in the journal", plural(records, "record")],
      ["Journal", `${(bytes / 1048576).toFixed(1)} of ${Math.round(limit / 1048576)} MiB`],
      ...Object.entries(came).map(([name, count]) => [`Requests: ${name.replace("_", " ")}`, count.toLocaleString()])];
  }
  const heard = Math.max(...(known.subscriptions ?? []).map((one) => seconds(one.heard) ?? 0), 0);
  const events = Object.values(status.events).reduce((sum, one) => sum + one, 0);
  return [up, ["Last notification", heard ? `${span(now() - heard)} ago` : "none yet"],
    ["Records read", Object.values(status.records).reduce((sum, one) => sum + one, 0).toLocaleString()],
    ["Events in them", events.toLocaleString()], ["Records under way", status.in_flight.toLocaleString()],
    ["Lanes with work", status.lanes.toLocaleString()],
    ["Oldest unfinished", status.in_flight > 0 ? span(status.oldest_unfinished_seconds) : "none"],
    ["Parked", status.parked.toLocaleString()], ["Dead letters", status.dead_letters.toLocaleString()]];
}

function showFigures(status) {
  show(byId("figures"), figures(status), ([name]) => name, ([name]) => {
    const item = make("div");
    item.append(make("dt", "", name), make("dd"));
    return item;
  }, (item, [, value]) => say(item.lastElementChild, value));
}

const WANTED = { all: () => true, acted: (one) => one.outcome !== "skipped",
  trouble: (one) => !["done", "skipped", "overtaken"].includes(one.outcome) };

export function showRuns() {
  const latest = known.runs && [...known.runs].reverse();
  if (latest?.length) {
    const counts = {};
    for (const one of latest) counts[one.outcome] = (counts[one.outcome] ?? 0) + 1;
    const ended = Object.keys(OUTCOMES).filter((name) => counts[name]);
    const sum = ended.map((name) => `${counts[name]} ${name}`).join(", ");
    say(byId("runs-sum"), `The last ${latest.length}, since ${clock(latest.at(-1).ended_at)}: ${sum}.`);
  }
  section("runs", latest?.filter(WANTED[byId("choice").value]),
    (one) => [one.event_id, one.handler, one.rule, one.attempt, one.ended_at].join(), (one) => [
      [clock(one.ended_at), "brief"], outcome(one.outcome), who(one), one.event, [one.reason || "–", "long"],
      one.effects.map((each) => each.operation).join(", ") || "none", [took(one.ended_at - one.started_at), "brief"]]);
}

function showKept() {
  const dead = known.dead && [...known.dead].sort((one, other) => other.at - one.at);
  section("dead", dead?.slice(0, MOST), (one) => one.id, (one) => [
    [one.id, "mono brief"], [clock(one.at), "brief"], outcome(one.outcome), who(one), [one.reason, "long"], about(one)],
  { all: dead?.length, verb: "switchhook dead list" });
  section("parked", known.parked, (one) => `${one.place} ${one.handler} ${one.rule} ${one.event_id}`, (one) => [
    [one.due > now() ? `${clock(one.due)}, in ${span(one.due - now())}` : "now", "brief"], who(one),
    one.rounds === 0 ? "not yet" : plural(one.rounds, "round"), [one.reason, "long"], about(one)],
  { all: known.status.parked });
  const gaps = known.gaps && [...known.gaps].reverse();
  const stages = { open: ["! open", "bad"], closed: ["… to be fetched", "warn"], fetched: ["✓ fetched", "good"],
    partly: ["! partly fetched", "warn"] };
  section("gaps", gaps?.slice(0, MOST), (one) => one.id, (one) => [
    [clock(seconds(one.since)), "brief"], one.until ? clock(seconds(one.until)) : "now", one.identity, one.cause,
    stages[one.stage] ?? one.stage,
    Object.entries(one.fetched).map(([kind, count]) => `${count} ${kind}`).join(", ") || "nothing",
    [[...one.lost, ...one.failures].join(", ") || "–", "long"]], { all: gaps?.length, verb: "switchhook gaps list" });
}

function showHandlers(status) {
  const ended = new Map();
  for (const one of status.runs) ended.set([one.handler, one.rule, one.outcome].join("\n"), one.count);
  const count = (handler, rule, ...names) => {
    const sum = names.reduce((all, name) => all + (ended.get([handler, rule, name].join("\n")) ?? 0), 0);
    return [sum.toLocaleString(), sum === 0 ? "soft" : ""];
  };
  const rules = known.handlers?.flatMap((one) => one.rules.map((rule) => [one, rule]));
  section("handlers", rules, ([one, rule]) => `${one.name} ${rule.name}`, ([one, rule]) => [
    `${one.name}, ${rule.name}`, rule.event,
    one.extensions.join(", ") || `all of ${one.identity ?? "the first identity"}`,
    count(one.name, rule.name, "done"), count(one.name, rule.name, "skipped"),
    count(one.name, rule.name, "expired", "overtaken"), count(one.name, rule.name, "parked"),
    count(one.name, rule.name, "failed", "unknown")]);
  section("budget", status.budget, (one) => `${one.identity} ${one.group}`, (one) => [one.identity, one.group,
    one.remaining > 0 ? one.remaining.toLocaleString() : ["0: calls wait or are parked", "warn"]]);
}

function differences(one) {
  const found = one.actions.map((each) => `to do: ${each.action} ${each.name ?? each.id ?? ""}: ${each.reason}`);
  found.push(...one.refused.map((each) => `refused: ${each.filter}: ${each.reason}`));
  for (const standing of one.existing)
    found.push(...standing.disabled.map((each) => `disabled: ${each.filter}: ${each.reason}`));
  found.push(...one.concerns.map((each) => `note: ${each}`));
  if (one.failure) found.push(`failed: ${one.failure}`);
  return found;
}

function newLook() {
  const element = make("article");
  const table = make("table");
  const head = make("tr");
  for (const name of ["Subscription", "Verdict", "At the platform", "Ends in", "Filters", "Last heard"]) {
    const cell = make("th", "", name);
    cell.scope = "col";
    head.append(cell);
  }
  const heading = make("thead");
  heading.append(head);
  table.append(heading, make("tbody"));
  const wide = make("div", "wide");
  wide.tabIndex = 0;
  wide.role = "region";
  wide.append(table);
  const wanted = make("details");
  wanted.append(make("summary"), make("ul", "plain mono"));
  element.append(make("h3"), make("p", "who soft"), wide, make("ul", "differs"), wanted);
  return element;
}

function showLook(element, one) {
  const stands = one.settled ? "✓ all that is wanted stands" : "! something differs";
  say(element.querySelector("h3"), `${one.identity}: ${stands}`);
  element.querySelector("h3").className = one.settled ? "good" : "warn";
  const socket = one.transport !== "websocket" ? ""
    : `, by WebSocket: ${one.connected ? "connected" : "not connected"}`;
  say(element.querySelector(".who"), `Account ${one.account ?? "?"}, extension ${one.extension ?? "?"}${socket}. `
    + `Looked ${span(now() - seconds(one.at))} ago.`);
  element.querySelector(".wide").ariaLabel = `Subscriptions of ${one.identity}`;
  element.querySelector(".wide").hidden = one.existing.length === 0;
  rows(element.querySelector("tbody"), one.existing, (each) => each.id, (each) => [
    each.name ?? each.id, each.verdict,
    each.status === "Active" ? ["✓ Active", "good"] : [`✗ ${each.status}`, "bad"],
    each.expires ? span(seconds(each.expires) - now()) : "–", each.filters.length,
    each.heard ? `${span(now() - seconds(each.heard))} ago` : "not yet"]);
  show(element.querySelector(".differs"), differences(one), (text) => text, () => make("li"), say);
  element.querySelector(".differs").hidden = differences(one).length === 0;
  say(element.querySelector("summary"), `${plural(one.wanted.length, "event filter")} wanted`);
  show(element.querySelector("details ul"), one.wanted, (each) => each.filter, () => make("li"),
    (item, each) => say(item, `${each.filter} for ${each.handlers.join(", ")}`));
}

function showSubscriptions() {
  const element = byId("subscriptions");
  say(element.querySelector(".error"), errors.subscriptions ? `This could not be read: ${errors.subscriptions}` : "");
  if (!known.subscriptions) return;
  element.querySelector(".none").hidden = known.subscriptions.length > 0;
  show(byId("looks"), known.subscriptions, (one) => one.identity, newLook, showLook);
}

/** Show what is known; `at` is when the status came, in milliseconds. */
export function render(at) {
  arrived = at / 1000;
  const status = known.status;
  showVerdict(status);
  showFigures(status);
  for (const one of document.querySelectorAll("[data-of]")) one.hidden = one.dataset.of !== status.process;
  if (status.process !== "worker") return;
  showRuns();
  showKept();
  showSubscriptions();
  showHandlers(status);
}
