// @ts-check

/**
 * The command that makes a token, ready to paste into a POSIX shell.
 *
 * @param {{ user: string, tenant?: string, superuser?: boolean }} owner
 */
export function tokenCommand({ user, tenant, superuser }) {
  const words = ['make token', `USER=${quoted(user)}`];
  if (tenant) words.push(`TENANT=${quoted(tenant)}`);
  if (superuser) words.push('SUPERUSER=1');
  return words.join(' ');
}

/**
 * Quoted for the shell where that is needed, and with `$` doubled, which Make would expand even inside quotes.
 *
 * @param {string} value
 */
function quoted(value) {
  if (/^[\w.@:+-]+$/.test(value)) return value;
  return `'${value.replaceAll('$', '$$$$').replaceAll("'", "'\\''")}'`;
}
