import type { GpuThrottleReason, MachineFacts } from '@rsm/domain/machines/machine-facts';
import { formatInteger } from './size.ts';

type Gpu = Pick<
  NonNullable<MachineFacts['gpus']>[number],
  'pcieWidth' | 'pcieWidthNow' | 'powerLimitWatts' | 'powerLimitMaxWatts' | 'clockMaxMhz' | 'throttleReasons'
>;

const throttleWords: Readonly<Record<GpuThrottleReason, string>> = {
  application_clocks: 'a clock that was set',
  power_cap: 'its power limit',
  hardware_slowdown: 'its hardware',
  sync_boost: 'the clocks of other GPUs',
  software_thermal: 'heat',
  hardware_thermal: 'heat that its hardware stopped',
  power_brake: 'the power supply',
  display_clocks: 'its display',
};

/** What says why a GPU may be slower than its name: narrow slots, a lowered power limit, and what held it back when it was read. */
export function gpuLimits(gpu: Gpu): readonly string[] {
  const { pcieWidth, powerLimitWatts } = gpu;
  // Facts from before these were read have none of them.
  const { clockMaxMhz = null, pcieWidthNow = null, powerLimitMaxWatts = null, throttleReasons = null } = gpu;
  const parts: string[] = [];
  if (clockMaxMhz !== null) parts.push(`up to ${formatInteger(clockMaxMhz)} MHz`);
  if (pcieWidth !== null && pcieWidthNow !== null && pcieWidthNow < pcieWidth) {
    parts.push(`in a slot of ×${String(pcieWidthNow)}`);
  }
  if (powerLimitWatts !== null && powerLimitMaxWatts !== null && powerLimitWatts < powerLimitMaxWatts) {
    parts.push(`power limit lowered from ${formatInteger(powerLimitMaxWatts)} W`);
  }
  if (throttleReasons !== null && throttleReasons.length > 0) {
    parts.push(`held back by ${throttleReasons.map((reason) => throttleWords[reason]).join(' and ')} when it was read`);
  }
  return parts;
}
