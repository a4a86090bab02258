import { expect, it } from 'vitest';
import type { MachineFacts } from '../machines/machine-facts.ts';
import { assertGpuMeasured, hasMeasurableGpu, whyGpuNotMeasured } from './gpu-measurable.ts';

type Gpu = NonNullable<MachineFacts['gpus']>[number];

const card = (vendor: Gpu['vendor'], computeCapability: string | null): Gpu => ({
  vendor,
  model: 'A card',
  uuid: null,
  vramBytes: null,
  driverVersion: null,
  cudaVersion: null,
  computeCapability,
  pcieGeneration: null,
  pcieWidth: null,
  powerLimitWatts: null,
  eccEnabled: null,
});

it.each<[string, readonly Gpu[] | null, boolean, RegExp | null]>([
  ['no GPU', [], false, null],
  ['unread GPUs', null, false, null],
  ['a new card', [card('nvidia', '9.0')], true, null],
  ['the oldest that can', [card('nvidia', '7.0')], true, null],
  ['one whose driver tells nothing', [card('nvidia', null)], true, null],
  ['a capability of two digits', [card('nvidia', '12.0')], true, null],
  ['an old card', [card('nvidia', '6.1')], false, /compute capability 7\.0 on/],
  ['an old card beside a new one', [card('nvidia', '9.0'), card('nvidia', '6.1')], false, /a GPU here is older/],
  ['AMD', [card('amd', null)], false, /NVIDIA’s CUDA driver, which GPUs of AMD do not have/],
  ['another maker', [card('intel', null)], false, /of this maker/],
  ['a screen of another maker beside it', [card('intel', null), card('nvidia', '8.6')], true, null],
])('whether %s can be measured is known, with the reason', (_what, gpus, isMeasurable, reason) => {
  expect(hasMeasurableGpu(gpus)).toBe(isMeasurable);
  if (reason === null) expect(whyGpuNotMeasured(gpus)).toBeNull();
  else expect(whyGpuNotMeasured(gpus)).toMatch(reason);
});

it.each<[string, readonly Gpu[], boolean]>([
  ['GPUs that can be measured', [card('nvidia', '9.0')], true],
  ['GPUs of which that is not known', [card('nvidia', null)], false],
  ['GPUs that are too old', [card('nvidia', '6.1')], false],
  ['GPUs of AMD', [card('amd', null)], false],
  ['no GPUs', [], false],
])('a machine with %s is listed with a GPU benchmark only: %j', (_what, gpus, isNeeded) => {
  const facts = { gpus } as Pick<MachineFacts, 'gpus'> as MachineFacts;
  const publish = (kinds: readonly ('cpu' | 'gpu')[]) => () =>
    assertGpuMeasured(
      { name: 'Rack 1', facts },
      kinds.map((kind) => ({ kind })),
    );
  expect(publish(['cpu', 'gpu'])).not.toThrow();
  if (isNeeded) expect(publish(['cpu'])).toThrow(/GPUs of Rack 1 were not measured yet/);
  else expect(publish(['cpu'])).not.toThrow();
});
