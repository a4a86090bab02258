import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchmarkKinds } from '@rsm/domain/benchmarks/benchmark';
import { benchmarkMethodVersions } from '@rsm/domain/benchmarks/benchmark-method';
import { DRIFT_BASELINE_RUNS_MAX, driftTolerancePercent } from '@rsm/domain/benchmarks/drift';
import { REMEASURE_AFTER_MS, REMEASURE_MARGIN_MS, REMEASURE_RETRY_MS } from '@rsm/domain/benchmarks/remeasuring';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { describe, expect, it } from 'vitest';
import { measuredKinds } from './benchmark-runner.ts';
import { CPU_BENCHMARK_SETTINGS } from './cpu-benchmark.ts';
import { GPU_BENCHMARK_SETTINGS } from './gpu/gpu-request.ts';
import { MEMORY_BENCHMARK_SETTINGS } from './memory-benchmark.ts';
import { NETWORK_BENCHMARK_SETTINGS } from './network-benchmark.ts';
import {
  CPU_REFERENCE,
  GPU_REFERENCE,
  MEMORY_REFERENCE,
  NETWORK_REFERENCE,
  STORAGE_REFERENCE,
} from './reference-machine.ts';
import { STORAGE_BENCHMARK_SETTINGS } from './storage-benchmark.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/benchmark-method.md'), 'utf8');

/** The cells of the page's tables whose first cell is a kind: `kind`, then the rest as it stands there. */
const rows = [...page.matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)].map(([, kind = '', rest = '']) => ({
  kind,
  cells: rest.split('|').map((cell) => cell.trim()),
}));
const rowsWith = (count: number) => rows.filter(({ cells }) => cells.length === count);

describe('docs/benchmark-method.md', () => {
  it('names every kind with its method version, and a tool for each that is measured and for no other', () => {
    const named = rowsWith(4).map(({ kind, cells: [tool, version] }) => [kind, tool !== 'none yet', version]);
    expect(named).toEqual(
      benchmarkKinds.map((kind) => [kind, measuredKinds.includes(kind), String(benchmarkMethodVersions[kind])]),
    );
  });

  it('has a section for every kind that is measured', () => {
    expect([...page.matchAll(/^### `(\w+)`$/gm)].map(([, kind]) => kind)).toEqual(measuredKinds);
  });

  it('states the figures of the reference machine', () => {
    const stated = rowsWith(2).map(({ kind, cells: [name, figure] }) => [
      `${kind} ${name ?? ''}`,
      Number.parseFloat((figure ?? '').replaceAll(',', '')),
    ]);
    const references = {
      cpu: CPU_REFERENCE,
      memory: MEMORY_REFERENCE,
      storage: STORAGE_REFERENCE,
      network: NETWORK_REFERENCE,
      gpu: GPU_REFERENCE,
    };
    const expected = Object.entries(references).flatMap(([kind, figures]) =>
      Object.entries(figures).map(([name, figure]) => [`${kind} \`${name}\``, figure]),
    );
    expect(stated).toEqual(expected);
  });

  it('states how long the runs are', () => {
    const text = page.replaceAll(/\s+/g, ' ');
    expect(text).toContain(`Three repetitions of ${CPU_BENCHMARK_SETTINGS.secondsPerRun} seconds, alternating`);
    expect(text).toContain(`three repetitions of ${STORAGE_BENCHMARK_SETTINGS.secondsPerRun} seconds for each figure`);
    const memory = MEMORY_BENCHMARK_SETTINGS;
    expect(text).toContain(
      `moves ${memory.mibPerThread.toLocaleString('en')} MiB per thread, or ends after ${memory.secondsPerRunMax} seconds`,
    );
  });

  it('states the tolerances', () => {
    const stated = rowsWith(1).map(({ kind, cells: [percent] }) => [kind, Number.parseFloat(percent ?? '')]);
    expect(Object.fromEntries(stated)).toEqual(driftTolerancePercent);
  });

  it('states the limits of the network and the GPU measurement', () => {
    const { bytesPerRun, secondsPerRunMax } = NETWORK_BENCHMARK_SETTINGS;
    expect(page).toContain(`three repetitions of ${String(bytesPerRun / 1_048_576)} MiB from the machine`);
    expect(page).toContain(`A run ends after ${String(secondsPerRunMax)} seconds`);
    const { samples, sizes, stepSecondsMax, targetMs } = GPU_BENCHMARK_SETTINGS;
    expect(page).toContain(`picks ${String(samples)} threads`);
    expect(page).toContain(`about ${String(targetMs)} ms`);
    expect(page).toContain(`within ${String(stepSecondsMax)} seconds`);
    expect(page).toContain(`${sizes.fp32Threads.toLocaleString('en')} threads`);
    expect(page).toContain(
      `${String(sizes.copyBytes / 1_048_576)} MiB ${sizes.copies === 4 ? 'four' : '?'} times each way`,
    );
  });

  it('states when a machine is measured again', () => {
    expect(page).toContain(`measured again ${String(REMEASURE_AFTER_MS / DAY_MS)} days after`);
    expect(page).toContain(`empty for the next ${String(REMEASURE_MARGIN_MS / MINUTE_MS)} minutes`);
    expect(page).toContain(`not tried again for ${String(REMEASURE_RETRY_MS / HOUR_MS)} hours`);
    expect(page).toContain(`at most ${String(DRIFT_BASELINE_RUNS_MAX)} runs before it`);
  });
});
