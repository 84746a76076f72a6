import { PRESET_TIMER } from 'listr2';
import { progress } from '../stack/progress.js';

/** As `make up` shows its steps, with the time that each one took. */
export const timedProgress = {
  ...progress,
  rendererOptions: { ...progress.rendererOptions, timer: PRESET_TIMER },
  fallbackRendererOptions: { ...progress.fallbackRendererOptions, timer: PRESET_TIMER },
};
