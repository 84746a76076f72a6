import { deepEqual, equal, throws } from 'node:assert/strict';
import { releaseLabel } from '../../src/deploy/site.js';
import { type Serving, targetIn as targetOfAny } from '../../src/deploy/target.js';
import type { Service } from '../../src/swarm/progress.js';
import { outOfUse, previousLabel, servingOf } from '../../src/swarm/releases.js';

const names = ['1-a', '2-b', '3-c', '4-d', '5-e', '6-ee'];
const releases = names.map((id) => ({ id, image: '', madeAt: '', madeBy: '', text: '' }));
const targetIn = (all: typeof releases, serving: Serving, to?: string) =>
  targetOfAny(all, serving, to, 'ENGINE=swarm HOST=…');
const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;

describe('the releases of a swarm', () => {
  it('are known by the labels of a service', () => {
    const service = (Labels: Record<string, string>): Service => ({
      ID: '',
      Version: { Index: 1 },
      Spec: { Name: '', Labels, Mode: {}, TaskTemplate: { ContainerSpec: {} } },
    });
    deepEqual(servingOf([]), {});
    deepEqual(servingOf([service({}), service({ [releaseLabel]: '2', [previousLabel]: '1' })]), {
      current: '2',
      previous: '1',
    });
    deepEqual(servingOf([service({ [releaseLabel]: '1', [previousLabel]: '' })]), { current: '1' });
  });

  it('stay while they are new, serve, or served before', () => {
    deepEqual(
      outOfUse(releases, ['1-a', '2-b']).map(({ id }) => id),
      ['3-c'],
    );
    deepEqual(outOfUse(releases.slice(0, 3), []), []);
  });

  it('are gone back to by name, by a part of it, or to the one before', () => {
    const serving = { current: '6-ee', previous: '5-e' };
    equal(targetIn(releases, serving).id, '5-e');
    equal(targetIn(releases, serving, '3-').id, '3-c');
    equal(targetIn(releases, serving, '-d').id, '4-d');
  });

  it('are refused with the reason', () => {
    const serving = { current: '6-ee', previous: '5-e' };
    throws(() => targetIn(releases, {}), code('nothing-deployed'));
    throws(() => targetIn(releases, { current: '6-ee' }), code('no-earlier-release'));
    throws(() => targetIn(releases, serving, 'e'), /TO=e may be 5-e or 6-ee/);
    throws(() => targetIn(releases, serving, '7'), code('release-unknown'));
    throws(() => targetIn(releases, serving, '6-ee'), code('release-serves'));
  });
});
