import { loadSettings } from '../../../app/src/settings/load.js';
import { projectAt } from '../project.js';
import { signToken } from '../sign-token.js';
import { endpointOf } from '../stack/endpoint.js';
import { probe } from '../stack/probe.js';
import { trustOf } from '../stack/trust.js';
import { lookAgain } from './look-again.js';

/*
 * A container that uses the stack as clients do: every few seconds it opens a WebSocket through the proxy, with the
 * certificate verified under its public name, and waits for the pong. Arguments: host and port of the proxy.
 */

const [, , address = 'proxy', port = ''] = process.argv;
const { settings } = loadSettings();
const project = projectAt();

await lookAgain(
  async (signal) => {
    const endpoint = { ...endpointOf(settings), address, port: Number(port) };
    const token = signToken(settings, { user_id: 'hermes-canary' }, 60);
    await probe({ endpoint, token, trust: trustOf(project, settings) }, signal);
  },
  { well: 10_000, ill: 500 },
);
