import { strict as assert } from 'node:assert';
import { accessTo, type Channel } from '../../../src/auth/access.js';
import type { Identity } from '../../../src/auth/token.js';

const member: Identity = {
  userId: 'u1',
  username: null,
  tenantId: 't1',
  isSuperuser: false,
  isGlobal: false,
  expiresAt: undefined,
};
const people: Readonly<Record<string, Identity>> = {
  member,
  global: { ...member, tenantId: 't9', isGlobal: true },
  tenantless: { ...member, tenantId: null },
  superuser: { ...member, tenantId: null, isSuperuser: true },
};
const owners = new Map([
  ['d1', 't1'],
  ['d2', 't2'],
]);
const tenantOf = async (devEui: string) => owners.get(devEui);

const own = 'user:u1';
/** The topics that each gets on each channel; false where it may not open it. */
const table: readonly [Channel, Readonly<Record<string, readonly string[] | false>>][] = [
  [{ kind: 'notifications' }, { member: [own], global: [own], tenantless: [own], superuser: [own] }],
  [
    { kind: 'general' },
    { member: [own, 'tenant:t1'], global: [own, 'uplinks'], tenantless: [own], superuser: [own, 'uplinks'] },
  ],
  [
    { kind: 'tenant', id: 't1' },
    { member: [own, 'tenant:t1'], global: false, tenantless: false, superuser: [own, 'tenant:t1'] },
  ],
  [
    { kind: 'tenant', id: 't2' },
    { member: false, global: false, tenantless: false, superuser: [own, 'tenant:t2'] },
  ],
  [
    { kind: 'tenant', id: 'null' },
    { member: false, global: false, tenantless: false, superuser: [own, 'tenant:null'] },
  ],
  [
    { kind: 'device', id: 'd2' },
    { member: false, global: false, tenantless: false, superuser: ['device:d2'] },
  ],
  [
    { kind: 'device', id: 'new' },
    { member: false, global: false, tenantless: false, superuser: ['device:new'] },
  ],
];

describe('access', () => {
  for (const [channel, expected] of table) {
    for (const [who, topics] of Object.entries(expected)) {
      const id = 'id' in channel ? ` ${channel.id}` : '';
      it(`of a ${who} to ${channel.kind}${id} is ${topics ? topics.join(' and ') : 'denied'}`, async () => {
        const verdict = await accessTo(channel, people[who] as Identity, tenantOf);
        assert.deepEqual(verdict.allowed ? verdict.topics : false, topics);
      });
    }
  }

  it('of a member to a device of the own tenant is bound to that tenant', async () => {
    const verdict = await accessTo({ kind: 'device', id: 'd1' }, member, tenantOf);
    assert.ok(verdict.allowed);
    assert.notDeepEqual(verdict.topics, ['device:d1']);
    assert.equal(verdict.topics.length, 1);
  });

  it('is denied in the same words for a foreign and for an unknown device', async () => {
    const [foreign, unknown] = await Promise.all(
      ['d2', 'nowhere'].map((id) => accessTo({ kind: 'device', id }, member, tenantOf)),
    );
    assert.deepEqual(foreign, unknown);
  });
});
