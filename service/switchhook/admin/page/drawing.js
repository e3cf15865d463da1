// How things are drawn: elements, lists and tables that change without flicker, times and numbers for people.
// Whatever is shown is shown as text, never as markup: names and numbers of callers are chosen by strangers.

export function make(tag, look = "", text = "") {
  const element = document.createElement(tag);
  if (look) element.className = look;
  if (text) element.textContent = text;
  return element;
}

/** Set a text without touching what is already right: nothing flickers, and screen readers do not read it again. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Make a list show items, keeping the element of an item that was there, so that focus and selection stay. */
export function show(list, items, key, create, update) {
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
}

/** Rows of a table; each cell is a text, or a text and its look. The first is the row's heading. */
export function rows(body, items, key, cells) {
  show(body, items, key, (item) => {
    const row = make("tr");
    cells(item).forEach((_, at) => row.append(make(at ? "td" : "th")));
    row.firstElementChild.scope = "row";
    return row;
  }, (row, item) => cells(item).forEach((cell, at) => {
    const [text, look] = Array.isArray(cell) ? cell : [cell, ""];
    say(row.children[at], String(text));
    if (row.children[at].className !== look) row.children[at].className = look;
  }));
}

export const plural = (count, one) => `${count.toLocaleString()} ${one}${count === 1 ? "" : "s"}`;

export function clock(at) {
  if (at == null) return "–";
  const date = new Date(at * 1000);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString() : date.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

export function span(length) {
  const all = Math.max(Math.round(length), 0);
  if (all < 120) return `${all} s`;
  if (all < 7200) return `${Math.floor(all / 60)} min`;
  return all < 172800 ? `${Math.floor(all / 3600)} h ${Math.floor(all % 3600 / 60)} min`
    : `${Math.floor(all / 86400)} d ${Math.floor(all % 86400 / 3600)} h`;
}

export const took = (length) => length < 1 ? `${Math.round(length * 1000)} ms`
  : length < 120 ? `${length.toFixed(1)} s` : span(length);
