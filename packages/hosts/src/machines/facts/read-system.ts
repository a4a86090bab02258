import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import { readOnly } from '../../ssh/command-template.ts';
import { cleanText, linesOf, sectionOf, UnreadableFact, type FactReader } from './fact-reader.ts';

export const containerRuntimeReader: FactReader<MachineFacts['containerRuntime']> = {
  fact: 'containerRuntime',
  template: readOnly('podman --version 2>/dev/null; docker --version 2>/dev/null; exit 0'),
  /** “podman version 4.3.1” and “Docker version 27.3.1, build ce12230”; a machine without either has none, which is an answer. */
  parse(stdout) {
    const podman = /^podman version (\S+)$/m.exec(stdout)?.[1];
    if (podman !== undefined) return { name: 'podman', version: cleanText(podman, 60) };
    const docker = /^Docker version ([^\s,]+)/m.exec(stdout)?.[1];
    return docker === undefined ? null : { name: 'docker', version: cleanText(docker, 60) };
  },
};

export const kernelReader: FactReader<string> = {
  fact: 'kernel',
  template: readOnly('uname -sr'),
  parse: (stdout) => nonEmpty(cleanText(stdout, 200), 'uname said nothing'),
};

export const virtualizationReader: FactReader<string> = {
  fact: 'virtualization',
  /** systemd-detect-virt(1) exits with 1 when it prints “none”. */
  template: readOnly('systemd-detect-virt', { expectedExitCodes: [0, 1] }),
  parse: (stdout) => nonEmpty(cleanText(stdout, 60), 'systemd-detect-virt said nothing'),
};

export const osReader: FactReader<NonNullable<MachineFacts['os']> & { readonly family: readonly string[] }> = {
  fact: 'os',
  template: readOnly('cat /etc/os-release'),
  /** os-release(5): shell assignments without expansion, with or without quotes. */
  parse(stdout) {
    const fields = new Map(
      linesOf(stdout).flatMap((line) => {
        const match = /^([A-Z_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))$/.exec(line);
        return match === null
          ? []
          : [[match[1] ?? '', (match[2] ?? match[3] ?? match[4] ?? '').replaceAll(/\\(.)/g, '$1')] as const];
      }),
    );
    const id = nonEmpty(cleanText(fields.get('ID') ?? '', 60), '/etc/os-release has no ID');
    return {
      id,
      versionId: cleanText(fields.get('VERSION_ID') ?? '', 60),
      prettyName: cleanText(fields.get('PRETTY_NAME') ?? id, 200),
      family: [id, ...cleanText(fields.get('ID_LIKE') ?? '', 200).split(' ')].filter((name) => name !== ''),
    };
  },
};

export const initSystemReader: FactReader<NonNullable<MachineFacts['initSystem']>> = {
  fact: 'initSystem',
  /** The folder exists exactly when systemd is the running manager (sd_booted(3)). */
  template: readOnly('if [ -d /run/systemd/system ]; then echo systemd; else echo other; fi'),
  parse: (stdout) => (stdout.trim() === 'systemd' ? 'systemd' : 'other'),
};

export const timeZoneReader: FactReader<string> = {
  fact: 'timeZone',
  template: readOnly(`echo '=== link'; readlink /etc/localtime
echo '=== file'; cat /etc/timezone 2>/dev/null
exit 0`),
  /** The link counts (localtime(5)); Debian's file is older, and without either the zone is UTC. */
  parse(stdout) {
    const link = /zoneinfo\/(?:posix\/|right\/)?([\w+/-]+)\s*$/m.exec(sectionOf(stdout, 'link') ?? '')?.[1];
    const zone = link ?? cleanText(sectionOf(stdout, 'file') ?? '', 60);
    return zone === '' ? 'UTC' : zone.slice(0, 60);
  },
};

function nonEmpty(text: string, otherwise: string): string {
  if (text === '') throw new UnreadableFact(otherwise);
  return text;
}
