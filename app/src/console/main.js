// @ts-check
/**
 * @import { Status } from './connection.js'
 * @import { Frame } from './frames.js'
 */
import { Connection } from './connection.js';
import { watchDevices } from './devices-view.js';
import { element } from './elements.js';
import { planFor } from './handshake.js';
import { addMessage, showEmptyHint } from './message-view.js';
import { hideProblem, onTryAnyway, showProblem } from './problem-view.js';
import { Rate } from './rate.js';
import { logEvent, showLastId, showRate, showRoundTrip, showStatus } from './status-view.js';
import { Subscriptions } from './subscriptions.js';
import { currentChoice, setSince, watchTarget } from './target-view.js';
import { currentToken, focusToken, onTokenChange, showToken } from './token-view.js';

const useLastId = element('use-last-id', HTMLButtonElement);
const subscriptions = new Subscriptions();
const connection = new Connection({ changed, received, roundTrip: showRoundTrip });
const showDevices = watchDevices(subscriptions, (action, device) => {
  if (connection.send({ action, device })) subscriptions.asked(device);
});
let rate = new Rate();
/** @type {Status['state']} */
let state = 'idle';
let chosen = '';
/** @type {string | undefined} */
let lastId;

element('setup', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  // An unchanged choice keeps its place in the stream.
  if (state === 'waiting' && chosen === JSON.stringify(currentChoice())) connection.retryNow();
  else connect(true);
});
element('disconnect', HTMLButtonElement).addEventListener('click', () => {
  connection.disconnect();
  logEvent('Disconnected');
  hideProblem();
});
useLastId.addEventListener('click', () => setSince(lastId ?? ''));
onTryAnyway(() => connect(false));
onTokenChange(showToken);
watchTarget(() => String(currentToken().claims?.cs_tenant_id ?? ''));
addEventListener('online', () => connection.retryNow());
setInterval(everySecond, 1_000);
showToken();

/** @param {boolean} trustClock  Whether this computer's clock may call a token stale. */
function connect(trustClock) {
  const choice = currentChoice();
  chosen = JSON.stringify(choice);
  rate = new Rate();
  hideProblem();
  connection.connect(planFor({ choice, subscriptions, token: currentToken, trustClock }));
}

/** @param {Status} status */
function changed(status) {
  const { problem } = status;
  const wasOpen = state === 'open';
  state = status.state;
  showStatus(status);
  showEmptyHint(state === 'open' ? 'Connected. Nothing has arrived yet.' : 'Nothing has arrived yet.');
  if (state === 'open') {
    hideProblem();
    logEvent('Open');
  }
  if (wasOpen) subscriptions.closed();
  showDevices();
  if (!problem) return;
  logEvent(problem.reason ? `${problem.title}: ${problem.reason}` : problem.title);
  showProblem(problem, state === 'waiting' ? 'warning' : problem.code === 'close-1000' ? 'info' : 'error');
  if (problem.code.startsWith('token-')) focusToken();
}

/** @param {Frame} frame */
function received(frame) {
  const { kind, id } = frame;
  addMessage(frame);
  if (kind === 'uplink' || kind === 'notification') rate.record(performance.now());
  if (kind === 'gap') logEvent(`${frame.title}. ${frame.preview}`);
  if (kind === 'subscribed' || kind === 'unsubscribed' || kind === 'error') {
    subscriptions.answered(kind);
    showDevices();
  }
  if (id === undefined) return;
  lastId = id;
  useLastId.disabled = false;
}

function everySecond() {
  showToken();
  showLastId(lastId);
  showRate({ total: rate.total, perSecond: rate.perSecond(performance.now()) });
}
