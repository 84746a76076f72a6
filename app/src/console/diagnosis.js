// @ts-check
/** @import { Problem } from './problem.js' */
import { isOwnServer } from './target.js';

/** Milliseconds after which a server that does not answer counts as unreachable. */
const patience = 10_000;

/**
 * Finds out why a handshake failed. Browsers tell a page only close code 1006, so the server that serves this page is
 * asked over HTTP what it would answer to the same handshake.
 *
 * @param {object} attempt
 * @param {URL} attempt.url  Of the WebSocket.
 * @param {string} attempt.jwt
 * @param {URL} attempt.page  The page's own address.
 * @returns {Promise<Problem>}
 */
export async function explainRefusal({ url, jwt, page }) {
  if (!isOwnServer(url, page)) return foreign(url, page);
  const check = new URL('/console/check', page);
  check.searchParams.set('path', url.pathname + url.search);
  /** @type {Response} */
  let response;
  try {
    response = await fetch(check, {
      headers: { authorization: `Bearer ${jwt}` },
      signal: AbortSignal.timeout(patience),
    });
  } catch {
    return unreachable(page);
  }
  if (!response.ok) return noApp(response.status);
  /** @type {unknown} */
  const answer = await response.json().catch(() => undefined);
  const { status, error, hint } = /** @type {Record<string, unknown>} */ (answer ?? {});
  return verdict(Number(status), error, hint);
}

/** @type {Readonly<Record<number, { title: string, retry: boolean }>>} */
const refusals = {
  400: { title: 'The server does not understand the request', retry: false },
  401: { title: 'The server refuses this token', retry: false },
  403: { title: 'This token may not open this channel from here', retry: false },
  404: { title: 'There is no such channel', retry: false },
  429: { title: 'Too many connections from here', retry: true },
  503: { title: 'The server takes no new connections now', retry: true },
};

/**
 * @param {number} status  HTTP status that the handshake would get.
 * @param {unknown} error
 * @param {unknown} hint
 * @returns {Problem}
 */
function verdict(status, error, hint) {
  if (status === 101) return upgradeLost;
  const { title, retry } = refusals[status] ?? { title: 'The handshake failed', retry: true };
  return {
    code: `refused-${status}`,
    title,
    detail: `The handshake is answered with HTTP ${status}.`,
    fix: typeof hint === 'string' && hint ? sentence(hint) : 'Read the server’s log: make logs.',
    retry,
    ...(typeof error === 'string' && error && { reason: error }),
  };
}

/** @param {string} words */
function sentence(words) {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

/** @type {Problem} */
const upgradeLost = {
  code: 'upgrade-lost',
  title: 'The WebSocket does not get through',
  detail:
    'Over HTTP the server says that it would accept this very handshake, so it has just recovered, or a proxy on the way does not pass the upgrade on, or one changes the Host header, which makes this page look foreign.',
  fix: 'If it repeats, run make doctor and look at the proxies, VPNs and virus scanners on the way.',
  retry: true,
};

/**
 * @param {number} status
 * @returns {Problem}
 */
function noApp(status) {
  return {
    code: 'no-app',
    title: 'A proxy answers, the app does not',
    detail: `The server that should say why the handshake failed answered HTTP ${status} itself.`,
    fix: 'Run make status and make doctor: the app may be starting, stopped, or at another port.',
    retry: true,
  };
}

/**
 * @param {URL} page
 * @returns {Problem}
 */
function unreachable(page) {
  const secure = page.protocol === 'https:';
  return {
    code: 'unreachable',
    title: secure ? 'No connection, or its certificate is not accepted' : 'The server cannot be reached',
    detail: secure
      ? `Nothing from ${page.host} gets to this page any more: the server is down, the network is, or the browser no longer accepts its certificate. Browsers do not tell a page which.`
      : `Nothing answers at ${page.host}: the server is down, or the network is.`,
    fix: secure
      ? `Open https://${page.host}/ in a new tab: it shows the browser’s own message. On the server, run make certs and make status.`
      : 'On the server, run make status.',
    retry: true,
    link: `${page.origin}/`,
  };
}

/**
 * @param {URL} url
 * @param {URL} page
 * @returns {Problem}
 */
function foreign(url, page) {
  const secure = url.protocol === 'wss:';
  const link = `${secure ? 'https' : 'http'}://${url.host}/`;
  return {
    code: 'foreign-server',
    title: `${url.host} did not accept the connection`,
    detail: `For another server than this page’s own, browsers tell nothing more. It may be down, ${secure ? 'have a certificate that this browser does not accept, ' : ''}refuse the token or the channel, or not have ${page.origin} in its ALLOWED_ORIGINS.`,
    fix: `Open ${link} in a new tab: ${secure ? 'it shows a certificate error if there is one, and ' : ''}that server’s own console can say more.`,
    retry: true,
    link,
  };
}
