import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment } from '../processes/run-program.ts';
import { findRefusedNeed } from './kernel-needs.ts';

const module = new URL('../prepare-lab.ts', import.meta.url).href;
const ask = `import { prepareLab } from '${module}'; console.log((await prepareLab({ log: () => undefined })).reason);`;

/** Why there is no lab on a machine that refuses something: as a Node says that this command starts. */
function reasonBehind(command: string, ...args: readonly string[]): string {
  const node = [process.execPath, '--input-type=module', '--eval', ask];
  return execFileSync(command, [...args, ...node], { env: cleanEnvironment, encoding: 'utf8', timeout: 60_000 }).trim();
}

/** As in a container: devices that every program has, and no other. */
const hideDevices = `
for name in null zero urandom; do touch "/tmp/rsm-$$-$name"; mount --bind "/dev/$name" "/tmp/rsm-$$-$name"; done
mount -t tmpfs tmpfs /dev
for name in null zero urandom; do
  touch "/dev/$name"; mount --move "/tmp/rsm-$$-$name" "/dev/$name"; rm "/tmp/rsm-$$-$name"
done
exec "$@"`;

describe.skipIf(process.getuid?.() !== 0)('what lab hosts need of a kernel (needs root)', () => {
  it('is there where this test runs', async () => {
    expect(await findRefusedNeed()).toBeUndefined();
  });

  it('is named where there are no loop devices (bug: the demo said what mount says, after building a root for minutes)', () => {
    const found = reasonBehind('unshare', '--mount', '--propagation', 'private', 'sh', '-ec', hideDevices, 'hide');
    expect(found).toMatch(
      /^lab hosts need loop devices, and this machine gives none \(mount: .+\)\. “modprobe loop” brings them/,
    );
  });

  it('is named where root may not make namespaces', () => {
    const found = reasonBehind('setpriv', '--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin');
    expect(found).toMatch(
      /^lab hosts need namespaces of their own, which this machine refuses \(unshare: .*not permitted\)/,
    );
  });
});
