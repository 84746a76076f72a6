import { bringByRegistry } from './by-registry.js';
import { appModel, prepareRelease } from './prepare.js';
import type { ChangeRequest } from './request.js';
import { sendImages } from './send-images.js';
import { siblingsOf } from './siblings.js';
import type { Task } from './step-list.js';
import { targetOf } from './target.js';
import type { UnderWay } from './under-way.js';

/** Brings the images of a new release to the host, and makes its folder there. */
export function newRelease(
  change: UnderWay,
  { wanted, given, registry }: NonNullable<ChangeRequest['deploy']>,
): Task[] {
  return [
    {
      title: 'Image',
      task: async (_, task) => {
        const { settings } = change.settings;
        const needed = [wanted.image, ...siblingsOf(wanted.image, settings)];
        const missing = needed.filter((one) => !change.found.images.has(one));
        if (missing.length === 0) {
          task.title = `Image: ${wanted.image} is there`;
          return;
        }
        const { remote, signal } = change;
        const make = () => wanted.build(signal, settings);
        if (registry) {
          const said = await bringByRegistry(remote, { registry, images: missing, make, signal });
          task.title = `Image: ${missing.join(' and ')} by ${registry}, ${said}`;
          return;
        }
        await make();
        await sendImages(remote, missing, signal);
        task.title = `Image: ${missing.join(' and ')} sent`;
      },
    },
    {
      title: 'Release',
      task: async (_, task) => {
        await change.begin('prepare');
        const request = { id: change.id, image: wanted.image, by: change.request.by, given };
        const { release, app } = await prepareRelease(change.host, change.found.user, request);
        change.plan = { release, app, ...change.fromHere };
        task.title = `Release: ${release.id}, settings ${release.checksum}`;
      },
    },
  ];
}

/** Takes a release that is there already. */
export function earlierRelease(change: UnderWay): Task {
  return {
    title: 'Release',
    task: async (_, task) => {
      const release = targetOf(change.found, change.request.to);
      change.plan = { release, app: await appModel(change.host, release.id), ...change.fromHere };
      change.id = release.id;
      change.project = release.project;
      task.title = `Release: back to ${release.id}`;
    },
  };
}
