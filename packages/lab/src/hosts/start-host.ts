import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Root, RootStore } from '../roots/root-store.ts';
import type { RootName } from '../roots/root-recipe.ts';
import { claimSlot, recordSupervisor, releaseSlot } from '../slots/slot-registry.ts';
import type { HostOptions } from './lab-host.ts';
import type { HostPlace } from './host-place.ts';
import { openPersistentHost } from './persistent-host.ts';
import { RunningHost } from './running-host.ts';
import { Supervisor } from './supervisor.ts';

const diskMbDefault = 16 * 1024;
const diskMbMin = 64;
const memoryMbMin = 128;

/** All processes of a host together: a fork bomb in a host must not be one on the machine that runs the lab. */
const tasksMax = 4096;

export interface StartHostContext {
  roots: RootStore;
  cacheDir: string;
  onStop: (host: RunningHost) => void;
}

/**
 * Starts one host and resolves when it is up.
 * @throws Error that names the option when an option is wrong, or with the console's last lines when it does not boot.
 */
export async function startHost(context: StartHostContext, options: HostOptions): Promise<RunningHost> {
  checkOptions(options);
  const root = await context.roots.get(rootOf(options));
  const toolRoot = await context.roots.get('debian');
  const place = options.persistent
    ? openPersistentHost(options.persistent, { root, rootName: rootOf(options) })
    : ephemeralPlace(context.cacheDir);
  const supervisor = supervise(options, root, place);
  const host = new RunningHost({
    name: place.hostname,
    flavour: options.flavour,
    slot: place.slot,
    supervisor,
    toolRootPath: toolRoot.path,
    onStop: context.onStop,
  });
  try {
    recordSupervisor(place.slot, supervisor.pid);
    await host.waitUntilUp();
    if (options.readOnlyRoot === true) await host.trouble.readOnlyRoot();
    return host;
  } catch (error) {
    await host.stop();
    throw error;
  }
}

function ephemeralPlace(cacheDir: string): HostPlace {
  const slot = claimSlot('ephemeral');
  mkdirSync(join(cacheDir, 'disks'), { recursive: true });
  return {
    slot,
    hostname: `lab-${slot.index}`,
    diskImage: join(cacheDir, 'disks', `${slot.index}.img`),
    diskEphemeral: true,
    lockPath: undefined,
  };
}

function supervise(options: HostOptions, root: Root, place: HostPlace): Supervisor {
  try {
    return new Supervisor({
      folder: place.slot.folder,
      machineName: place.slot.machineName,
      hostname: place.hostname,
      rootPath: root.path,
      init: options.flavour === 'no-systemd' ? 'plain' : options.flavour === 'stock' ? 'unified' : 'systemd',
      containers: options.containers,
      diskImage: place.diskImage,
      diskEphemeral: place.diskEphemeral,
      diskMb: options.diskMb ?? diskMbDefault,
      memoryMaxMb: options.memoryMaxMb,
      tasksMax,
      timeZone: options.timeZone ?? 'Etc/UTC',
      interfaceName: place.slot.interfaceName,
      address: place.slot.address,
      gateway: place.slot.gateway,
      lockPath: place.lockPath,
    });
  } catch (error) {
    releaseSlot(place.slot);
    throw error;
  }
}

function rootOf(options: HostOptions): RootName {
  if (options.flavour === 'bare') return 'bare';
  if (options.system !== undefined) return `stock-${options.system}`;
  return options.containers ?? 'debian';
}

function checkOptions(options: HostOptions): void {
  if ((options.flavour === 'stock') !== (options.system !== undefined)) {
    throw new Error('system: a host of flavour "stock" has one, and no other host');
  }
  if (options.containers !== undefined && options.flavour !== 'debian') {
    throw new Error(`containers: only a host of flavour "debian" has them, not "${options.flavour}"`);
  }
  if (options.timeZone !== undefined && !/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+){0,2}$/.test(options.timeZone)) {
    throw new Error(`timeZone: "${options.timeZone}" is no name of the zone database, such as Asia/Kolkata`);
  }
  checkNumber('memoryMaxMb', options.memoryMaxMb, memoryMbMin);
  checkNumber('diskMb', options.diskMb, diskMbMin);
}

function checkNumber(field: string, value: number | undefined, min: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= min)) return;
  throw new Error(`${field}: ${value} is not a whole number of at least ${min}`);
}
