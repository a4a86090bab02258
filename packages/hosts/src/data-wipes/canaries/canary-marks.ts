import { createHash, createHmac } from 'node:crypto';
import { canaryPlaces, type CanaryMark } from '@rsm/domain/data-wipes/canary';

const SEED = /^[0-9a-f]{64}$/;

/**
 * The markers that a seed stands for, one per place: names of 24 and contents of 64 hexadecimal digits (HMAC-SHA-256, RFC 2104), of which no
 * other tells anything. Whoever plants and whoever looks are given the same ones.
 * @throws TypeError for anything but a seed
 */
export function canaryMarksOf(seed: string): readonly CanaryMark[] {
  if (!SEED.test(seed)) throw new TypeError('A seed of markers has 64 hexadecimal digits.');
  const derive = (what: string): string =>
    createHmac('sha256', Buffer.from(seed, 'hex')).update(`rsm canary ${what}`).digest('hex');
  return canaryPlaces.map((place) => ({
    place,
    name: derive(`name ${place}`).slice(0, 24),
    content: derive(`content ${place}`),
  }));
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
