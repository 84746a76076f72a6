// @ts-check
/** @import { Problem } from './problem.js' */

/**
 * @typedef {object} Choice
 * @property {string} address  Scheme, host and port of the server.
 * @property {string} channel  Path of a channel, with `{id}` where an id belongs.
 * @property {string} id  Tenant or device; empty where the channel has none.
 * @property {string} since  Id to resume after; may be empty.
 * @property {readonly string[]} devices  Subscribed to at once, on `/ws`.
 */

/**
 * @param {Choice} choice
 * @param {URL} page  The page's own address.
 * @returns {{ url: URL, problem?: undefined } | { url?: undefined, problem: Problem }}
 */
export function readTarget(choice, page) {
  const base = serverUrl(choice.address.trim(), page);
  if (!base) return { problem: badAddress(page) };
  if (choice.channel.includes('{id}') && choice.id.trim() === '')
    return { problem: missingId(choice.channel) };
  const url = new URL(choice.channel.replace('{id}', encodeURIComponent(choice.id.trim())), base);
  if (choice.since.trim()) url.searchParams.set('since', choice.since.trim());
  if (takesDevices(choice.channel)) {
    for (const device of choice.devices) url.searchParams.append('device', device);
  }
  const problem = mixedContent(url, page);
  return problem ? { problem } : { url };
}

/**
 * Only the general channel takes subscriptions.
 *
 * @param {string} channel
 */
export function takesDevices(channel) {
  return channel === '/ws';
}

/**
 * The server that serves this page, as a WebSocket address.
 *
 * @param {URL} page
 */
export function ownAddress(page) {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}`;
}

/**
 * Whether the WebSocket goes to the server that serves this page, which can then be asked why it refused.
 *
 * @param {URL} url
 * @param {URL} page
 */
export function isOwnServer(url, page) {
  return url.origin === new URL(ownAddress(page)).origin;
}

/**
 * @param {string} address
 * @param {URL} page
 */
function serverUrl(address, page) {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(address)
    ? address
    : `${new URL(ownAddress(page)).protocol}//${address}`;
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full.replace(/^http/i, 'ws'));
  const bare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  return /^wss?:$/.test(url.protocol) && bare ? url : undefined;
}

/**
 * @param {URL} page
 * @returns {Problem}
 */
function badAddress(page) {
  return {
    code: 'address-invalid',
    title: 'The address cannot be used',
    detail: `It takes a scheme, a host and perhaps a port, such as ${ownAddress(page)}.`,
    fix: 'Leave the path and the token out of it; both have fields of their own.',
    retry: false,
  };
}

/**
 * @param {string} channel
 * @returns {Problem}
 */
function missingId(channel) {
  return {
    code: 'id-missing',
    title: 'The channel needs an id',
    detail: `${channel} is opened for one tenant or one device.`,
    fix: 'Fill in the id below the channel.',
    retry: false,
  };
}

/**
 * Browsers refuse this before anything is sent, except towards the same computer (W3C Mixed Content, section 3.1).
 *
 * @param {URL} url
 * @param {URL} page
 * @returns {Problem | undefined}
 */
function mixedContent(url, page) {
  const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (page.protocol !== 'https:' || url.protocol !== 'ws:' || loopback) return undefined;
  return {
    code: 'mixed-content',
    title: 'The browser blocks ws:// from this page',
    detail: 'This page came over https, and a secure page may open only wss:// (mixed content).',
    fix: `Use wss://${url.host}, or open this console over http on a server that has no TLS.`,
    retry: false,
  };
}
