import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import { z } from 'zod';
import { cleanText } from './fact-reader.ts';

type Gpu = NonNullable<MachineFacts['gpus']>[number];

const cardsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/**
 * The GPUs that `rocm-smi --json` names; null where it printed nothing of the kind. ROCm 6 writes “Card Series” where ROCm 5 wrote
 * “Card series”, so names are compared without their case. Warnings may stand before the JSON.
 */
export function readAmdGpus(section: string | null): Gpu[] | null {
  const cards = cardsSchema.safeParse(parseJson((section ?? '').slice(Math.max(0, (section ?? '').indexOf('{')))));
  if (!cards.success) return null;
  const driverVersion = fieldOf(cards.data['system'] ?? {}, 'driver version', 60);
  const gpus = Object.entries(cards.data)
    .filter(([name]) => /^card\d+$/.test(name))
    .flatMap(([, card]): Gpu[] => {
      const model =
        fieldOf(card, 'card series', 200) ?? fieldOf(card, 'device name', 200) ?? fieldOf(card, 'card model', 200);
      if (model === null) return [];
      const bytes = Number(fieldOf(card, 'vram total memory (b)', 20) ?? Number.NaN);
      return [
        {
          vendor: 'amd',
          model,
          uuid: fieldOf(card, 'unique id', 100),
          vramBytes: Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : null,
          driverVersion,
          cudaVersion: null,
          computeCapability: null,
          pcieGeneration: null,
          pcieWidth: null,
          powerLimitWatts: null,
          eccEnabled: null,
        },
      ];
    });
  return gpus.length === 0 ? null : gpus;
}

function fieldOf(card: Readonly<Record<string, unknown>>, name: string, lengthMax: number): string | null {
  const value = Object.entries(card).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value !== 'string' || value === '' || value === 'N/A' ? null : cleanText(value, lengthMax);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
