import { describe, expect, it } from 'vitest';
import { hasApt, installCommand } from './system-packages.ts';

describe('system packages', () => {
  it.each([
    ['Debian', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n', true],
    ['Ubuntu', 'ID=ubuntu\nID_LIKE=debian\n', true],
    ['Mint', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', true],
    ['Fedora', 'ID=fedora\nVERSION_ID=41\n', false],
    ['a name that only mentions Debian', 'NAME="not debian"\nID=other\n', false],
    ['no os-release at all', '', false],
  ])('come from apt: %s', (_name, osRelease, expected) => {
    expect(hasApt(osRelease)).toBe(expected);
  });

  it('are named in a command that can be pasted', () => {
    expect(installCommand(['debootstrap', 'iproute2'])).toBe(
      'apt-get install --no-install-recommends debootstrap iproute2',
    );
  });
});
