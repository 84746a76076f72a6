import { recoveryOf } from './journal.js';
import type { Look } from './look.js';
import type { ChangeRequest } from './request.js';

/** What was found, in a line. */
export function looksText({ engine, compose, free, current, containers }: Look): string {
  const room = free.root === undefined ? '' : `, ${Math.floor(free.root / 1_024)} GiB free`;
  const running = containers.filter(({ state }) => state === 'running').length;
  const serves = current ? `${current} serves (${running} containers)` : 'nothing serves yet';
  return `Docker ${engine}, Compose ${compose}${room}; ${serves}`;
}

/** What would be done, for DRY_RUN. */
export function planText(
  look: Look,
  { deploy, host, full }: Pick<ChangeRequest, 'deploy' | 'host' | 'full'>,
  id: string,
): string {
  const { current, journal, images, certificates, root, clockAhead } = look;
  const image = deploy?.wanted.image;
  const steps = [
    ...(journal
      ? [
          `put in order what a killed ${journal.what} left at its step "${journal.step}": ${recoveryOf(journal)}`,
        ]
      : []),
    ...(image
      ? [images.has(image) ? `image ${image}: is there` : `image ${image}: build it here, send it`]
      : []),
    ...(deploy
      ? [`release ${id}: settings, certificate, configuration in ${root}/releases/${id}`]
      : [`release ${id}: as it is there`]),
    'start its instances beside the old ones, and wait until they are ready',
    `canary at each of them, and by a proxy like the new one${full ? ', with a long silence' : ''}`,
    'switch: the proxy tests its configuration, and takes it up without closing a socket',
    'canary through the proxy; bring everything around the app up to date',
    ...(current ? [`send the sockets of ${current} away in its pace, then stop it`] : []),
    'record',
  ];
  const found = [
    `host         ${host}, ${root}, as ${look.user.name}`,
    `clock        ${clockAhead === 0 ? 'as ours' : `${clockAhead} s ahead`}`,
    ...certificates.map(({ subject, daysLeft }) => `certificate  ${subject}, ${daysLeft} days left`),
    `serves       ${current ?? 'nothing'}`,
  ];
  return `${found.join('\n')}\n\nWould be done:\n${steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n')}\n`;
}
