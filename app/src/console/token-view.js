// @ts-check
import { inWords } from './durations.js';
import { element } from './elements.js';
import { local } from './times.js';
import { lifeLeft, readToken } from './token.js';
import { tokenCommand } from './token-command.js';

const input = element('token', HTMLInputElement);
const toggle = element('token-toggle', HTMLButtonElement);
const info = element('token-info', HTMLElement);
const owner = element('token-owner', HTMLElement);
const life = element('token-life', HTMLElement);
const command = element('token-command', HTMLOutputElement);
const copy = element('copy-command', HTMLButtonElement);
const user = element('maker-user', HTMLInputElement);
const tenant = element('maker-tenant', HTMLInputElement);
const superuser = element('maker-superuser', HTMLInputElement);
const untouched = owner.textContent ?? '';

toggle.addEventListener('click', () => {
  const hide = input.type === 'text';
  input.type = hide ? 'password' : 'text';
  toggle.textContent = hide ? 'Show' : 'Hide';
  toggle.setAttribute('aria-pressed', String(!hide));
});
for (const field of [user, tenant, superuser]) field.addEventListener('input', showCommand);
element('maker', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void copyCommand();
});
showCommand();

/** What the token field holds, read anew each time: tokens run out while the page is open. */
export function currentToken() {
  return readToken(input.value, Date.now());
}

/** @param {() => void} run */
export function onTokenChange(run) {
  input.addEventListener('input', run);
}

export function focusToken() {
  input.focus();
}

/** Shows whose the token is, and how long it is still good for. Worth calling every second. */
export function showToken() {
  const { jwt, claims, problem } = currentToken();
  info.dataset.state = jwt === '' ? 'missing' : (problem?.code ?? 'usable');
  say(owner, jwt === '' ? untouched : [problem?.title, claims && whose(claims)].filter(Boolean).join('. '));
  say(life, claims && !problem ? stillGood(claims) : '');
}

/** @param {Record<string, unknown>} claims */
function whose(claims) {
  const { user_id, username, cs_tenant_id, is_superuser, is_global } = claims;
  return [
    `User ${user_id ?? 'unknown'}${username ? ` (${username})` : ''}`,
    cs_tenant_id ? `tenant ${cs_tenant_id}` : 'no tenant',
    ...(is_superuser === true ? ['superuser'] : []),
    ...(is_global === true ? ['global'] : []),
  ].join(', ');
}

/** @param {Record<string, unknown>} claims */
function stillGood(claims) {
  const left = lifeLeft(claims, Date.now());
  if (left === undefined) return 'Never expires, which the server refuses unless JWT_ALLOW_NO_EXP=true.';
  return `Valid for ${inWords(left)}, until ${local(new Date(Date.now() + left))}.`;
}

function showCommand() {
  command.value = tokenCommand({
    user: user.value.trim() || user.placeholder,
    tenant: tenant.value.trim(),
    superuser: superuser.checked,
  });
  copy.textContent = 'Copy';
}

async function copyCommand() {
  try {
    await navigator.clipboard.writeText(command.value);
    copy.textContent = 'Copied';
  } catch {
    // Plain http has no clipboard access.
    getSelection()?.selectAllChildren(command);
    copy.textContent = 'Selected';
  }
}

/** Written only when it differs, so that a live region speaks only of changes. */
function say(/** @type {HTMLElement} */ place, /** @type {string} */ text) {
  if (place.textContent !== text) place.textContent = text;
}
