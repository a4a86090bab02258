import { execFileSync } from 'node:child_process';
import { benchmarkTools } from '@rsm/domain/machines/machine-software';
import { describe, expect, it } from 'vitest';
import { renderCommand } from '../../ssh/command-template.ts';
import { anyMachine } from '../../test-support/any-machine.ts';
import { scriptedSession } from '../../test-support/scripted-session.ts';
import { installTools, observeTools, parseTools } from './tool-commands.ts';
import { createToolInstaller } from './tool-installer.ts';

const said = (manager: string, candidates: string, missing = 'sysbench\nfio\niperf3') =>
  `=== manager\n${manager}\n=== missing\n${missing}\n=== candidates\n${candidates}\n`;

describe('reading which tools are missing', () => {
  it('asks for every tool that the product knows', () => {
    expect(observeTools.text).toContain(`for tool in ${benchmarkTools.join(' ')};`);
    expect(observeTools.text).toContain(`set -- ${benchmarkTools.join(' ')};`);
    expect(observeTools.kind).toBe('read_only');
  });

  it.each([
    // apt-cache policy of Debian 12, as the template's awk prints it.
    ['apt', 'sysbench: 1.0.20+ds-5\nfio: 3.33-3\niperf3: 3.12-1+deb12u2', ['1.0.20+ds-5', '3.33-3', '3.12-1+deb12u2']],
    ['dnf', 'fio: 3.36-2.fc40\nsysbench: 1.0.20-14.fc40', ['1.0.20-14.fc40', '3.36-2.fc40', null]],
    ['apk', 'fio: 3.37-r0:\niperf3: 3.17.1-r0:', [null, '3.37-r0', '3.17.1-r0']],
    ['apt', '', [null, null, null]],
    ['apt', 'sysbench: \nfio: $(reboot)\niperf3: 1 2', [null, null, null]],
  ])('with %s: “%s”', (manager, candidates, versions) => {
    expect(parseTools(said(manager, candidates))).toEqual({
      packageManager: manager,
      missingTools: benchmarkTools.map((tool, index) => ({ tool, version: versions[index] ?? null })),
    });
  });

  it('knows what is there, takes no other manager for one, and makes nothing of nonsense', () => {
    expect(parseTools(said('apt', 'fio: 3.33-3', 'fio')).missingTools).toEqual([{ tool: 'fio', version: '3.33-3' }]);
    expect(parseTools(said('pacman', '', ''))).toEqual({ packageManager: null, missingTools: [] });
    expect(parseTools('Segmentation fault\n')).toEqual({ packageManager: null, missingTools: [] });
  });
});

/** The template itself under a real shell, with programs that only print what they were asked. */
const install = (manager: string, options: { readonly there?: string; readonly fails?: string } = {}) => {
  const stub = (name: string) =>
    `${name}() { echo "${name} $*"; ${options.fails === name ? 'return 1' : 'return 0'}; }\n`;
  // Functions are found by command -v as programs are.
  const stubs = ['apt-get', 'dnf', 'apk', 'dpkg'].map((name) => stub(name)).join('');
  const there = options.there === undefined ? '' : `${options.there}() { :; }\n`;
  const script = renderCommand(installTools, { manager, tools: 'rsm-tool-a rsm-tool-b' });
  try {
    return execFileSync('bash', ['-c', `${stubs}${there}${script}`], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch (error) {
    return `exit ${String((error as { status: unknown }).status)}`;
  }
};

describe('installing', () => {
  it.each([
    ['apt', /^dpkg --configure -a .*\napt-get update -q\napt-get install .*--no-remove .* rsm-tool-a rsm-tool-b$/s],
    ['dnf', /^dnf install -q -y --setopt=install_weak_deps=False rsm-tool-a rsm-tool-b$/],
    ['apk', /^apk add -q rsm-tool-a rsm-tool-b$/],
  ])('asks %s for the missing tools alone', (manager, asked) => {
    expect(install(manager)).toMatch(asked);
  });

  it('leaves alone what is there, so that it may be repeated', () => {
    expect(install('dnf', { there: 'rsm-tool-a' })).toMatch(/ rsm-tool-b$/);
    expect(install('dnf', { there: 'rsm-tool-a' })).not.toContain('rsm-tool-a');
  });

  it('says when the package manager refuses', () => {
    expect(install('dnf', { fails: 'dnf' })).toBe('exit 75');
    expect(install('apt', { fails: 'dpkg' })).toBe('exit 75');
  });

  const installer = (answer: Parameters<typeof scriptedSession>[0]) => {
    const session = scriptedSession(answer);
    const { machine } = anyMachine();
    const target = { machineId: machine.id } as never;
    const work = { signal: session.signal, purpose: 'install_tools' };
    const wish = { tools: ['sysbench', 'fio'] as const, packageManager: 'apt' as const };
    return createToolInstaller({ pool: { session: () => session } }).install(target, wish, work);
  };

  it('answers what is missing afterwards', async () => {
    const left = await installer((text) => (text === observeTools.text ? { stdout: said('apt', '', 'iperf3') } : {}));
    expect(left).toEqual({ packageManager: 'apt', missingTools: [{ tool: 'iperf3', version: null }] });
  });

  it('hands on the last words of the package manager, and what to do by hand', async () => {
    const failing = installer(() => ({ exitStatus: 75, stderr: 'E: Unable to locate package sysbench\n' }));
    await expect(failing).rejects.toMatchObject({
      code: 'host_command_failed',
      message: 'apt failed: E: Unable to locate package sysbench',
      remedy: 'Install it on the machine yourself: apt install sysbench fio',
    });
  });
});
