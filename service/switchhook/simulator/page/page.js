// The simulator's page: asks for an overview every second, shows it, and passes on what people do.

const byId = (id) => document.getElementById(id);
let etag = null;
let known = null; // ids of what was shown last, to say what is new

/** An element. Attributes that are functions are listeners; false and null leave one out. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Make a list show items, keeping the element of an item that was there, so that focus and typed text stay. */
function show(list, items, key, create, update = () => {}) {
  const there = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    let element = there.get(id);
    if (element) there.delete(id);
    else {
      element = create(item);
      element.dataset.key = id;
    }
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
  for (const gone of there.values()) gone.remove();
  const none = list.closest("section")?.querySelector(".none");
  if (none && list.parentElement.closest("section") === list.closest("section")) none.hidden = items.length > 0;
}

/** Set a text without touching what is already right: screen readers would read it again. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const time = (text) => new Date(text).toLocaleTimeString();

/** Carry out a verb of the platform; what is wrong is said aloud. */
async function act(verb, body) {
  const answer = await fetch(`simulator/${verb}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  }).catch((error) => ({ ok: false, json: async () => ({ message: error.message }) }));
  byId("problem").textContent = answer.ok ? "" : (await answer.json()).message;
  await refresh();
  return answer.ok;
}

const button = (label, aria, verb, body, look = "") =>
  make("button", { type: "button", class: look || null, "aria-label": aria, click: () => act(verb, body()) }, label);

const KINDS = { IvrMenu: "Menu", Department: "Call queue", PagingOnly: "Paging group" };
const PHONES = { NoCall: "no call", Ringing: "ringing", CallConnected: "in a call", OnHold: "on hold", ParkedCall: "parked" };
const QUIET = { DoNotAcceptAnyCalls: ", do not disturb", DoNotAcceptDepartmentCalls: ", no queue calls",
  TakeDepartmentCallsOnly: ", queue calls only" };

function showExtension(element, extension) {
  say(element.querySelector("h3"), `${extension.number} ${extension.name}`);
  const presence = extension.presence;
  const state = presence
    ? `${presence.presenceStatus}, ${PHONES[presence.telephonyStatus] ?? presence.telephonyStatus}${QUIET[presence.dndStatus] ?? ""}`
    : KINDS[extension.type] ?? extension.type;
  const shown = element.querySelector(".state");
  say(shown, extension.phone ? `${state} · ${extension.phone}` : state);
  shown.classList.toggle("free", presence?.presenceStatus === "Available" && presence.telephonyStatus === "NoCall");
  shown.classList.toggle("busy", presence?.presenceStatus === "Busy");
  shown.classList.toggle("rung", presence?.telephonyStatus === "Ringing");
  element.classList.toggle("rings", extension.calls.some((leg) => leg.ringing));
  show(element.querySelector(".devices"), extension.devices, (device) => device.id, (device) => {
    const toggle = make("button", {
      type: "button", "aria-pressed": "true",
      click: () => act("phone", { deviceId: device.id, online: toggle.getAttribute("aria-pressed") !== "true" }),
    }, device.name);
    return make("li", { class: "row" }, toggle, make("span", { class: "soft" }));
  }, (row, device) => {
    row.querySelector("button").setAttribute("aria-pressed", String(device.online));
    say(row.querySelector("span"), device.online ? "online" : "offline");
  });
  show(element.querySelector(".legs"), extension.calls, (leg) => `${leg.party}/${leg.state}`, (leg) => {
    const what = `call with ${leg.with} at ${extension.number}`;
    const session = () => ({ telephonySessionId: leg.session });
    const mine = () => ({ telephonySessionId: leg.session, partyId: leg.party });
    const row = make("li", { class: "row" },
      make("span", { class: leg.ringing ? "ring" : "" }, `${leg.ringing ? "Rings" : leg.state}: ${leg.with}`));
    if (leg.ringing) {
      row.append(button("Answer", `Answer the ${what}`, "answer", mine, "first"),
        button("Reject", `Reject the ${what}`, "reject", mine));
    }
    if (leg.talking) {
      row.append(leg.held ? button("Resume", `Resume the ${what}`, "unhold", mine)
        : button("Hold", `Hold the ${what}`, "hold", mine));
    }
    row.append(button("Hang up", `Hang up the ${what}`, "hang-up", session));
    return row;
  });
}

function showChat(element, chat) {
  say(element.querySelector("h3"), `${chat.name} (${chat.type})`);
  const posts = element.querySelector(".posts");
  const before = posts.children.length;
  show(posts, chat.posts, (post) => post.id, () => make("li"), (row, post) =>
    say(row, `${time(post.at)} ${post.by}: ${post.text}`));
  if (posts.children.length > before) posts.scrollTop = posts.scrollHeight;
  options(element.querySelector("select"), chat.members.map((one) => [one.id, one.name]));
}

function newChat(chat) {
  const form = make("form", { submit: send },
    make("fieldset", {}, make("legend", {}, "Somebody posts"),
      make("label", {}, "By ", make("select", { name: "by" })),
      make("label", {}, "Text ", make("input", { name: "text", required: true })),
      make("button", {}, "Post")));
  form.dataset.verb = "post";
  form.dataset.chat = chat.id;
  const posts = make("ul", { class: "posts", tabindex: "0", "aria-label": `Posts of ${chat.name}` });
  return make("li", {}, make("h3"), posts, form);
}

function showSubscription(element, one) {
  say(element.querySelector("h3"), `${one.owner}: ${one.status}${one.reason ? ` (${one.reason})` : ""}`);
  element.querySelector("h3").className = one.status === "Active" ? "good" : "bad";
  say(element.querySelector(".to"), `${one.transport} ${one.address ?? ""} until ${new Date(one.expires).toLocaleString()}`);
  show(element.querySelector(".filters"), one.filters, (text) => text, (text) => make("li", { class: "mono" }, text));
  show(element.querySelector(".tried"), one.deliveries, (each) => `${each.uuid}/${each.at}/${each.status}`, (each) =>
    make("li", { class: each.status === 200 ? "good" : "bad" },
      `${time(each.at)} ${each.status ?? each.error ?? "no answer"}: ${each.event}`));
}

function showFault(element, fault) {
  const toggle = element.querySelector("button");
  toggle.setAttribute("aria-pressed", String(fault.rate > 0));
  const rate = element.querySelector("input");
  if (document.activeElement !== rate && fault.rate > 0) rate.value = fault.rate;
}

function newFault(fault) {
  const rate = make("input", { class: "rate", type: "number", min: "0.01", max: "1", step: "any", value: "1",
    "aria-label": `Rate of ${fault.name}` });
  const toggle = make("button", { type: "button", "aria-pressed": "false", "aria-describedby": `does-${fault.name}`,
    click: () => act("fault", { name: fault.name,
      rate: toggle.getAttribute("aria-pressed") === "true" ? 0 : Number(rate.value) }) }, fault.name);
  return make("li", { class: "row" }, toggle, rate, make("span", { class: "soft", id: `does-${fault.name}` }, fault.does));
}

/** The choices of a select, without losing what is chosen. */
function options(select, wanted) {
  const text = JSON.stringify(wanted);
  if (select.dataset.wanted === text) return;
  const chosen = select.value;
  select.dataset.wanted = text;
  select.replaceChildren(...wanted.map(([value, label]) => make("option", { value }, label)));
  if (wanted.some(([value]) => value === chosen)) select.value = chosen;
}

function row(...cells) {
  return make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
}

/** Say what happened since the last time, for those who do not see it. */
function announce(data) {
  const ringing = data.extensions.flatMap((one) =>
    one.calls.filter((leg) => leg.ringing).map((leg) => [leg.party, `${one.number} ${one.name} rings: ${leg.with}`]));
  const messages = data.messages.map((one) => [one.id, `${one.kind} for ${one.owner} from ${one.from}`]);
  const posts = data.chats.flatMap((chat) => chat.posts.map((post) => [post.id, `${post.by} posts in ${chat.name}`]));
  const all = [...ringing, ...messages, ...posts];
  if (known) {
    const fresh = all.filter(([id]) => !known.has(id)).map(([, text]) => text);
    if (fresh.length > 0) byId("said").textContent = fresh.slice(0, 3).join(". ");
  }
  known = new Set(all.map(([id]) => id));
}

function render(data) {
  say(byId("url"), data.url);
  say(byId("seed"), String(data.seed));
  const choices = (found) => found.map((one) => [one.number, `${one.number} ${one.name}`]);
  const users = data.extensions.filter((one) => one.type === "User");
  const people = choices(users);
  const everybody = [...people, ...choices(data.extensions.filter((one) => one.type !== "User"))];
  options(byId("scenes"), Object.keys(data.scenes).map((name) => [name, name]));
  say(byId("scenes-say"), data.scenes[byId("scenes").value] ?? "");
  for (const select of document.querySelectorAll("select.extensions")) options(select, everybody);
  for (const select of document.querySelectorAll("select.people")) options(select, people);
  show(byId("extensions"), data.extensions, (one) => one.id, () => make("li", {}, make("h3"),
    make("p", { class: "state soft" }), make("ul", { class: "devices" }), make("ul", { class: "legs" })), showExtension);
  show(byId("call-list"), data.calls, (one) => one.id, (one) => make("li", {}, make("h3", {}, one.title),
    make("p", { class: "mono soft" }, one.id), make("ul", { class: "parties" })), (element, one) => show(element.querySelector(".parties"), one.parties,
    (party) => party.id, () => make("li"), (line, party) =>
      say(line, `${party.who}: ${party.state}${party.reason ? ` (${party.reason})` : ""}`)));
  show(byId("message-list"), data.messages, (one) => one.id, (one) => row(time(one.at), one.owner,
    `${one.kind} ${one.direction.toLowerCase()}`, one.from, one.to.join(", "), one.text, ""), (line, one) =>
    say(line.lastElementChild, `${one.status}${one.attachments ? `, ${one.attachments} attached` : ""}`));
  show(byId("chat-list"), data.chats, (one) => one.id, newChat, showChat);
  show(byId("subscription-list"), data.subscriptions, (one) => one.id, () => make("li", {}, make("h3"),
    make("p", { class: "to mono" }), make("ul", { class: "filters" }), make("ul", { class: "tried", "aria-label": "Last deliveries" })),
    showSubscription);
  show(byId("fault-list"), data.faults, (one) => one.name, newFault, showFault);
  show(byId("request-list"), data.requests, (one) => `${one.at} ${one.method} ${one.path} ${one.status}`, (one) =>
    row(time(one.at), one.operation ?? "", `${one.method} ${one.path}`, String(one.status ?? "broken")));
}

async function refresh() {
  const answer = await fetch("overview", { headers: etag ? { "If-None-Match": etag } : {} });
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(`the simulator answers ${answer.status}`);
  const data = await answer.json();
  etag = answer.headers.get("ETag");
  byId("now").textContent = new Date(data.now).toLocaleString();
  render(data);
  announce(data);
}

/** Send a form: its fields are the arguments of its verb. */
async function send(event) {
  event.preventDefault();
  const form = event.target;
  const body = Object.fromEntries(new FormData(form));
  if (form.dataset.chat) body.chat = form.dataset.chat;
  if (await act(form.dataset.verb, body) && form.dataset.chat) form.elements.text.value = "";
}

for (const form of document.forms) form.addEventListener("submit", send);
byId("scenes").addEventListener("change", () => { etag = null; refresh(); });

let away = false;
async function watch() {
  try {
    await refresh();
    if (away) byId("problem").textContent = "";
    away = false;
    document.body.classList.remove("away");
  } catch (error) {
    away = true;
    document.body.classList.add("away");
    byId("problem").textContent = `The simulator does not answer: ${error.message}`;
  }
  setTimeout(watch, document.hidden ? 5000 : 1000);
}
watch();
