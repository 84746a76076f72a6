import { appUser } from './inside.js';

/**
 * Group whose members may read secrets and certificates: every container is one. Root gives them to the group of the
 * app's image, which has no members on the host; another user can only give them to its own.
 */
export function containerGroup(): number {
  return process.getuid?.() === 0 ? appUser : (process.getgid?.() ?? appUser);
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** User that changes certificates in a container: root gives them to that of the image, another user is it. */
export function containerOwner(): Owner {
  const own = process.getuid?.() || appUser;
  return { uid: own, gid: containerGroup() };
}
