// @module-tag ci

import type { Lab, LabHost } from '@rsm/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyWork, enrol, openLab, type LabMachine } from '../../test-support/lab-machine.ts';
import { observeTools, parseTools } from './tool-commands.ts';
import { createToolInstaller } from './tool-installer.ts';

/**
 * Packages of two of the tools on the host itself, since a lab host reaches no mirror: what is tried here is the real apt with its lists,
 * its locks and dpkg, not what the packages hold.
 */
const OWN_SOURCE = `set -e
mkdir -p /srv/packages && cd /srv/packages
for package in 'sysbench 1.0.20-9' 'fio 3.33-9'; do
  set -- $package; mkdir -p "build/$1/DEBIAN" "build/$1/usr/bin"
  printf 'Package: %s\\nVersion: %s\\nArchitecture: all\\nMaintainer: lab\\nDescription: of the lab\\n' "$1" "$2" > "build/$1/DEBIAN/control"
  printf '#!/bin/sh\\necho %s %s\\n' "$1" "$2" > "build/$1/usr/bin/$1"; chmod 755 "build/$1/usr/bin/$1"
  dpkg-deb --build "build/$1" "$1.deb" >/dev/null
  { cat "build/$1/DEBIAN/control"; echo "Filename: ./$1.deb"; echo "Size: $(stat -c %s "$1.deb")"; echo "SHA256: $(sha256sum "$1.deb" | cut -d ' ' -f 1)"; echo; } >> Packages
done
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/packages ./' > /etc/apt/sources.list
apt-get update -q`;

describe('tools that a machine lacks', () => {
  let lab: Lab;
  let host: LabHost;
  let machine: LabMachine;
  // Only the deep run has something to do here.
  const isDeep = process.env['RSM_TEST_DEPTH'] === 'deep';
  beforeAll(async () => {
    if (!isDeep) return;
    lab = await openLab();
    host = await lab.startHost({ flavour: 'bare' });
    machine = await enrol(host);
  });
  afterAll(async () => {
    if (!isDeep) return;
    machine.pool.close();
    await lab.stop();
  });

  it(
    'are named with the versions of its own lists, installed once, and left alone afterwards',
    { tags: 'deep' },
    async () => {
      const look = async () => parseTools((await machine.session().run(observeTools, {})).stdout);
      const before = await look();
      expect(before.packageManager).toBe('apt');
      expect(before.missingTools.map(({ tool }) => tool)).toEqual(['sysbench', 'fio', 'iperf3']);
      const prepared = await host.run(OWN_SOURCE);
      expect(prepared.exitCode, prepared.stderr).toBe(0);
      expect((await look()).missingTools).toEqual([
        { tool: 'sysbench', version: '1.0.20-9' },
        { tool: 'fio', version: '3.33-9' },
        { tool: 'iperf3', version: null },
      ]);

      const installer = createToolInstaller({ pool: machine.pool });
      const wish = { tools: ['sysbench', 'fio'], packageManager: 'apt' } as const;
      const install = async () => installer.install(machine.target, wish, anyWork('install_tools'));
      expect(await install()).toEqual({ packageManager: 'apt', missingTools: [{ tool: 'iperf3', version: null }] });
      expect((await host.run('sysbench --version')).stdout).toBe('sysbench 1.0.20-9\n');
      const installedAt = (await host.run('stat -c %Y%i /usr/bin/sysbench')).stdout;
      await install();
      expect((await host.run('stat -c %Y%i /usr/bin/sysbench')).stdout).toBe(installedAt);
      // The provider reads every command.
      const logged = machine.entries.filter(({ purpose }) => purpose === 'install_tools');
      expect(logged.some(({ template }) => template.includes('apt-get install'))).toBe(true);

      // An installation that was cut off in the middle is completed first.
      await host.run('dpkg --remove fio && dpkg --unpack /srv/packages/fio.deb && rm /usr/bin/sysbench');
      await install();
      expect((await host.run("dpkg-query -W -f '${db:Status-Status}' fio")).stdout).toBe('installed');
      const missing = installer.install(
        machine.target,
        { tools: ['iperf3'], packageManager: 'apt' },
        anyWork('install_tools'),
      );
      await expect(missing).rejects.toMatchObject({
        code: 'host_command_failed',
        message: expect.stringContaining('Unable to locate package iperf3') as string,
      });
    },
  );
});
