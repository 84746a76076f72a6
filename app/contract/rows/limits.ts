import { strict as assert } from 'node:assert';
import type { Answer } from '../../test/helpers/answer.js';
import type { TestClient } from '../../test/helpers/client.js';
import { until } from '../../test/helpers/wait.js';
import { bearer, emptied, knock, longPatience, ownAddress } from '../clients.js';
import { profiles } from '../profiles.js';
import type { Row } from '../row.js';
import type { ContractSite } from '../way.js';

type Check = (answer: Answer) => void;

/** A refusal in JSON, whoever gives it. */
const asJson: Check = ({ status, json, headers }) => {
  assert.equal(status, 429);
  assert.deepEqual(Object.keys(json), ['error', 'hint']);
  assert.match(String(headers['retry-after']), /^\d+$/);
};

/** What a proxy says that cannot say it in JSON. */
export const bare429: Check = ({ status, text }) => {
  assert.equal(status, 429);
  assert.match(text, /^(Too Many Requests|max connections reached: \d+)\s*$/);
};

export const socketsOfAnAddress =
  (refused: Check) =>
  async (site: ContractSite): Promise<void> => {
    const limit = Number(profiles.usual.CONNECTIONS_PER_ADDRESS);
    const from = ownAddress();
    const token = site.token(site.newcomer().claims);
    const more = () => site.connect('/ws/notifications', token, from);
    const knocks = () => knock(site, '/ws/notifications', bearer(token), from);
    const clients: TestClient[] = [];
    while (clients.length < limit) clients.push(...(await Promise.all(Array.from({ length: 20 }, more))));
    assert.equal(clients.length, limit);
    refused(await knocks());
    // Others are not concerned.
    await (await site.connect('/ws/notifications', token, ownAddress())).end();
    await clients.pop()?.end();
    await until(
      async () => {
        const admitted = await more().catch(() => undefined);
        if (admitted) clients.push(admitted);
        return admitted !== undefined;
      },
      () => 'room for one more, after one has left',
      longPatience,
      100,
    );
    refused(await knocks());
    assert.ok(clients.every(({ socket }) => socket.readyState === socket.OPEN));
    for (const { socket } of clients) socket.terminate();
  };

/** Handshakes that are sent together; many times what the profile allows for a second. */
const volley = 40;

export const handshakesOfAnAddress =
  (refused: Check) =>
  async (site: ContractSite): Promise<void> => {
    const from = ownAddress();
    let answers: Answer[] = [];
    const statuses = () => answers.map(({ status }) => status);
    // A slow machine may take so long for them that they are within the rate.
    await until(
      async () => {
        answers = await Promise.all(
          Array.from({ length: volley }, (_, n) =>
            knock(site, '/ws', { 'X-Forwarded-For': `203.0.113.${n}` }, from),
          ),
        );
        return statuses().includes(429);
      },
      () => `a 429 among ${statuses()}`,
      longPatience,
    );
    for (const answer of answers) if (answer.status !== 401) refused(answer);
    assert.equal((await knock(site, '/ws', {}, ownAddress())).status, 401);
  };

export const limitRows: readonly Row[] = [
  {
    id: 'sockets-per-address',
    name: 'of 1,001 sockets from one address the 1,000 that may are admitted and the next gets 429; as one closes, one may come',
    needs: ['settings', 'addresses'],
    pace: 'alone',
    run: socketsOfAnAddress(asJson),
  },
  {
    id: 'handshakes-per-second',
    name: 'more handshakes a second from one address than may be get 429, whatever addresses X-Forwarded-For claims; other addresses do not',
    needs: ['settings', 'addresses'],
    profile: 'tight',
    run: handshakesOfAnAddress(asJson),
  },
  {
    id: 'full',
    name: 'an instance that is full refuses with 503 and Retry-After, as JSON of the app; as one socket closes, one may come',
    needs: ['settings', 'addresses', 'metrics'],
    profile: 'tight',
    run: async (site) => {
      await emptied(site);
      const token = site.token(site.newcomer().claims);
      const clients: TestClient[] = [];
      while (clients.length < Number(profiles.tight.MAX_CONNECTIONS))
        clients.push(await site.connect('/ws', token, ownAddress()));
      const answer = await knock(site, '/ws', bearer(token), ownAddress());
      assert.equal(answer.status, 503);
      assert.equal(answer.json.error, 'the server holds as many sockets as it may');
      assert.match(String(answer.headers['retry-after']), /^\d+$/);
      await clients.pop()?.end();
      const one = await admittedAtLast(site, token);
      for (const client of [...clients, one]) await client.end();
    },
  },
];

/** The app learns a little later than the client that a socket is closed. */
async function admittedAtLast(site: ContractSite, token: string): Promise<TestClient> {
  let admitted: TestClient | undefined;
  await until(
    async () => {
      admitted = await site.connect('/ws', token, ownAddress()).catch(() => undefined);
      return admitted !== undefined;
    },
    () => 'room for one more',
    longPatience,
    100,
  );
  return admitted as TestClient;
}
