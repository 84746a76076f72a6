// @ts-check
/** @import { Action, DeviceState, Subscriptions } from './subscriptions.js' */
import { create, element } from './elements.js';

const field = element('devices-field', HTMLElement);
const input = element('device', HTMLInputElement);
const list = element('devices', HTMLUListElement);

/** @type {Readonly<Record<DeviceState, string>>} */
const notes = { wanted: 'not subscribed yet', subscribed: 'subscribed', refused: 'refused' };

/**
 * @param {Subscriptions} subscriptions
 * @param {(action: Action, device: string) => void} changed  Called after the person added or removed a device.
 */
export function watchDevices(subscriptions, changed) {
  element('subscriber', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    for (const device of input.value.split(/[\s,]+/).filter(Boolean)) {
      subscriptions.add(device);
      changed('subscribe', device);
    }
    input.value = '';
    showDevices(subscriptions, remove);
  });
  const remove = (/** @type {string} */ device) => {
    subscriptions.remove(device);
    changed('unsubscribe', device);
    showDevices(subscriptions, remove);
    input.focus();
  };
  return () => showDevices(subscriptions, remove);
}

/** @param {boolean} visible */
export function showDevicesField(visible) {
  field.hidden = !visible;
}

/**
 * @param {Subscriptions} subscriptions
 * @param {(device: string) => void} remove
 */
function showDevices({ devices }, remove) {
  list.replaceChildren(
    ...[...devices].map(([device, state]) => {
      const chip = create('li', '');
      chip.dataset.state = state;
      const button = create('button', '', '×');
      button.type = 'button';
      button.setAttribute('aria-label', `Remove ${device}`);
      button.addEventListener('click', () => remove(device));
      chip.append(create('span', 'mono', device), create('span', 'note', notes[state]), button);
      return chip;
    }),
  );
}
