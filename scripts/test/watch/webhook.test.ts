import assert from 'node:assert/strict';
import { removeProjects } from '../certs/helpers/project.js';
import { type Receiver, startReceiver } from './helpers/receiver.js';
import { minute, Watched } from './helpers/watched.js';

describe('alert webhook', () => {
  let receiver: Receiver;
  const all: Watched[] = [];
  const failing = async (url: string) => {
    const watched = await Watched.start(url);
    all.push(watched);
    await watched.record({ failures: 1 });
    return watched;
  };

  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await Promise.all(all.splice(0).map(({ server }) => server.close()));
    await receiver.close();
  });
  after(removeProjects);

  it('is tried again when it refuses, until it takes the alarm', async () => {
    const watched = await failing(receiver.url);
    receiver.refuseWith(500, 429);
    await watched.look();
    assert.equal(receiver.requests.length, 3);
    assert.deepEqual(receiver.events(), ['renewal-failed']);
    await watched.look(minute);
    assert.deepEqual(receiver.events(), []);
  });

  it('is tried again a minute later, also by a restarted watch, when it stays away', async () => {
    const watched = await failing(receiver.url);
    receiver.refuseWith(500, 502, 503);
    await watched.look();
    assert.deepEqual(receiver.events(), []);
    assert.match(watched.lines.join(''), /did not take renewal-failed: it answered 503/);
    watched.restart();
    await watched.look(minute);
    assert.deepEqual(receiver.events(), ['renewal-failed']);
  });

  it('is asked once a minute when it says that the request is wrong, or sends it elsewhere', async () => {
    const watched = await failing(receiver.url);
    for (const status of [404, 302]) {
      receiver.refuseWith(status);
      await watched.look(minute);
    }
    assert.equal(receiver.requests.length, 2);
    await watched.look(minute);
    assert.deepEqual(receiver.events(), ['renewal-failed']);
    assert(receiver.requests.every(({ method }) => method === 'POST'));
  });

  it('does not see its URL in the log, whatever goes wrong', async () => {
    await receiver.close();
    const port = new URL(receiver.url).port;
    const watched = await failing(receiver.url);
    const named = await failing('http://user:pa55@nowhere.invalid/s3cret-path');
    await watched.look();
    await named.look();
    for (const { lines } of [watched, named]) {
      const log = lines.join('');
      assert.match(log, /did not take renewal-failed: (ECONNREFUSED|ENOTFOUND|EAI_AGAIN)/);
      assert.doesNotMatch(log, new RegExp(`s3cret|pa55|nowhere|:${port}`));
    }
  });

  it('may have a user and a password in its URL', async () => {
    const url = new URL(receiver.url);
    url.username = 'us%40er';
    url.password = 'pa55';
    await (await failing(url.href)).look();
    const expected = `Basic ${Buffer.from('us@er:pa55').toString('base64')}`;
    assert.equal(receiver.requests[0]?.headers.authorization, expected);
  });

  it('can be absent: then alarms are in the log, as often as it would have got them', async () => {
    const watched = await failing('');
    await watched.look();
    await watched.look(minute);
    await watched.record({ failures: 0 });
    await watched.look(minute);
    const events = watched.lines.map((line) => JSON.parse(line).event);
    assert.deepEqual(events, ['renewal-failed', 'recovered']);
  });
});
