import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { renderCommand } from '../ssh/command-template.ts';
import { makeContainer } from './container-commands.ts';

const IMAGE = `registry.example.org/cuda@sha256:${'a'.repeat(64)}`;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/**
 * What the runtime is asked to create, read from the template itself under a real shell. The runtime is a program that notes what it was
 * asked; the places of the machine lie in a folder of the test, and the run ends where the container's network is looked for.
 */
function createdBy(runtime: 'podman' | 'docker', machine: { readonly hasGpu: boolean }): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'rsm-container-'));
  folders.push(folder);
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'access', 'rsm-account'), { recursive: true });
  if (machine.hasGpu) writeFileSync(join(folder, 'nvidia0'), '');
  const program = (name: string, body: string) =>
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  for (const name of ['sudo', 'visudo', 'flock']) program(name, 'exit 0');
  program(
    runtime,
    `if [ "$1 $2" = "container inspect" ] || [ "$1 $2" = "network inspect" ] || [ "$1 $2" = "volume inspect" ]; then exit 1; fi
if [ "$1" = create ]; then printf '%s\\n' "$@" > ${folder}/asked; fi`,
  );
  const script = renderCommand(makeContainer, { account: 'rsm-account', image: IMAGE, processesMax: 100 })
    .replaceAll('/etc/rsm-access', join(folder, 'access'))
    .replaceAll('/dev/nvidia0', join(folder, 'nvidia0'))
    .replaceAll('/etc/hosts', join(folder, 'hosts'))
    .replace('podman; command -v podman >/dev/null ||', runtime === 'docker' ? 'podman; ' : 'podman; true ||');
  try {
    execFileSync('bash', ['-c', script], {
      stdio: 'pipe',
      env: { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` },
    });
  } catch {
    // The stand-in has no network that could be found.
  }
  return readFileSync(join(folder, 'asked'), 'utf8').split('\n');
}

/** An option and the word behind it. */
const hasPair = (asked: readonly string[], option: string, value: string): boolean =>
  asked.some((word, at) => word === option && asked[at + 1] === value);

describe('a container is created', () => {
  test('with every GPU by podman’s device interface (CDI)', () => {
    const asked = createdBy('podman', { hasGpu: true });
    expect(hasPair(asked, '--device', 'nvidia.com/gpu=all')).toBe(true);
    expect(asked).not.toContain('--gpus');
    expect(hasPair(asked, '--uidmap', '0:2000000000:65536')).toBe(true);
  });

  test('with every GPU by docker’s own option', () => {
    const asked = createdBy('docker', { hasGpu: true });
    expect(hasPair(asked, '--gpus', 'all')).toBe(true);
    expect(asked).not.toContain('--device');
    expect(asked).not.toContain('--uidmap');
  });

  test.each(['podman', 'docker'] as const)('without one where the machine has none, by %s', (runtime) => {
    const asked = createdBy(runtime, { hasGpu: false });
    expect(asked.filter((word) => /gpu/.test(word))).toEqual([]);
    expect(asked).toContain(IMAGE);
    expect(hasPair(asked, '--pull', 'never')).toBe(true);
    expect(hasPair(asked, '--cap-drop', 'NET_RAW')).toBe(true);
  });
});
