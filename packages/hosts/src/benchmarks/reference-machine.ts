/**
 * What scores are relative to: R1 scores 1000. R1 is a set of fixed figures and no product one can buy, as a metre is no
 * rod: round numbers near what these strategies showed on a virtual machine with 2 vCPUs of an AMD EPYC “Genoa” and a
 * virtio disk in November 2026. Whoever changes a figure or how it is measured raises the kind's version in the domain
 * (benchmark-method.ts), because scores of different versions can't be compared.
 */
export const REFERENCE_MACHINE = 'R1: 2 threads, fixed figures of 2026-11';

/** Events per second of sysbench cpu with primes up to 20,000. */
export const CPU_REFERENCE = { one_thread: 1_500, all_threads: 3_000 } as const;

/** GB/s of sysbench memory with blocks of 128 MiB, one for each thread: the best of many short runs. */
export const MEMORY_REFERENCE = {
  one_thread_read: 12,
  one_thread_write: 12,
  all_threads_read: 22,
  all_threads_write: 22,
} as const;

/** IOPS with 4 KiB blocks at queue depth 32, MB/s with 1 MiB blocks at queue depth 8. */
export const STORAGE_REFERENCE = {
  random_read: 50_000,
  random_write: 20_000,
  sequential_read: 2_000,
  sequential_write: 1_500,
} as const;

/** Mbit/s over one SSH channel; the round trip is not scored, because it is as much of the marketplace's place as of the machine's. */
export const NETWORK_REFERENCE = { to_marketplace: 500, from_marketplace: 500 } as const;

/** TFLOPS of FP32 and of half precision on tensor cores, GB/s of the GPU's memory and of copies to and from pinned memory. */
export const GPU_REFERENCE = {
  fp32_fma: 10,
  tensor_half: 40,
  memory_bandwidth: 500,
  host_to_device_pinned: 12,
  device_to_host_pinned: 12,
} as const;
