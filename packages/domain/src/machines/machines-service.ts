import type { ContainerImage } from '../access/container-image.ts';
import { CLOSED_RENTER_NETWORK, type RenterNetwork } from '../access/renter-network.ts';
import type { BookingLedger } from '../bookings/booking-ledger.ts';
import { DomainError, notFound } from '../common/domain-error.ts';
import type { BlockId, IdSource, MachineId } from '../common/ids.ts';
import { blockIdSchema, machineIdSchema, newId, occupancyIdSchema, unitIdSchema } from '../common/ids.ts';
import type { Clock, Instant, TimeRange } from '../common/instant.ts';
import { namingField } from '../common/naming-field.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { SecretBox } from '../common/secret-box.ts';
import { HORIZON_MS } from '../listings/listing.ts';
import type { Block, BlockKind, Occupancy } from '../occupancies/occupancy.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { requireAdmin, requireProvider } from '../users/require-role.ts';
import { releaseMachine } from './release-machine.ts';
import type { Actor } from '../users/user.ts';
import type { KeyPairMaker, MachineAddressPolicy, OnboardingBlocks } from './machine-host.ts';
import type { MinuteSpan } from './machine-minutes.ts';
import { classifyMinutes } from './machine-minutes.ts';
import { controlKeyPlace, verifierKeyPlace } from './machine-targets.ts';
import { lockOwnMachine, ownMachine } from './own-machine.ts';
import type { AccessMode, Endpoint, Machine, MachineCheck, MachineCommand } from './machine.ts';

export interface MachinesServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly secretBox: SecretBox;
  readonly keyPairMaker: KeyPairMaker;
  readonly onboardingBlocks: OnboardingBlocks;
  readonly addressPolicy: MachineAddressPolicy;
  readonly ledger: BookingLedger;
  /** What containers may be made from; without one no machine can offer them. */
  readonly containerImages: readonly ContainerImage[];
}

/** The most calendar rows that one answer holds. */
export const CALENDAR_ROWS_MAX = 1_000;
/** The most probe samples that one answer about minutes is made from: a day of probes every 30 s, and some. */
export const PROBE_ROWS_MAX = 5_000;

/** A provider's machines: connecting, confirming the host key, checks, calendar blocks, retirement. */
export class MachinesService {
  readonly #options: MachinesServiceOptions;

  constructor(options: MachinesServiceOptions) {
    this.#options = options;
  }

  /**
   * Registers a machine and makes its two key pairs. The provider pastes the block next; meanwhile its host key is read.
   * @throws DomainError forbidden, invalid_address
   */
  async connect(
    actor: Actor,
    input: {
      name: string;
      control: Endpoint;
      renter: Endpoint | null;
      sshUser: string;
      declaredRegion: string;
      accessMode: AccessMode;
    },
  ): Promise<Machine> {
    requireProvider(actor);
    const { addressPolicy, clock, containerImages, ids, keyPairMaker, secretBox, uow } = this.#options;
    if (input.accessMode === 'container' && containerImages.length === 0) {
      throw new DomainError('invalid_input', 'This server has no image that containers could be made from.', {
        field: 'accessMode',
        remedy: 'Choose "Account (no root)", or ask the operator to name an image in CONTAINER_IMAGES.',
      });
    }
    await addressPolicy.assertAllowed(input.control, 'control.address');
    // Renters are sent there: never into their own network, and not to a place that nobody can reach.
    if (input.renter !== null) await addressPolicy.assertAllowed(input.renter, 'renter.address');
    const id = newId(ids, machineIdSchema);
    const control = keyPairMaker.make(`rsm-control-${id}`);
    const verifier = keyPairMaker.make(`rsm-verifier-${id}`);
    const machine: Machine = {
      id,
      unitId: newId(ids, unitIdSchema),
      providerId: actor.userId,
      name: input.name,
      control: input.control,
      renter: input.renter ?? input.control,
      sshUser: input.sshUser,
      declaredRegion: input.declaredRegion,
      accessMode: input.accessMode,
      renterNetwork: CLOSED_RENTER_NETWORK,
      status: 'connecting',
      quarantineReason: null,
      statusReason: null,
      reachability: 'unknown',
      reachabilityChangedAt: null,
      hostKeyState: 'none',
      hostKey: null,
      lastError: null,
      credentials: {
        controlPublicKey: control.publicKey,
        controlPrivateKeySealed: secretBox.seal(control.privateKey, controlKeyPlace(id)),
        verifierPublicKey: verifier.publicKey,
        verifierPrivateKeySealed: secretBox.seal(verifier.privateKey, verifierKeyPlace(id)),
      },
      facts: null,
      factsReadAt: null,
      verifiedAt: null,
      createdAt: clock.now(),
    };
    return uow.run(async (tx) => {
      await tx.machines.insert(machine);
      tx.jobs.add({ name: 'machine.scan', payload: { machineId: id }, key: `machine:${id}:scan` });
      tx.events.add({
        audience: actor.userId,
        kind: 'machine_connecting',
        subject: 'machine',
        subjectId: id,
        text: `${machine.name} is being connected: paste the block on it.`,
      });
      return machine;
    });
  }

