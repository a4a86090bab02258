import type { GpuThrottleReason, MachineFacts } from '@rsm/domain/machines/machine-facts';
import { cleanText, linesOf } from './fact-reader.ts';

type Gpu = NonNullable<MachineFacts['gpus']>[number];
export type NvidiaDetails = Pick<
  Gpu,
  | 'pciDeviceId'
  | 'pcieGenerationNow'
  | 'pcieWidthNow'
  | 'powerLimitMaxWatts'
  | 'clockMaxMhz'
  | 'memoryClockMaxMhz'
  | 'throttleReasons'
>;

/** NVML, NvmlClocksEventReasons. Bit 0 is an idle GPU. */
const THROTTLE_BITS: readonly (readonly [number, GpuThrottleReason])[] = [
  [0x2, 'application_clocks'],
  [0x4, 'power_cap'],
  [0x8, 'hardware_slowdown'],
  [0x10, 'sync_boost'],
  [0x20, 'software_thermal'],
  [0x40, 'hardware_thermal'],
  [0x80, 'power_brake'],
  [0x100, 'display_clocks'],
];

/**
 * What else nvidia-smi tells, by the GPU's UUID. It is an extra: a driver that does not know a field tells none of these, and a line
 * of another form is left out.
 */
export function readNvidiaDetails(section: string | null): ReadonlyMap<string, NvidiaDetails> {
  const details = new Map<string, NvidiaDetails>();
  for (const line of linesOf(section ?? '')) {
    const [uuid, deviceId, generation, width, powerMax, clock, memoryClock, throttle, ...rest] = line
      .split(',')
      .map((field) => field.trim());
    if (uuid === undefined || throttle === undefined || rest.length > 0) continue;
    details.set(uuid, {
      pciDeviceId: textOf(deviceId, 20),
      pcieGenerationNow: wholeOf(generation),
      pcieWidthNow: wholeOf(width),
      powerLimitMaxWatts: numberOf(powerMax),
      clockMaxMhz: wholeOf(clock),
      memoryClockMaxMhz: wholeOf(memoryClock),
      throttleReasons: throttleReasonsOf(throttle),
    });
  }
  return details;
}

function throttleReasonsOf(mask: string): GpuThrottleReason[] | null {
  if (!/^0x[0-9a-fA-F]{1,16}$/.test(mask)) return null;
  const bits = BigInt(mask);
  return THROTTLE_BITS.filter(([bit]) => (bits & BigInt(bit)) !== 0n).map(([, reason]) => reason);
}

/** `[N/A]`, `[Not Supported]` and `[Unknown Error]` are nvidia-smi's ways of saying nothing. */
export function textOf(field: string | undefined, lengthMax: number): string | null {
  return field === undefined || field === '' || field.startsWith('[') || field === 'N/A'
    ? null
    : cleanText(field, lengthMax);
}

export function numberOf(field: string | undefined): number | null {
  const value = Number(textOf(field, 40) ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

export function wholeOf(field: string | undefined): number | null {
  const value = numberOf(field);
  return value !== null && Number.isInteger(value) && value >= 1 ? value : null;
}
