import { DomainError } from '../common/domain-error.ts';
import type { MachineId } from '../common/ids.ts';
import type { Clock, Instant } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import { installToolsJob } from './install-tools-workflow.ts';
import type { BenchmarkTool, MachineSoftware, ToolConsent } from './machine-software.ts';
import { lockOwnMachine, ownMachine } from './own-machine.ts';

/** So many consents of a machine are shown, the newest first. */
export const CONSENTS_SHOWN_MAX = 20;

/** What benchmarks are made with on a machine: what is missing, what would be installed, and who let us. */
export interface MachineTools extends Pick<MachineSoftware, 'packageManager' | 'missingTools'> {
  /** Null before the first checks. */
  readonly seenAt: Instant | null;
  readonly consents: readonly ToolConsent[];
}

/** The tools of benchmarks on a provider's machine. Nothing is installed without his word, which is kept. */
export class MachineToolsService {
  readonly #options: { readonly uow: UnitOfWork; readonly clock: Clock };

  constructor(options: { readonly uow: UnitOfWork; readonly clock: Clock }) {
    this.#options = options;
  }

  /** @throws DomainError not_found */
  async get(actor: Actor, input: { readonly id: MachineId }): Promise<MachineTools> {
    await ownMachine(this.#options, actor, input.id);
    const { machineSoftware } = this.#options.uow.reads;
    const [software, consents] = await Promise.all([
      machineSoftware.find(input.id),
      machineSoftware.listConsents(input.id, CONSENTS_SHOWN_MAX),
    ]);
    const { packageManager = null, missingTools = [], seenAt = null } = software ?? {};
    return { packageManager, missingTools, seenAt, consents };
  }

  /**
   * The provider lets us install tools that are missing. What was named to him is kept with his consent.
   * @throws DomainError not_found, machine_retired, wrong_state, machine_in_use, invalid_input (tools), host_tool_missing, conflict
   */
  async consent(
    actor: Actor,
    input: { readonly id: MachineId; readonly tools: readonly BenchmarkTool[] },
  ): Promise<ToolConsent> {
    const { clock, uow } = this.#options;
    return uow.run(async (tx) => {
      const machine = await lockOwnMachine(tx, actor, input.id);
      const software = await tx.machineSoftware.find(machine.id);
      if (machine.hostKeyState !== 'pinned' || software === null) {
        throw new DomainError('wrong_state', `Nobody has looked yet which tools ${machine.name} has.`, {
          remedy: 'Confirm its host key and let the checks run first.',
        });
      }
      const now = clock.now();
      const occupied = await tx.occupancies.listByUnit(machine.unitId, { start: now, end: plusMs(now, 1) }, 1);
      if (occupied.some(({ of }) => of.kind === 'booking')) {
        throw new DomainError('machine_in_use', `${machine.name} is booked at the moment.`, {
          remedy: 'Install the tools when the booking has ended.',
        });
      }
      const tools = software.missingTools.filter(({ tool }) => input.tools.includes(tool));
      const present = input.tools.find((tool) => !tools.some((missing) => missing.tool === tool));
      if (present !== undefined || tools.length === 0) {
        throw new DomainError('invalid_input', `${present ?? 'Nothing'} was not missing when we last looked.`, {
          field: 'tools',
          remedy: 'Check the machine again and choose from what is missing then.',
        });
      }
      if (software.packageManager === null) {
        throw new DomainError('host_tool_missing', `${machine.name} has none of apt, dnf and apk.`, {
          remedy: `Install ${tools.map(({ tool }) => tool).join(', ')} on it yourself, then check again.`,
        });
      }
      const consent: ToolConsent = {
        machineId: machine.id,
        consentedBy: actor.userId,
        consentedAt: now,
        tools,
        packageManager: software.packageManager,
        finishedAt: null,
        problem: null,
      };
      await tx.machineSoftware.insertConsent(consent);
      tx.jobs.add(installToolsJob(machine.id));
      return consent;
    });
  }
}
