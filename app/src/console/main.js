// @ts-check
/**
 * @import { Status } from './connection.js'
 * @import { Frame } from './frames.js'
 */
import { Connection } from './connection.js';
import { currentDevices, forgetSubscriptions, onSubscription, showSubscription } from './devices-view.js';
import { explainRefusal } from './diagnosis.js';
import { inWords } from './durations.js';
import { element } from './elements.js';
import { addMessage, showEmptyHint } from './message-view.js';
import { hideProblem, onTryAnyway, showProblem } from './problem-view.js';
import { Rate } from './rate.js';
import { logEvent, showLastId, showRate, showRoundTrip, showStatus } from './status-view.js';
import { readTarget } from './target.js';
import { currentChoice, setSince, showTarget, watchTarget } from './target-view.js';
import { currentToken, focusToken, onTokenChange, showToken } from './token-view.js';

const page = new URL(location.href);
const useLastId = element('use-last-id', HTMLButtonElement);
const connection = new Connection({ changed, received, roundTrip: showRoundTrip });
let rate = new Rate();
/** @type {string | undefined} */
let lastId;
let shownState = 'idle';

element('setup', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  if (shownState === 'waiting') connection.retryNow();
  else connect({ trustClock: true });
});
element('disconnect', HTMLButtonElement).addEventListener('click', () => {
  connection.disconnect();
  hideProblem();
});
useLastId.addEventListener('click', () => setSince(lastId ?? ''));
onTryAnyway(() => connect({ trustClock: false }));
onTokenChange(showToken);
onSubscription((action, device) => {
  connection.send({ action, device });
  showTarget();
});
watchTarget(() => String(currentToken().claims?.cs_tenant_id ?? ''));
addEventListener('online', () => connection.retryNow());
setInterval(() => {
  showToken();
  showRate({ total: rate.total, perSecond: rate.perSecond(performance.now()) });
}, 1_000);
showToken();

/** @param {{ trustClock: boolean }} how  Whether a token that this computer's clock calls stale is refused here. */
function connect({ trustClock }) {
  const choice = currentChoice();
  /** Anew for each attempt: a token runs out, or is replaced, and subscriptions change, while a connection lasts. */
  const attempt = (/** @type {string | undefined} */ since) => {
    const { jwt, problem } = currentToken();
    if (problem && (trustClock || !problem.uncertain)) return { problem };
    const target = readTarget({ ...choice, since: since ?? choice.since, devices: currentDevices() }, page);
    return target.url ? { url: target.url, jwt } : target;
  };
}
