import { join } from 'node:path';
import type { Project } from '../project.js';

/** Folder of nginx's rendered configuration. */
export const nginxFolder = (project: Project) => join(project.build, 'nginx');

/** nginx's access log, which it appends to by itself. */
export const nginxAccessLog = (project: Project) => join(project.logs, 'nginx-access.log');

/** Folder of Traefik's rendered configuration. */
export const traefikFolder = (project: Project) => join(project.build, 'traefik');

/** Traefik's access log, which it appends to by itself. */
export const traefikAccessLog = (project: Project) => join(project.logs, 'traefik-access.log');

/** What Traefik says itself. */
export const traefikLog = (project: Project) => join(project.logs, 'traefik.log');

/** What the supervisor itself could not cope with. */
export const supervisorLog = (project: Project) => join(project.logs, 'supervisor.log');
