import { appUser } from './inside.js';

/**
 * Group whose members may read secrets and certificates: every container is one. Root gives them to the group of the
 * app's image, which has no members on the host; another user can only give them to its own.
 */
export function containerGroup(): number {
  return process.getuid?.() === 0 ? appUser : (process.getgid?.() ?? appUser);
}
