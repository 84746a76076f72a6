// @ts-check
import { create, element } from './elements.js';

const field = element('devices-field', HTMLElement);
const input = element('device', HTMLInputElement);
const list = element('devices', HTMLUListElement);
/** @type {Map<string, HTMLLIElement>} */
const wanted = new Map();
/** @type {(action: 'subscribe' | 'unsubscribe', device: string) => void} */
let changed = () => {};

element('subscriber', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  for (const device of input.value.split(/[\s,]+/).filter(Boolean)) add(device);
  input.value = '';
});

/** @param {typeof changed} run */
export function onSubscription(run) {
  changed = run;
}

/** Devices that the person wants, whether or not the server has agreed yet. */
export function currentDevices() {
  return [...wanted.keys()];
}

/** @param {boolean} visible */
export function showDevices(visible) {
  field.hidden = !visible;
}

/** Nothing is subscribed any more, as after a lost connection. */
export function forgetSubscriptions() {
  for (const chip of wanted.values()) chip.dataset.state = 'wanted';
}

/**
 * What the server says of a device.
 *
 * @param {'subscribed' | 'unsubscribed'} kind
 * @param {unknown} device
 */
export function showSubscription(kind, device) {
  const chip = wanted.get(String(device));
  if (chip) chip.dataset.state = kind === 'subscribed' ? 'subscribed' : 'wanted';
}

/** @param {string} device */
function add(device) {
  if (wanted.has(device)) return;
  const chip = create('li', '');
  chip.dataset.state = 'wanted';
  const remove = create('button', '', '×');
  remove.type = 'button';
  remove.setAttribute('aria-label', `Unsubscribe from ${device}`);
  remove.addEventListener('click', () => {
    wanted.delete(device);
    chip.remove();
    input.focus();
    changed('unsubscribe', device);
  });
  chip.append(create('span', '', device), remove);
  wanted.set(device, chip);
  list.append(chip);
  changed('subscribe', device);
}
