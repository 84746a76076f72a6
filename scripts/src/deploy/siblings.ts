import type { Settings } from '../../../app/src/settings/table.js';
import { certbotImageOf, ensureCertbotImage } from '../containers/certbot-image.js';
import { ensureMosquittoImage, mosquittoImageOf } from '../containers/mosquitto-image.js';

const wantsCertbot = ({ TLS }: Settings) => TLS === 'letsencrypt';
const wantsMosquitto = ({ SERVICES = [] }: Settings) => SERVICES.includes('mqtt');

/** Images that a release needs besides that of its app, each of the same revision. @param image the app's */
export function siblingsOf(image: string, settings: Settings): string[] {
  return [
    ...(wantsCertbot(settings) ? [certbotImageOf(image, settings)] : []),
    ...(wantsMosquitto(settings) ? [mosquittoImageOf(image)] : []),
  ];
}

/**
 * Builds them here, unless they are here.
 * @param sources folder of the revision that they are made from
 * @throws HermesError `image-not-built`
 */
export async function ensureSiblings(
  sources: string,
  image: string,
  settings: Settings,
  signal: AbortSignal,
): Promise<void> {
  if (wantsCertbot(settings)) await ensureCertbotImage(sources, image, settings, signal);
  if (wantsMosquitto(settings)) await ensureMosquittoImage(sources, image, signal);
}
