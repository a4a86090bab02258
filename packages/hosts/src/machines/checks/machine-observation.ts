import { z } from 'zod';
import { readOnly } from '../../ssh/command-template.ts';
import { linesOf, sectionOf } from '../facts/fact-reader.ts';

/**
 * What the checks need beside the facts, in one look. Nothing is written: `test -w` answers false for root only where the
 * file system itself is read-only. A GPU is a display controller (PCI class 0x03) of vendor 0x10de. The tools are those that access and wipes are made of.
 */
export const observationTemplate = readOnly(
  `echo '=== epoch'; date +%s
echo '=== missing'
for tool in awk find getent groupadd sed sshd stat timeout useradd userdel usermod; do
  command -v "$tool" >/dev/null 2>&1 || echo "$tool"
done
echo '=== scheduler'
if [ -d /run/systemd/system ]; then echo systemd; fi
for pid in /proc/[0-9]*; do
  read -r name < "$pid/comm" 2>/dev/null || continue
  case "$name" in cron|crond) echo cron; break ;; esac
done
echo '=== include'; grep -Eis '^[[:space:]]*include[[:space:]]+"?(/etc/ssh/)?sshd_config\\.d/\\*' /etc/ssh/sshd_config
echo '=== readonly'
for place in /etc /home /var/lib; do
  if [ -d "$place" ] && [ ! -w "$place" ]; then echo "$place"; fi
done
echo '=== nvidia'
for device in /sys/bus/pci/devices/*; do
  read -r vendor < "$device/vendor" 2>/dev/null && read -r class < "$device/class" 2>/dev/null || continue
  case "$vendor $class" in '0x10de 0x03'*) echo pci ;; esac
done
if [ -c /dev/nvidia0 ]; then echo device; fi
if [ -r /proc/driver/nvidia/version ]; then echo driver; fi
exit 0`,
);

const observationSchema = z.object({
  epochSeconds: z.coerce.number().int().min(0),
  missingTools: z.array(z.string().max(40)).max(40),
  schedulers: z.array(z.enum(['systemd', 'cron'])).max(2),
  includesDropIns: z.boolean(),
  readOnlyPlaces: z.array(z.string().max(100)).max(10),
  /** What the kernel itself knows of NVIDIA's GPUs, whatever nvidia-smi prints. */
  nvidia: z.object({ pciDevices: z.int().min(0), hasDevice: z.boolean(), hasDriver: z.boolean() }),
});

export type MachineObservation = z.infer<typeof observationSchema>;

/** @throws ZodError when the output is not that of the template. */
export function parseObservation(stdout: string): MachineObservation {
  const section = (name: string): string[] => linesOf(sectionOf(stdout, name) ?? '');
  return observationSchema.parse({
    epochSeconds: section('epoch')[0],
    missingTools: section('missing'),
    schedulers: section('scheduler'),
    includesDropIns: section('include').length > 0,
    readOnlyPlaces: section('readonly'),
    nvidia: {
      pciDevices: section('nvidia').filter((line) => line === 'pci').length,
      hasDevice: section('nvidia').includes('device'),
      hasDriver: section('nvidia').includes('driver'),
    },
  });
}
