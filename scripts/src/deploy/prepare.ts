import { quoted } from '../remote/quoted.js';
import * as commands from './commands.js';
import type { Host } from './host.js';
import type { Release, ReleaseRequest } from './release.js';
import { releaseFolder, sitePaths } from './site.js';
import { type ComposeModel, splitModel } from './split-model.js';

/**
 * Makes the folder of a release on the host: what the image makes there, and the two models of Compose.
 * @throws HermesError `step-failed` with what the image says, such as what is wrong with a setting
 */
export async function prepareRelease(
  host: Host,
  user: { readonly uid: number; readonly gid: number },
  request: Omit<ReleaseRequest, 'root' | 'nginx'>,
): Promise<{ readonly release: Release; readonly app: ComposeModel }> {
  const { remote, root } = host;
  const { id, image } = request;
  const folder = releaseFolder(root, id);
  await host.step(`umask 077; mkdir -p ${quoted(folder)}`);
  const nginx = await host.step(commands.askNginx(image));
  await remote.put(`${folder}/request.json`, JSON.stringify({ ...request, root, nginx }));
  await host.step(commands.prepare(root, id, image, user));
  const release: Release = JSON.parse(await host.step(`cat ${quoted(`${folder}/release.json`)}`));
  const model: ComposeModel = JSON.parse(await host.step(commands.model(release)));
  const { lasting, gateFolders } = release;
  const { site, app } = splitModel(model, {
    release: id,
    siteSecrets: sitePaths(root).secrets,
    lasting,
    gateFolders,
  });
  await remote.put(`${folder}/site.json`, JSON.stringify(site));
  await remote.put(`${folder}/app.json`, JSON.stringify(app));
  return { release, app };
}

/** The model of a release's app that is on the host. */
export async function appModel(host: Host, id: string): Promise<ComposeModel> {
  return JSON.parse(await host.step(`cat ${quoted(`${releaseFolder(host.root, id)}/app.json`)}`));
}
