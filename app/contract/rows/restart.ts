import { strict as assert } from 'node:assert';
import type { Answer } from '../../test/helpers/answer.js';
import { Publisher } from '../../test/helpers/stack/publisher.js';
import { until } from '../../test/helpers/wait.js';
import { emptied, knock, longPatience, ownAddress } from '../clients.js';
import { Follower } from '../follower.js';
import type { Row } from '../row.js';
import type { ContractSite } from '../way.js';

export type Away = (asked: Promise<Answer>) => Promise<void>;

/** The answer of a proxy that finds no app. */
const saysSo: Away = async (asked) => {
  const { status, json } = await asked;
  assert.deepEqual([status, json.error], [502, 'the app does not answer']);
};

/** Ends the app at once, and asks while it is away. Where it was quicker than we, once more: its pauses grow. */
export const appAway =
  (answered: Away) =>
  async (site: ContractSite): Promise<void> => {
    const token = site.token(site.newcomer().claims);
    await until(
      async () => {
        await ready(site);
        await site.stopApp('SIGKILL');
        const asked = knock(site, `/ws?token=${token}`, {}, ownAddress());
        const { status } = await asked.catch(() => ({ status: undefined }));
        if (status === 101) return false;
        await answered(asked);
        return true;
      },
      () => 'an answer while the app is away',
      2 * longPatience,
    );
    await ready(site);
  };

export const restartRows: readonly Row[] = [
  {
    id: 'app-restart',
    name: 'when the app restarts, new handshakes get 503 of the app, sockets 1012, and with `since` nothing is lost or comes twice',
    needs: ['restart', 'settings', 'addresses', 'metrics'],
    profile: 'tight',
    run: async (site) => {
      await emptied(site);
      const { claims, tenant, device } = site.newcomer();
      const token = site.token(claims);
      const followers = Array.from({ length: 5 }, () => new Follower(site, token));
      for (const follower of followers) await follower.reached(1);
      const publisher = new Publisher(site, { tenant_id: tenant, dev_eui: device });
      await publisher.afterwards(20);

      await site.stopApp('SIGTERM');
      let refused: Answer | undefined;
      await until(
        async () => {
          refused = await knock(site, '/ws', {}, ownAddress());
          return refused.status === 503;
        },
        () => 'a refusal of an instance that drains',
        longPatience,
        100,
      );
      assert.equal(refused?.json.error, 'the server is restarting');
      assert.match(String(refused?.headers['retry-after']), /^\d+$/);

      for (const follower of followers) await follower.reached(2);
      await publisher.afterwards(20);
      const published = await publisher.stop();
      for (const follower of followers) {
        await until(
          () => follower.ids.length >= published.length,
          () => `${published.length} messages, not ${follower.ids.length}`,
          longPatience,
        );
        assert.deepEqual(follower.ids, published);
        assert.deepEqual(follower.closes, [1012]);
      }
      await Promise.all(followers.map((follower) => follower.end()));
    },
  },
  {
    id: 'app-away',
    name: 'while there is no app, a handshake gets 502, as JSON',
    needs: ['restart', 'addresses'],
    profile: 'tight',
    run: appAway(saysSo),
  },
];

/** Waits until the app serves. */
function ready(site: ContractSite): Promise<void> {
  return until(
    async () => (await site.request('/health/ready').catch(() => undefined))?.status === 200,
    () => 'the app to be ready',
    longPatience,
    100,
  );
}
