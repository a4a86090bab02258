import { DomainError, notFound } from '../common/domain-error.ts';
import type { IdSource, SshKeyId, UserId } from '../common/ids.ts';
import { newId, sshKeyIdSchema } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import { normalizeEmail } from '../identity/auth-service.ts';
import type { SshKey, SshKeyParser } from '../ssh-keys/ssh-key.ts';
import type { Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { requireAdmin } from './require-role.ts';
import type { Actor, ProviderProfileStatus, User, UserStatus } from './user.ts';

export interface UsersServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly sshKeyParser: SshKeyParser;
  /** Whether a provider profile is approved when it is opened, or waits for an admin. */
  readonly providerApproval: 'automatic' | 'manual';
}

/** People, their provider profiles and their SSH keys. */
export class UsersService {
  readonly #options: UsersServiceOptions;

  constructor(options: UsersServiceOptions) {
    this.#options = options;
  }

  async me(actor: Actor): Promise<User> {
    const user = await this.#options.uow.reads.users.findById(actor.userId);
    if (user === null) throw notFound('account');
    return user;
  }

  async updateMe(actor: Actor, input: { displayName: string }): Promise<User> {
    return this.#options.uow.run(async (tx) => {
      await tx.users.updateDisplayName(actor.userId, input.displayName);
      return this.#changed(tx, actor.userId, 'Your name was changed.');
    });
  }

  /** @throws DomainError conflict when there is a profile already */
  async openProviderProfile(actor: Actor, input: { publicName: string }): Promise<User> {
    const { clock, providerApproval, uow } = this.#options;
    const status: ProviderProfileStatus = providerApproval === 'automatic' ? 'approved' : 'pending';
    return uow.run(async (tx) => {
      await tx.users.insertProviderProfile(actor.userId, {
        status,
        publicName: input.publicName,
        openedAt: clock.now(),
      });
      return this.#changed(tx, actor.userId, `Your provider profile is ${status}.`);
    });
  }

  async listSshKeys(actor: Actor): Promise<readonly SshKey[]> {
    return this.#options.uow.reads.sshKeys.listByUser(actor.userId);
  }

  /** @throws DomainError invalid_ssh_key, conflict, limit_reached */
  async addSshKey(actor: Actor, input: { name: string | null; publicKey: string }): Promise<SshKey> {
    const { clock, ids, sshKeyParser, uow } = this.#options;
    const parsed = sshKeyParser.parse(input.publicKey);
    const key: SshKey = {
      id: newId(ids, sshKeyIdSchema),
      userId: actor.userId,
      name: input.name ?? (parsed.comment === '' ? parsed.fingerprint : parsed.comment),
      publicKey: parsed.publicKey,
      fingerprint: parsed.fingerprint,
      createdAt: clock.now(),
    };
    await uow.run((tx) => tx.sshKeys.insert(key));
    return key;
  }

  /** Running bookings keep the key that they were made with. @throws DomainError not_found */
  async removeSshKey(actor: Actor, input: { id: SshKeyId }): Promise<void> {
    await this.#options.uow.run(async (tx) => {
      if (!(await tx.sshKeys.remove(actor.userId, input.id))) throw notFound('SSH key');
    });
  }

  /** Every list of people by an admin is written to the audit log. */
  async list(actor: Actor, input: PageRequest & { readonly search: string | null }): Promise<Page<User>> {
    requireAdmin(actor);
    return this.#options.uow.run(async (tx) => {
      await tx.audit.insert({
        actorId: actor.userId,
        action: 'users.list',
        subjectType: 'user',
        subjectId: input.search ?? '*',
        reason: null,
        at: this.#options.clock.now(),
      });
      return tx.users.list(input);
    });
  }

  async suspend(actor: Actor, input: { id: UserId; reason: string }): Promise<User> {
    return this.#changeStatus(actor, input, 'active', 'suspended');
  }

  async reinstate(actor: Actor, input: { id: UserId; reason: string }): Promise<User> {
    return this.#changeStatus(actor, input, 'suspended', 'active');
  }

  async approveProvider(actor: Actor, input: { id: UserId; reason: string }): Promise<User> {
    return this.#decideProfile(actor, input, 'approved');
  }

  async refuseProvider(actor: Actor, input: { id: UserId; reason: string }): Promise<User> {
    return this.#decideProfile(actor, input, 'refused');
  }

  /** The operator's command line makes the first admin; there is no procedure for it. @throws DomainError not_found */
  async makeAdmin(input: { email: string }): Promise<User> {
    return this.#options.uow.run(async (tx) => {
      const user = await tx.users.findByEmail(normalizeEmail(input.email));
      if (user === null) throw notFound('account');
      await tx.users.setAdmin(user.id, true);
      await tx.audit.insert({
        actorId: null,
        action: 'users.makeAdmin',
        subjectType: 'user',
        subjectId: user.id,
        reason: 'command line',
        at: this.#options.clock.now(),
      });
      return this.#changed(tx, user.id, 'You are an admin now.');
    });
  }

  async #changeStatus(
    actor: Actor,
    input: { id: UserId; reason: string },
    from: UserStatus,
    to: UserStatus,
  ): Promise<User> {
    requireAdmin(actor);
    if (actor.userId === input.id) {
      throw new DomainError('forbidden', 'You cannot change the state of your own account.', {
        remedy: 'Ask another admin.',
      });
    }
    return this.#options.uow.run(async (tx) => {
      if ((await tx.users.lockById(input.id)) === null) throw notFound('user');
      await tx.users.changeStatus(input.id, { from, to, reason: input.reason });
      await this.#auditDecision(tx, actor, `users.${to}`, input);
      return this.#changed(tx, input.id, `Your account is ${to}: ${input.reason}`);
    });
  }

  async #decideProfile(actor: Actor, input: { id: UserId; reason: string }, to: ProviderProfileStatus): Promise<User> {
    requireAdmin(actor);
    return this.#options.uow.run(async (tx) => {
      const user = await tx.users.lockById(input.id);
      const from = user?.providerProfile?.status;
      if (from === undefined) throw notFound('provider profile');
      await tx.users.changeProviderProfileStatus(input.id, { from, to });
      await this.#auditDecision(tx, actor, `users.profile_${to}`, input);
      return this.#changed(tx, input.id, `Your provider profile is ${to}: ${input.reason}`);
    });
  }

  async #auditDecision(tx: Tx, actor: Actor, action: string, input: { id: UserId; reason: string }): Promise<void> {
    await tx.audit.insert({
      actorId: actor.userId,
      action,
      subjectType: 'user',
      subjectId: input.id,
      reason: input.reason,
      at: this.#options.clock.now(),
    });
  }

  async #changed(tx: Tx, id: UserId, text: string): Promise<User> {
    tx.events.add({ audience: id, kind: 'profile_changed', subject: 'user', subjectId: id, text });
    const user = await tx.users.findById(id);
    if (user === null) throw notFound('account');
    return user;
  }
}
