import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is sent to a machine to measure its GPUs: a program and what it loads onto them. */
export interface GpuSources {
  readonly program: string;
  readonly ptx: { readonly fp32: string; readonly tensor: string; readonly memory: string };
}

/** Reads the sources from this folder. To be called once, when the product is put together, so that a missing file is seen then. */
export function loadGpuSources(): GpuSources {
  const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
  return {
    program: read('gpu-probe.py'),
    ptx: { fp32: read('fp32-chain.ptx'), tensor: read('tensor-chain.ptx'), memory: read('memory-sweep.ptx') },
  };
}
