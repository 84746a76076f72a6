import { deepEqual, equal } from 'node:assert/strict';
import { progressOf, type Service, type Task, toRollBack } from '../../src/swarm/progress.js';
import { referredTo } from '../../src/swarm/references.js';

const template = (Image: string) => ({ ContainerSpec: { Image } });

const service = (more: Partial<Service> & { readonly image?: string; readonly replicas?: number } = {}) => {
  const { image = 'new', replicas, ...others } = more;
  return {
    ID: 's1',
    Version: { Index: 7 },
    Spec: {
      Name: 'shop_app',
      Mode: replicas === undefined ? {} : { Replicated: { Replicas: replicas } },
      TaskTemplate: template(image),
    },
    ...others,
  };
};

const task = (image: string, State = 'running'): Task => ({
  ServiceID: 's1',
  Spec: template(image),
  Status: { State },
});

const underWay = { is: 'under way', waitsFor: 'shop_app' };

describe('the progress of an update in a swarm', () => {
  it('is not over while what ran before is still what runs', () => {
    deepEqual(progressOf([service({ replicas: 2 })], [task('old'), task('old')]), underWay);
    deepEqual(progressOf([service({ replicas: 2 })], [task('new'), task('old')]), underWay);
  });

  it('is not over while one is starting, or one too many is there', () => {
    deepEqual(progressOf([service({ replicas: 2 })], [task('new'), task('new', 'starting')]), underWay);
    deepEqual(progressOf([service({ replicas: 2 })], [task('new'), task('new'), task('old')]), underWay);
    deepEqual(progressOf([service({ replicas: 2 })], [task('new')]), underWay);
    deepEqual(progressOf([service()], []), underWay);
  });

  it('is not over until Swarm says so', () => {
    const UpdateStatus = { State: 'updating' };
    deepEqual(progressOf([service({ replicas: 1, UpdateStatus })], [task('new')]), underWay);
  });

  it('is over when every one is new and runs', () => {
    const UpdateStatus = { State: 'completed' };
    deepEqual(progressOf([service({ replicas: 2, UpdateStatus })], [task('new'), task('new')]), {
      is: 'done',
    });
    deepEqual(progressOf([service()], [task('new')]), { is: 'done' });
  });

  it('is not over until what belongs on every node is on every one', () => {
    deepEqual(progressOf([service()], [task('new')], 2), underWay);
    deepEqual(progressOf([service()], [task('new'), task('new')], 2), { is: 'done' });
  });

  it('takes no offence at what an engine leaves out for tasks', () => {
    const one = service({ replicas: 1 });
    const TaskTemplate = { ContainerSpec: { Image: 'new', DNSConfig: {} } };
    deepEqual(progressOf([{ ...one, Spec: { ...one.Spec, TaskTemplate } }], [task('new')]), { is: 'done' });
  });

  it('sees one that was started again for its own sake', () => {
    const again = { ...service({ replicas: 1 }) };
    const forced = {
      ...again,
      Spec: { ...again.Spec, TaskTemplate: { ...template('new'), ForceUpdate: 1 } },
    };
    deepEqual(progressOf([forced], [task('new')]), underWay);
  });

  for (const State of ['rollback_started', 'rollback_completed', 'rollback_paused', 'paused'])
    it(`has failed at ${State}`, () => {
      const UpdateStatus = { State, Message: 'unhealthy' };
      deepEqual(progressOf([service({ replicas: 1, UpdateStatus })], [task('old')]), {
        is: 'failed',
        service: 'shop_app',
        why: 'unhealthy',
      });
    });

  it('leaves to be rolled back what was changed, and is not on its way back', () => {
    const before = [service()];
    const changed = service({ Version: { Index: 9 } });
    deepEqual(toRollBack(before, [service()]), []);
    deepEqual(toRollBack(before, [changed]), [changed]);
    deepEqual(toRollBack(before, [{ ...changed, UpdateStatus: { State: 'rollback_started' } }]), []);
    deepEqual(toRollBack(before, [{ ...changed, ID: 'another' }]), []);
  });

  it('keeps secrets that an earlier specification names', () => {
    const named = referredTo([
      {
        Spec: {
          TaskTemplate: { ContainerSpec: { Secrets: [{ SecretID: 'a' }], Configs: [{ ConfigID: 'b' }] } },
        },
      },
      { PreviousSpec: { TaskTemplate: { ContainerSpec: { Secrets: [{ SecretID: 'c' }] } } } },
    ]);
    deepEqual([...named].sort(), ['a', 'b', 'c']);
    equal(referredTo(null).size, 0);
  });
});
