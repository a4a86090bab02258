/** What machines of one kind have in common. */
export interface HardwareModel {
  readonly cpu: string;
  readonly threads: number;
  readonly memoryGib: number;
  readonly diskGib: number;
  readonly diskKind: 'nvme' | 'ssd' | 'hdd';
  readonly gpu: {
    readonly model: string;
    readonly count: number;
    readonly vramMib: number;
    readonly cuda: string;
  } | null;
  /** Points of the CPU score, and a fair price for an hour in thousandths. */
  readonly score: number;
  readonly priceMillis: number;
}

/** Name, memory in MiB as nvidia-smi reports it, newest CUDA version of its usual driver, price of one for an hour in thousandths. */
const gpus: readonly (readonly [model: string, vramMib: number, cuda: string, priceMillis: number])[] = [
  ['NVIDIA GeForce RTX 4090', 24_564, '12.8', 380],
  ['NVIDIA GeForce RTX 3090', 24_576, '12.4', 210],
  ['NVIDIA GeForce RTX 5090', 32_607, '13.0', 650],
  ['NVIDIA H100 80GB HBM3', 81_559, '12.8', 2_100],
  ['NVIDIA A100-SXM4-80GB', 81_920, '12.4', 1_300],
  ['NVIDIA RTX A6000', 49_140, '12.4', 480],
  ['NVIDIA L40S', 46_068, '12.8', 820],
  ['NVIDIA GeForce RTX 3060', 12_288, '12.4', 70],
  ['NVIDIA GeForce RTX 4080 SUPER', 16_376, '12.8', 260],
  ['NVIDIA GeForce RTX 4070 Ti', 12_282, '12.8', 150],
  ['NVIDIA RTX 6000 Ada Generation', 49_140, '12.8', 760],
  ['NVIDIA A40', 46_068, '12.4', 400],
  ['NVIDIA A10', 23_028, '12.4', 240],
  ['NVIDIA L4', 23_034, '12.8', 330],
  ['NVIDIA H200', 143_771, '12.8', 3_100],
  ['Tesla V100-SXM2-32GB', 32_768, '12.4', 260],
  ['Tesla T4', 15_360, '12.4', 150],
  ['NVIDIA GeForce RTX 3080', 10_240, '12.4', 120],
  ['NVIDIA A100-PCIE-40GB', 40_960, '12.4', 800],
  ['NVIDIA H100 PCIe', 81_559, '12.8', 1_900],
  ['NVIDIA GeForce RTX 3070', 8_192, '12.4', 80],
  ['NVIDIA RTX A5000', 24_564, '12.4', 260],
  ['NVIDIA RTX A4000', 16_376, '12.4', 140],
  ['NVIDIA GeForce RTX 2080 Ti', 11_264, '12.2', 90],
  ['NVIDIA B200', 183_359, '13.0', 4_200],
  ['Tesla P100-PCIE-16GB', 16_384, '12.2', 90],
  ['NVIDIA GeForce RTX 4060 Ti', 16_380, '12.8', 110],
  ['Tesla P40', 24_576, '12.2', 110],
  ['NVIDIA GH200 480GB', 97_871, '12.8', 2_400],
  ['NVIDIA GeForce GTX 1080 Ti', 11_264, '12.2', 50],
];

/** Name, threads, points of the score. */
const cpus: readonly (readonly [model: string, threads: number, score: number])[] = [
  ['AMD EPYC 7763 64-Core Processor', 128, 1_450],
  ['AMD Ryzen 9 5950X 16-Core Processor', 32, 1_720],
  ['Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz', 64, 1_120],
  ['AMD EPYC 9654 96-Core Processor', 192, 1_810],
  ['AMD EPYC 7302 16-Core Processor', 32, 1_210],
  ['Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz', 56, 760],
  ['13th Gen Intel(R) Core(TM) i9-13900K', 32, 2_150],
  ['AMD Ryzen Threadripper PRO 5975WX 32-Cores', 64, 1_640],
  ['Intel(R) Xeon(R) Platinum 8480+', 112, 1_560],
  ['AMD Ryzen 9 7950X 16-Core Processor', 32, 2_230],
];

const memoriesGib = [64, 128, 32, 256, 16, 512, 1_024] as const;
const disks = [
  ['nvme', 1_800],
  ['ssd', 900],
  ['nvme', 3_600],
  ['hdd', 7_400],
] as const;

/** About three hundred kinds of machines, the most common first. */
export const hardwareModels: readonly HardwareModel[] = [...withGpus(), ...withoutGpus()].toSorted(
  (a, b) => commonness(a) - commonness(b),
);

function* withGpus(): Iterable<HardwareModel> {
  for (const [rank, [model, vramMib, cuda, priceMillis]] of gpus.entries()) {
    for (const [step, count] of [1, 2, 4, 8].entries()) {
      const [cpu, threads, score] = at(cpus, rank + step);
      const [diskKind, diskGib] = at(disks, rank + step);
      const memoryGib = Math.min(2_048, Math.max(32, Math.ceil((vramMib * count) / 1_024 / 32) * 64));
      const gpu = { model, count, vramMib, cuda };
      yield { cpu, threads, memoryGib, diskGib, diskKind, gpu, score, priceMillis: priceMillis * count };
    }
  }
}

function* withoutGpus(): Iterable<HardwareModel> {
  for (const [rank, [cpu, threads, score]] of cpus.entries()) {
    for (const [step, memoryGib] of memoriesGib.entries()) {
      for (const [diskKind, diskGib] of disks.slice(0, 3)) {
        const priceMillis = Math.round(threads * 1.6 + memoryGib * 0.4 + rank + step);
        yield { cpu, threads, memoryGib, diskGib, diskKind, gpu: null, score, priceMillis };
      }
    }
  }
}

/** Small and cheap is common; kinds with and without GPUs are mixed. */
function commonness({ gpu, priceMillis }: HardwareModel): number {
  return priceMillis * (gpu === null ? 3 : 1);
}

function at<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length];
  if (value === undefined) throw new RangeError('There is nothing to choose from.');
  return value;
}
