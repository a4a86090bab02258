import type { AccessHost } from '@rsm/domain/access/access-host';
import type { HostFlavour, Lab } from '@rsm/lab';
import { openLab } from '../../test-support/lab-machine.ts';
import { realClock } from '../../test-support/ssh-peer.ts';
import { createUnixUserAccess } from '../unix-user-access.ts';
import { adoptLabHost, Renter, type LabMachine } from './lab-machine.ts';

let nextUid = 2_200_001;

/** A host of its own for one test of the watchdog: it is nobody else's to reboot. */
export class WatchedHost {
  readonly machine: LabMachine;
  readonly access: AccessHost;
  readonly #lab: Lab;
  readonly #renters: Renter[] = [];

  private constructor(lab: Lab, machine: LabMachine) {
    this.#lab = lab;
    this.machine = machine;
    this.access = createUnixUserAccess({ pool: machine.pool, clock: realClock, graceSeconds: 1 });
  }

  static async start(options: { readonly flavour: HostFlavour; readonly timeZone: string }): Promise<WatchedHost> {
    const lab = await openLab();
    return new WatchedHost(lab, await adoptLabHost(await lab.startHost(options)));
  }

  /** A renter whose access is provisioned and ends in `endsInMs`. */
  async newRenter(endsInMs: number): Promise<Renter> {
    const renter = new Renter(this.machine, { uid: nextUid++, endsInMs });
    this.#renters.push(renter);
    await this.access.provision(this.machine.control, renter.spec, this.machine.work);
    return renter;
  }

  /** What a script prints that root runs on the console. */
  async root(script: string): Promise<string> {
    return (await this.machine.host.run(script)).stdout.trim();
  }

  /** Nobody of ours is connected from here on. */
  leave(): void {
    this.machine.pool.forget(this.machine.control.machineId);
  }

  /** The processes of the renter, the day his account expired, and the keys that sshd would take: `1` alone when it is over. */
  async remainsOf(renter: Renter): Promise<string> {
    const { uid, accountName } = renter.spec;
    return this.root(
      `pgrep -U ${uid} -l; getent shadow ${accountName} | cut -d: -f8; cat /etc/ssh/rsm-keys/${accountName}`,
    );
  }

  async close(): Promise<void> {
    for (const renter of this.#renters) renter.dispose();
    this.machine.pool.close();
    await this.#lab.stop();
  }
}
