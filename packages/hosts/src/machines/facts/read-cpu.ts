import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import { readOnly } from '../../ssh/command-template.ts';
import { cleanText, sectionOf, UnreadableFact, type FactReader } from './fact-reader.ts';

type Cpu = NonNullable<MachineFacts['cpu']>;

/** lscpu(1) where there is one, and the kernel's own table where there is not (small containers, busybox). */
export const cpuReader: FactReader<Cpu> = {
  fact: 'cpu',
  template: readOnly(
    `if command -v lscpu >/dev/null 2>&1; then
  echo '=== lscpu'; lscpu
else
  echo '=== uname'; uname -m
  echo '=== cpuinfo'; grep -E '^(processor|model name|physical id|cpu cores|cpu part|CPU part)[[:space:]]*:' /proc/cpuinfo
fi`,
  ),
  parse(stdout) {
    const lscpu = sectionOf(stdout, 'lscpu');
    if (lscpu !== null) return parseLscpu(lscpu);
    return parseCpuinfo(sectionOf(stdout, 'cpuinfo') ?? '', sectionOf(stdout, 'uname') ?? '');
  },
};

function parseLscpu(text: string): Cpu {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const key = line.slice(0, colon).trim();
    // Hybrid processors repeat a block per kind of core; the first one is the faster kind.
    if (colon > 0 && !fields.has(key)) fields.set(key, line.slice(colon + 1).trim());
  }
  const threads = positive(fields.get('CPU(s)'));
  if (threads === null) throw new UnreadableFact('lscpu did not say how many CPUs there are');
  const threadsPerCore = positive(fields.get('Thread(s) per core')) ?? 1;
  // ARM boards print “Socket(s): -” and count clusters instead.
  const sockets = positive(fields.get('Socket(s)')) ?? 1;
  const coresPerSocket = positive(fields.get('Core(s) per socket'));
  const cores = coresPerSocket === null ? Math.max(1, Math.floor(threads / threadsPerCore)) : coresPerSocket * sockets;
  const maxMhz = Number(fields.get('CPU max MHz')?.replace(',', '.'));
  return {
    model: cleanText(fields.get('Model name') ?? fields.get('BIOS Model name') ?? 'unknown', 200),
    architecture: cleanText(fields.get('Architecture') ?? 'unknown', 40),
    sockets,
    cores,
    threads,
    maxMhz: Number.isFinite(maxMhz) && maxMhz > 0 ? maxMhz : null,
  };
}

function parseCpuinfo(text: string, architecture: string): Cpu {
  const values = (key: string): string[] =>
    text
      .split('\n')
      .map((line) => line.split(':'))
      .filter(([name]) => name?.trim() === key)
      .map(([, value = '']) => value.trim());
  const threads = values('processor').length;
  if (threads === 0) throw new UnreadableFact('neither lscpu nor /proc/cpuinfo told about the CPU');
  const sockets = Math.max(1, new Set(values('physical id')).size);
  const coresPerSocket = positive(values('cpu cores')[0]);
  return {
    model: cleanText(values('model name')[0] ?? 'unknown', 200),
    architecture: cleanText(architecture, 40) || 'unknown',
    sockets,
    cores: coresPerSocket === null ? threads : coresPerSocket * sockets,
    threads,
    maxMhz: null,
  };
}

function positive(text: string | undefined): number | null {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
