export { patience, until, within } from '../../../scripts/src/servers/wait.js';
