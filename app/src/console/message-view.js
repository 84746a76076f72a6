// @ts-check
/** @import { Frame } from './frames.js' */
import { create, element } from './elements.js';
import { timeElement } from './times.js';

/** The most messages that are kept; older ones leave the page. */
const kept = 500;
/** Milliseconds over which arrivals are gathered into one change of the page. */
const gathering = 100;

const list = element('messages', HTMLOListElement);
const filter = element('filter', HTMLInputElement);
const pause = element('pause', HTMLButtonElement);
const empty = element('empty', HTMLElement);
const shown = element('shown', HTMLElement);

/** @type {{ frame: Frame, at: Date }[]} */
let held = [];
let paused = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {WeakMap<Element, string>} */
const searchable = new WeakMap();

filter.addEventListener('input', applyFilter);
pause.addEventListener('click', () => {
  paused = !paused;
  pause.setAttribute('aria-pressed', String(paused));
  flush();
});
element('clear', HTMLButtonElement).addEventListener('click', clearMessages);

/** @param {Frame} frame */
export function addMessage(frame) {
  held.push({ frame, at: arrival(frame) });
  if (held.length > kept) held.shift();
  timer ??= setTimeout(flush, gathering);
}

export function clearMessages() {
  held = [];
  list.replaceChildren();
  flush();
}

/**
 * What is said while there is nothing to show.
 *
 * @param {string} text
 */
export function showEmptyHint(text) {
  empty.textContent = text;
}

function flush() {
  clearTimeout(timer);
  timer = undefined;
  if (!paused) {
    list.prepend(...held.map(line).reverse());
    held = [];
    while (list.children.length > kept) list.lastElementChild?.remove();
  }
  pause.textContent = paused ? `Resume (${held.length})` : 'Pause';
  applyFilter();
}

function applyFilter() {
  const wanted = filter.value.trim().toLowerCase();
  let visible = 0;
  for (const item of list.children) {
    // A gap is never filtered away: who looks at one device has to know of it too.
    const matches = item.getAttribute('data-kind') === 'gap' || searchable.get(item)?.includes(wanted);
    item.toggleAttribute('hidden', !matches);
    if (matches) visible += 1;
  }
  shown.textContent = wanted ? `${visible} of ${list.children.length}` : '';
  empty.hidden = list.children.length > 0;
  list.hidden = !empty.hidden;
}

/** @param {{ frame: Frame, at: Date }} arrived */
function line({ frame, at }) {
  const item = create('li', '');
  item.dataset.kind = frame.kind;
  if (frame.id) item.dataset.id = frame.id;
  if (frame.kind === 'notification' && typeof frame.value.type === 'string')
    item.dataset.type = frame.value.type;
  searchable.set(item, frame.text.toLowerCase());
  const details = create('details', '');
  const summary = create('summary', '');
  summary.append(
    timeElement(at),
    create('span', 'kind', item.dataset.type ?? frame.kind),
    create('span', 'title', frame.title),
    create('span', 'preview', frame.preview),
  );
  details.append(summary);
  details.addEventListener('toggle', () => unfold(details, frame), { once: true });
  item.append(details);
  return item;
}

/** @param {HTMLElement} details @param {Frame} frame */
function unfold(details, frame) {
  const text = typeof frame.value === 'string' ? frame.value : JSON.stringify(frame.value, null, 2);
  details.append(create('pre', '', text));
}

/** @param {Frame} frame */
function arrival({ value }) {
  const received = new Date(value?.received_at ?? Number.NaN);
  return Number.isNaN(received.getTime()) ? new Date() : received;
}
