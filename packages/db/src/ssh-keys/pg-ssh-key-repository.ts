import { DomainError } from '@rsm/domain/common/domain-error';
import type { SshKeyId, UserId } from '@rsm/domain/common/ids';
import { SSH_KEYS_PER_USER_MAX, type SshKey, type SshKeyRepository } from '@rsm/domain/ssh-keys/ssh-key';

import type { Session } from '../common/session.ts';
import { SshKeyModel } from './ssh-key-model.ts';

/** Renters' public keys. */
export class PgSshKeyRepository implements SshKeyRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async listByUser(userId: UserId): Promise<readonly SshKey[]> {
    const rows = await SshKeyModel.query(this.#session.connection)
      .where({ user_id: userId })
      .orderBy('created_at')
      .orderBy('id')
      .limit(SSH_KEYS_PER_USER_MAX);
    return rows.map((row) => row.toSshKey());
  }

  async findByIds(userId: UserId, ids: readonly SshKeyId[]): Promise<readonly SshKey[]> {
    const rows = await SshKeyModel.query(this.#session.connection)
      .where({ user_id: userId })
      .whereIn('id', [...ids])
      .orderBy('id');
    return rows.map((row) => row.toSshKey());
  }

  async insert(key: SshKey): Promise<void> {
    // The owner's row is the lock under which his keys are counted; two keys at once would both see room for one.
    await this.#session.rows('lock_key_owner', 'SELECT id FROM users WHERE id = ? FOR NO KEY UPDATE', [key.userId]);
    const count = await SshKeyModel.query(this.#session.connection).where({ user_id: key.userId }).resultSize();
    if (count >= SSH_KEYS_PER_USER_MAX) {
      throw new DomainError('limit_reached', `An account holds at most ${SSH_KEYS_PER_USER_MAX} SSH keys.`, {
        field: 'publicKey',
        remedy: 'Remove a key that you no longer use.',
      });
    }
    await this.#session.refusing(
      SshKeyModel.query(this.#session.connection).insert({
        id: key.id,
        user_id: key.userId,
        name: key.name,
        public_key: key.publicKey,
        fingerprint: key.fingerprint,
        created_at: key.createdAt,
      }),
    );
  }

  async remove(userId: UserId, id: SshKeyId): Promise<boolean> {
    return (await SshKeyModel.query(this.#session.connection).delete().where({ user_id: userId, id })) === 1;
  }
}
