// @ts-check
/**
 * @import { Plan } from './plan.js'
 * @import { Problem } from './problem.js'
 * @import { Subscriptions } from './subscriptions.js'
 * @import { Choice } from './target.js'
 * @import { Reading } from './token.js'
 */
import { explainRefusal } from './diagnosis.js';
import { readTarget } from './target.js';

/**
 * How to make, and make again, the connection that the person asked for. The token and the devices are read anew for
 * each attempt: a token runs out or is replaced, and subscriptions change, while a connection lasts.
 *
 * @param {object} wish
 * @param {Omit<Choice, 'devices'>} wish.choice
 * @param {Subscriptions} wish.subscriptions
 * @param {() => Reading} wish.token
 * @param {boolean} wish.trustClock  Whether a token is refused here that is stale by this computer's clock alone.
 * @returns {Plan}
 */
export function planFor({ choice, subscriptions, token, trustClock }) {
  const page = new URL(location.href);
  return {
    open(lastId) {
      const { jwt, problem } = token();
      if (problem && (trustClock || !problem.uncertain)) return { problem };
      const devices = subscriptions.forHandshake;
      const target = readTarget({ ...choice, since: lastId ?? choice.since, devices }, page);
      if (target.problem) return { problem: target.problem };
      const { url } = target;
      const socket = socketTo(url, jwt);
      if (!socket) return { problem: blocked };
      return {
        socket,
        opened: () => subscriptions.opened(devices),
        explainRefusal: () => explainRefusal({ url, jwt, page }),
      };
    },
  };
}

/** @type {Problem} */
const blocked = {
  code: 'blocked',
  title: 'The browser refuses to open this address',
  detail:
    'It blocked the WebSocket before anything was sent, as browsers do where a page may not reach an address.',
  fix: 'Open the console on that server instead, over https.',
  retry: false,
};

/** The token travels as a subprotocol, so it never stands in an address, where logs and histories would keep it. */
function socketTo(/** @type {URL} */ url, /** @type {string} */ jwt) {
  try {
    return new WebSocket(url, ['bearer', jwt]);
  } catch {
    return undefined;
  }
}