  async get(actor: Actor, input: { id: MachineId }): Promise<Machine> {
    return ownMachine(this.#options, actor, input.id);
  }

  async list(actor: Actor, input: PageRequest): Promise<Page<Machine>> {
    requireProvider(actor);
    return this.#options.uow.reads.machines.listByProvider(actor.userId, input);
  }

  /** The block to paste and the block that takes it away again. */
  async onboardingBlocks(actor: Actor, input: { id: MachineId }): Promise<{ grant: string; takeAway: string }> {
    const machine = await ownMachine(this.#options, actor, input.id);
    return this.#options.onboardingBlocks.render({ machine });
  }

  /** Reads the host key again, after a failed try or a change that the provider made himself. */
  async rescanHostKey(actor: Actor, input: { id: MachineId }): Promise<Machine> {
    return this.#options.uow.run(async (tx) => {
      const machine = await lockOwnMachine(tx, actor, input.id);
      if (machine.hostKeyState === 'pinned') {
        throw new DomainError('wrong_state', 'The host key of this machine is confirmed already.', {
          remedy: 'Nothing to do. A changed key is noticed by itself.',
        });
      }
      await tx.machines.setLastError(machine.id, null);
      tx.jobs.add({ name: 'machine.scan', payload: { machineId: machine.id }, key: `machine:${machine.id}:scan` });
      return machine;
    });
  }

