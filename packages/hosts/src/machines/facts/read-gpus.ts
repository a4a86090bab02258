import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import { readOnly } from '../../ssh/command-template.ts';
import { cleanText, linesOf, sectionOf, UnreadableFact, type FactReader } from './fact-reader.ts';
import { readAmdGpus } from './read-amd-gpus.ts';
import { numberOf, readNvidiaDetails, textOf, wholeOf, type NvidiaDetails } from './read-nvidia-details.ts';

type Gpu = NonNullable<MachineFacts['gpus']>[number];

const GPUS_MAX = 32;
const MEBIBYTE = 1_048_576;
const NVIDIA = '0x10de';
const AMD = '0x1002';
const VENDORS: Readonly<Record<string, Gpu['vendor'] | undefined>> = {
  [NVIDIA]: 'nvidia',
  [AMD]: 'amd',
  '0x8086': 'intel',
};
/** Screens of virtual machines and of management controllers: Bochs, VMware, virtio, Cirrus, QXL, Hyper-V, ASPEED, Matrox. */
const NO_GPU: ReadonlySet<string> = new Set([
  '0x1234',
  '0x15ad',
  '0x1af4',
  '0x1b36',
  '0x1013',
  '0x1414',
  '0x1a03',
  '0x102b',
]);

/**
 * NVIDIA's own tool tells all that it knows; the kernel's list of PCI devices tells at least the vendor of what has no such
 * tool. The query's fields are those of `nvidia-smi --help-query-gpu`; drivers before 510 do not know compute_cap, so they
 * are asked again without it. Drivers from 535 on call clocks_throttle_reasons clocks_event_reasons. PCI class 0x03 is a display controller, and 0x0302 one without a screen (PCI Code and ID
 * Assignment Specification).
 */
export const gpusReader: FactReader<Gpu[]> = {
  fact: 'gpus',
  template: readOnly(
    `if command -v nvidia-smi >/dev/null 2>&1; then
  fields=name,uuid,memory.total,driver_version,pcie.link.gen.max,pcie.link.width.max,power.limit,ecc.mode.current
  if out=$(nvidia-smi --query-gpu="$fields,compute_cap" --format=csv,noheader,nounits 2>&1); then
    echo '=== nvidia'; echo "$out"
  elif out=$(nvidia-smi --query-gpu="$fields" --format=csv,noheader,nounits 2>&1); then
    echo '=== nvidia'; echo "$out"
  else
    echo '=== nvidia-failed'; echo "$out"
  fi
  more=uuid,pci.device_id,pcie.link.gen.current,pcie.link.width.current,power.max_limit,clocks.max.sm,clocks.max.memory
  if out=$(nvidia-smi --query-gpu="$more,clocks_event_reasons.active" --format=csv,noheader,nounits 2>/dev/null) ||
    out=$(nvidia-smi --query-gpu="$more,clocks_throttle_reasons.active" --format=csv,noheader,nounits 2>/dev/null); then
    echo '=== nvidia-more'; echo "$out"
  fi
  echo '=== cuda'; nvidia-smi 2>/dev/null | grep -o 'CUDA Version: *[0-9.]*'
fi
if command -v rocm-smi >/dev/null 2>&1; then
  echo '=== rocm'
  rocm-smi --showproductname --showmeminfo vram --showuniqueid --showdriverversion --json 2>/dev/null
  echo
fi
echo '=== pci'
for device in /sys/bus/pci/devices/*; do
  if [ -r "$device/class" ]; then echo "$(cat "$device/class") $(cat "$device/vendor") $(cat "$device/device")"; fi
done
exit 0`,
    { timeoutMs: 30_000 },
  ),
  parse(stdout) {
    const devices = displayDevices(sectionOf(stdout, 'pci') ?? '');
    const nvidia = sectionOf(stdout, 'nvidia');
    const cuda = /([0-9]+\.[0-9]+)/.exec(sectionOf(stdout, 'cuda') ?? '')?.[1] ?? null;
    const failed = sectionOf(stdout, 'nvidia-failed');
    if (failed !== null && devices.some((device) => device.vendor === NVIDIA)) {
      throw new UnreadableFact(`nvidia-smi failed: ${cleanText(failed, 200)}`);
    }
    const details = readNvidiaDetails(sectionOf(stdout, 'nvidia-more'));
    const measured = nvidia === null ? [] : linesOf(nvidia).map((line) => readNvidiaLine(line, cuda, details));
    const amd = readAmdGpus(sectionOf(stdout, 'rocm'));
    const others = devices
      .filter(({ vendor }) => (nvidia === null || vendor !== NVIDIA) && (amd === null || vendor !== AMD))
      .map(vendorOnly);
    return [...measured, ...(amd ?? []), ...others].slice(0, GPUS_MAX);
  },
};

function readNvidiaLine(line: string, cudaVersion: string | null, details: ReadonlyMap<string, NvidiaDetails>): Gpu {
  const fields = line.split(',').map((field) => field.trim());
  const [name = '', uuid, memory, driver, generation, width, power, ecc, capability] = fields;
  if (fields.length < 8 || name === '')
    throw new UnreadableFact(`nvidia-smi printed an unknown line: ${cleanText(line, 100)}`);
  const mebibytes = numberOf(memory);
  return {
    vendor: 'nvidia',
    model: cleanText(name, 200),
    uuid: textOf(uuid, 100),
    vramBytes: mebibytes === null ? null : mebibytes * MEBIBYTE,
    driverVersion: textOf(driver, 60),
    cudaVersion,
    computeCapability: textOf(capability, 20),
    pcieGeneration: wholeOf(generation),
    pcieWidth: wholeOf(width),
    powerLimitWatts: numberOf(power),
    eccEnabled: ecc === 'Enabled' ? true : ecc === 'Disabled' ? false : null,
    ...details.get(uuid ?? ''),
  };
}

function displayDevices(pci: string): { readonly vendor: string; readonly device: string }[] {
  return linesOf(pci)
    .map((line) => line.split(' '))
    .filter(([pciClass = '', vendor = '']) => pciClass.startsWith('0x03') && !NO_GPU.has(vendor))
    .map(([, vendor = '', device = '']) => ({ vendor, device }));
}

function vendorOnly({ vendor, device }: { readonly vendor: string; readonly device: string }): Gpu {
  return {
    vendor: VENDORS[vendor] ?? 'other',
    model: cleanText(`PCI device ${vendor.replace('0x', '')}:${device.replace('0x', '')}`, 200),
    uuid: null,
    vramBytes: null,
    driverVersion: null,
    cudaVersion: null,
    computeCapability: null,
    pcieGeneration: null,
    pcieWidth: null,
    powerLimitWatts: null,
    eccEnabled: null,
  };
}
