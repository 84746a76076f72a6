// @ts-check
/** @import { Status } from './connection.js' */
import { create, element } from './elements.js';
import { local, timeElement } from './times.js';

const names = {
  idle: 'Not connected',
  connecting: 'Connecting',
  open: 'Open',
  waiting: 'Reconnecting',
  closed: 'Closed',
};
const keptEvents = 50;

const state = element('state', HTMLElement);
const detail = element('state-detail', HTMLElement);
const events = element('events', HTMLOListElement);
const disconnect = element('disconnect', HTMLButtonElement);
const connect = element('connect', HTMLButtonElement);
/** @type {ReturnType<typeof setInterval> | undefined} */
let countdown;

/** @param {Status} status */
export function showStatus({ state: name, problem, retryIn, attempt }) {
  clearInterval(countdown);
  state.dataset.state = name;
  state.textContent = names[name];
  document.title = `${names[name]} · Monitor Hermes`;
  connect.textContent = name === 'waiting' ? 'Connect now' : name === 'open' ? 'Reconnect' : 'Connect';
  const ended = name === 'idle' || name === 'closed';
  if (ended && document.activeElement === disconnect) connect.focus();
  disconnect.disabled = ended;
  if (name !== 'open') showRoundTrip(undefined);
  if (name === 'open') {
    detail.textContent = `since ${local(new Date())}`;
  } else if (retryIn === undefined) {
    detail.textContent =
      name === 'connecting' && attempt > 0 ? `attempt ${attempt + 1}` : (problem?.title ?? '');
  } else {
    countDown(performance.now() + retryIn, attempt + 1);
  }
}

/**
 * One line in the connection log.
 *
 * @param {string} text
 */
export function logEvent(text) {
  const line = create('li', '');
  line.append(timeElement(new Date()), create('span', '', text));
  events.prepend(line);
  while (events.children.length > keptEvents) events.lastElementChild?.remove();
}

/** @param {number | undefined} milliseconds  Undefined while there is nobody to measure with. */
export function showRoundTrip(milliseconds) {
  element('rtt', HTMLElement).textContent =
    milliseconds === undefined ? '–' : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

/** @param {{ total: number, perSecond: number }} rate */
export function showRate({ total, perSecond }) {
  element('count', HTMLElement).textContent = total.toLocaleString();
  element('rate', HTMLElement).textContent = `${perSecond.toFixed(1)}/s`;
}

/** @param {string | undefined} id */
export function showLastId(id) {
  const place = element('last-id', HTMLElement);
  place.textContent = id ?? '–';
  place.title = id ?? '';
}

/** The state itself is announced once; the seconds, outside the live region, are not. */
function countDown(/** @type {number} */ until, /** @type {number} */ attempt) {
  const show = () => {
    const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1_000));
    detail.textContent = `in ${seconds} s, attempt ${attempt}`;
  };
  show();
  countdown = setInterval(show, 250);
}
