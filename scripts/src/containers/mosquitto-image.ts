import { buildUnlessThere, siblingOf } from './image.js';

/** @param image the app's */
export const mosquittoImageOf = (image: string): string => siblingOf(image, 'mosquitto');

/**
 * Builds the image of the MQTT broker unless it is there.
 * @returns whether it had to be built
 * @throws HermesError `image-not-built`
 */
export function ensureMosquittoImage(root: string, image: string, signal: AbortSignal): Promise<boolean> {
  return buildUnlessThere(root, mosquittoImageOf(image), ['--file', 'mosquitto/Dockerfile'], signal);
}
