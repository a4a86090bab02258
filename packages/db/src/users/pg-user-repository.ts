import { notFound } from '@rsm/domain/common/domain-error';
import type { UserId } from '@rsm/domain/common/ids';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { UserRepository } from '@rsm/domain/users/user-repository';
import type { ProviderProfile, ProviderProfileStatus, User, UserStatus } from '@rsm/domain/users/user';
import { raw } from 'objection';

import { likePattern } from '../common/like-pattern.ts';
import { fetchLimit, readCursor, timeAndIdSchema, toPage } from '../common/keyset.ts';
import type { Session } from '../common/session.ts';
import { recordStatusChange, wrongState } from '../common/status.ts';
import { ProviderProfileModel, USER_COLUMNS, UserModel } from './user-model.ts';

/** Users with their provider profiles. */
export class PgUserRepository implements UserRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findById(id: UserId): Promise<User | null> {
    return this.#find('find_user', 'users.id = ?', [id]);
  }

  async findBySubject(issuer: string, subject: string): Promise<User | null> {
    return this.#find('find_user_by_subject', 'issuer = ? AND subject = ?', [issuer, subject]);
  }

  /** The newest one, should several identity providers have vouched for the same address. */
  async findByEmail(email: string): Promise<User | null> {
    const row = await this.#query().whereRaw('lower(email) = lower(?)', [email]).orderBy('created_at', 'desc').first();
    return row?.toUser() ?? null;
  }

  async list(request: PageRequest & { readonly search: string | null }): Promise<Page<User>> {
    let query = this.#query().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(fetchLimit(request));
    const after = readCursor(request, timeAndIdSchema);
    if (after) query = query.whereRaw('(created_at, id) < (?, ?)', after);
    if (request.search !== null) {
      const pattern = likePattern(request.search);
      query = query.whereRaw('(lower(email) LIKE ? OR lower(display_name) LIKE ?)', [pattern, pattern]);
    }
    const rows = await query;
    return toPage(
      request,
      rows,
      (row) => row.toUser(),
      (row) => [row.created_at, row.id],
    );
  }

  async insertOrFind(user: User): Promise<User> {
    const query = UserModel.query(this.#session.connection)
      .insert({
        id: user.id,
        issuer: user.issuer,
        subject: user.subject,
        email: user.email,
        display_name: user.displayName,
        status: user.status,
        status_reason: user.statusReason,
        is_admin: user.isAdmin,
        created_at: user.createdAt,
      })
      .onConflict(['issuer', 'subject'])
      .ignore();
    await this.#session.refusing(query);
    const found = await this.findBySubject(user.issuer, user.subject);
    if (found === null) throw new Error('A user that was just made is gone.');
    return found;
  }

  async lockById(id: UserId): Promise<User | null> {
    // Two statements: what hangs on the row is read after the lock was won, and so is as new as the row.
    const locked = await this.#session.row('lock_user', 'SELECT id FROM users WHERE id = ? FOR NO KEY UPDATE', [id]);
    return locked === null ? null : this.findById(id);
  }

  async updateDisplayName(id: UserId, displayName: string): Promise<void> {
    await this.#patch(id, { display_name: displayName });
  }

  async changeStatus(
    id: UserId,
    change: { readonly from: UserStatus; readonly to: UserStatus; readonly reason: string },
  ): Promise<void> {
    const updated = await this.#session.refusing(
      UserModel.query(this.#session.connection)
        .patch({ status: change.to, status_reason: change.reason })
        .where({ id, status: change.from }),
    );
    const at = this.#session.clock.now();
    await recordStatusChange(this.#session, updated, { ...change, subject: 'user', noun: 'account', id, at });
  }

  async insertProviderProfile(id: UserId, profile: ProviderProfile): Promise<void> {
    await this.#session.refusing(
      ProviderProfileModel.query(this.#session.connection).insert({
        user_id: id,
        status: profile.status,
        public_name: profile.publicName,
        opened_at: profile.openedAt,
      }),
    );
  }

  async changeProviderProfileStatus(
    id: UserId,
    change: { readonly from: ProviderProfileStatus; readonly to: ProviderProfileStatus },
  ): Promise<void> {
    const updated = await ProviderProfileModel.query(this.#session.connection)
      .patch({ status: change.to })
      .where({ user_id: id, status: change.from });
    if (updated !== 1) throw wrongState('provider profile', change.from);
  }

  async setAdmin(id: UserId, isAdmin: boolean): Promise<void> {
    await this.#patch(id, { is_admin: isAdmin });
  }

  /** Every call of every person asks for its user, so this one is prepared. */
  async #find(name: string, condition: string, values: readonly string[]): Promise<User | null> {
    const row = await this.#session.row<object>(
      name,
      `SELECT ${USER_COLUMNS} FROM users LEFT JOIN provider_profiles ON user_id = users.id WHERE ${condition}`,
      values,
    );
    return row === null ? null : UserModel.fromDatabaseJson(row).toUser();
  }

  #query() {
    return UserModel.query(this.#session.connection)
      .select(raw(USER_COLUMNS))
      .leftJoin('provider_profiles', 'user_id', 'users.id');
  }

  async #patch(id: UserId, columns: Partial<Pick<UserModel, 'display_name' | 'is_admin'>>): Promise<void> {
    const updated = await this.#session.refusing(
      UserModel.query(this.#session.connection).patch(columns).where({ id }),
    );
    if (updated !== 1) throw notFound('account');
  }
}