  /**
   * Pins the key that the provider compared on his side. From then on every other key is refused.
   * @throws DomainError wrong_state, host_key_not_confirmed when the fingerprint is not the one that was read
   */
  async confirmHostKey(actor: Actor, input: { id: MachineId; fingerprint: string }): Promise<Machine> {
    return this.#options.uow.run(async (tx) => {
      const machine = await lockOwnMachine(tx, actor, input.id);
      if (machine.hostKeyState !== 'scanned' || machine.hostKey === null) {
        throw new DomainError('wrong_state', 'There is no host key that waits for confirmation.', {
          remedy: 'Wait until the key was read, or read it again.',
        });
      }
      if (machine.hostKey.fingerprint !== input.fingerprint) {
        throw new DomainError(
          'host_key_not_confirmed',
          `The machine presented ${machine.hostKey.fingerprint}, which is another key.`,
          {
            field: 'fingerprint',
            remedy:
              'Compare with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the machine. If they differ, somebody else answers at this address.',
          },
        );
      }
      await tx.machines.changeHostKey(machine.id, {
        from: 'scanned',
        to: 'pinned',
        hostKey: machine.hostKey,
        lastError: null,
      });
      tx.jobs.add({ name: 'machine.verify', payload: { machineId: machine.id }, key: `machine:${machine.id}:verify` });
      return { ...machine, hostKeyState: 'pinned', lastError: null };
    });
  }

  /** Runs the checks again. @throws DomainError wrong_state before the host key is confirmed */
  async recheck(actor: Actor, input: { id: MachineId }): Promise<Machine> {
    return this.#options.uow.run(async (tx) => {
      const machine = await lockOwnMachine(tx, actor, input.id);
      if (machine.hostKeyState !== 'pinned') {
        throw new DomainError('wrong_state', 'The host key of this machine is not confirmed.', {
          remedy: 'Confirm the fingerprint first.',
        });
      }
      await tx.machines.setLastError(machine.id, null);
      tx.jobs.add({ name: 'machine.verify', payload: { machineId: machine.id }, key: `machine:${machine.id}:verify` });
      return machine;
    });
  }

  async listChecks(
    actor: Actor,
    input: { id: MachineId },
  ): Promise<{ readonly checkedAt: Instant | null; readonly checks: readonly MachineCheck[] }> {
    await ownMachine(this.#options, actor, input.id);
    return this.#options.uow.reads.machines.listChecks(input.id);
  }

  /** Every command we ever ran on the machine. */
  async listCommands(actor: Actor, input: PageRequest & { readonly id: MachineId }): Promise<Page<MachineCommand>> {
    await ownMachine(this.#options, actor, input.id);
    return this.#options.uow.reads.machines.listCommands(input.id, input);
  }

  /** Spans of up, down, degraded and not measured. */
  async listMinutes(
    actor: Actor,
    input: { readonly id: MachineId; readonly range: TimeRange },
  ): Promise<readonly MinuteSpan[]> {
    await ownMachine(this.#options, actor, input.id);
    const samples = await this.#options.uow.reads.machines.listProbes(input.id, {
      from: input.range.start,
      to: input.range.end,
      limit: PROBE_ROWS_MAX,
    });
    return classifyMinutes(samples, input.range);
  }

  async rename(actor: Actor, input: { id: MachineId; name: string }): Promise<Machine> {
    return this.#options.uow.run(async (tx) => {
      const machine = await lockOwnMachine(tx, actor, input.id);
      await tx.machines.rename(machine.id, input.name);
      return { ...machine, name: input.name };
    });
  }

  /** What renters may reach beside the public internet; holds for every start and every extension from now on. */
  async setRenterNetwork(
    actor: Actor,
    input: { readonly id: MachineId; readonly network: RenterNetwork },
  ): Promise<Machine> {
    return this.#options.uow.run(async (tx) => {
      const machine = await lockOwnMachine(tx, actor, input.id);
      await tx.machines.setRenterNetwork(machine.id, input.network);
      return { ...machine, renterNetwork: input.network };
    });
  }

  /** Takes the machine off the market for good; its rows stay. @throws DomainError machine_in_use */
  async retire(actor: Actor, input: { id: MachineId }): Promise<Machine> {
    const at = this.#options.clock.now();
    return this.#options.uow.run(async (tx) => {
      const machine = await lockOwnMachine(tx, actor, input.id);
      await tx.occupancies.lockCalendar(machine.unitId);
      if (await tx.bookings.hasOpenByMachine(machine.id)) {
        throw new DomainError('machine_in_use', 'This machine has bookings or a clean-up that is not done.', {
          remedy: 'Pause the listing, and retire the machine when the last booking is cleaned up.',
        });
      }
      const listing = await tx.listings.findLiveByMachine(machine.id);
      if (listing !== null) await tx.listings.changeStatus(listing.id, { from: listing.status, to: 'archived', at });
      const change = { from: machine.status, to: 'retired', reason: null, quarantineReason: null, at } as const;
      await tx.machines.changeStatus(machine.id, change);
      tx.events.add({
        audience: machine.providerId,
        kind: 'machine_retired',
        subject: 'machine',
        subjectId: machine.id,
        text: `${machine.name} is retired. You can take the pasted block away now.`,
      });
      return { ...machine, status: 'retired' };
    });
  }

  /** An admin's reasoned release from quarantine: completes what waited for a clean-up, and keeps the reason. */
  async release(actor: Actor, input: { id: MachineId; reason: string }): Promise<Machine> {
    requireAdmin(actor);
    return this.#options.uow.run((tx) => releaseMachine(this.#options, tx, actor, input));
  }

  /** What occupies the machine, bookings and blocks, for its provider. */
  async calendar(
    actor: Actor,
    input: { readonly id: MachineId; readonly range: TimeRange },
  ): Promise<{ readonly occupancies: readonly Occupancy[]; readonly blocks: readonly Block[] }> {
    const { reads } = this.#options.uow;
    const machine = await ownMachine(this.#options, actor, input.id);
    const [occupancies, blocks] = await Promise.all([
      reads.occupancies.listByUnit(machine.unitId, input.range, CALENDAR_ROWS_MAX),
      reads.occupancies.listBlocks(machine.unitId, input.range, CALENDAR_ROWS_MAX),
    ]);
    return { occupancies, blocks };
  }

  /** Keeps time for the provider's own use. @throws DomainError invalid_window, window_taken */
  async blockTime(
    actor: Actor,
    input: {
      readonly id: MachineId;
      readonly kind: BlockKind;
      readonly range: TimeRange;
      readonly note: string | null;
    },
  ): Promise<Block> {
    const now = this.#options.clock.now();
    if (input.range.end <= input.range.start) {
      throw new DomainError('invalid_window', 'The end must lie after the start.', {
        field: 'range.end',
        remedy: 'Choose a later end.',
      });
    }
    if (input.range.end <= now || input.range.end > now + HORIZON_MS) {
      throw new DomainError('invalid_window', 'A block ends between now and 180 days from now.', {
        field: 'range.end',
        remedy: 'Choose another end.',
      });
    }
    return this.#options.uow.run(async (tx) => {
      const machine = await lockOwnMachine(tx, actor, input.id);
      await tx.occupancies.lockCalendar(machine.unitId);
      const block: Block = {
        id: newId(this.#options.ids, blockIdSchema),
        unitId: machine.unitId,
        kind: input.kind,
        range: input.range,
        note: input.note,
        createdBy: actor.userId,
        createdAt: now,
      };
      const occupancyId = newId(this.#options.ids, occupancyIdSchema);
      await namingField(
        'window_taken',
        { field: 'range.start' },
        tx.occupancies.insertBlock({ ...block, occupancyId }),
      );
      return block;
    });
  }

  async unblockTime(actor: Actor, input: { readonly blockId: BlockId }): Promise<void> {
    await this.#options.uow.run(async (tx) => {
      const block = await tx.occupancies.findBlock(input.blockId);
      const machine = block === null ? null : await tx.machines.findByUnitId(block.unitId);
      if (block === null || machine?.providerId !== actor.userId) throw notFound('block');
      await tx.occupancies.lockCalendar(block.unitId);
      if (!(await tx.occupancies.releaseBlock(block.id))) throw notFound('block');
    });
  }
}
