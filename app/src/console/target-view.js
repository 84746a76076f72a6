// @ts-check
import { showDevicesField } from './devices-view.js';
import { element } from './elements.js';
import { ownAddress, readTarget, takesDevices } from './target.js';

const page = new URL(location.href);
const address = element('address', HTMLInputElement);
const channel = element('channel', HTMLSelectElement);
const id = element('target-id', HTMLInputElement);
const since = element('since', HTMLInputElement);
const url = element('url', HTMLOutputElement);

address.value = ownAddress(page);

/** What the form asks for now, but for the devices: those change while a connection is open. */
export function currentChoice() {
  return { address: address.value, channel: channel.value, id: id.value, since: since.value };
}

/** @param {string} value */
export function setSince(value) {
  since.value = value;
  showTarget();
}

/** @param {() => string} tenant  The tenant to propose where one is asked for. */
export function watchTarget(tenant) {
  channel.addEventListener('change', () => {
    id.value = channel.value.startsWith('/ws/tenant/') ? tenant() : '';
    showTarget();
  });
  for (const field of [address, id, since]) field.addEventListener('input', showTarget);
  showTarget();
}

export function showTarget() {
  const needsId = channel.value.includes('{id}');
  element('target-field', HTMLElement).hidden = !needsId;
  element('target-label', HTMLElement).textContent = channel.value.startsWith('/ws/device/')
    ? 'Device EUI'
    : 'Tenant id';
  showDevicesField(takesDevices(channel.value));
  const target = readTarget({ ...currentChoice(), devices: [] }, page);
  url.value = target.problem ? `nothing yet: ${target.problem.title.toLowerCase()}` : target.url.href;
}
