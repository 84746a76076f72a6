import { join } from 'node:path';
import type { Project } from '../project.js';

/**
 * The same project, but with what its stack would read written aside: what running containers have mounted stays as it
 * is until it is clear that the new is valid.
 */
export function draftOf(project: Project): Project {
  const state = join(project.state, 'draft');
  return { ...project, state, build: join(state, 'build') };
}
