import type { UserId } from '../common/ids.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { ProviderProfile, ProviderProfileStatus, User, UserStatus } from './user.ts';

export interface UserReads {
  findById(id: UserId): Promise<User | null>;
  findBySubject(issuer: string, subject: string): Promise<User | null>;
  findByEmail(email: string): Promise<User | null>;
  /** Newest first. */
  list(request: PageRequest & { readonly search: string | null }): Promise<Page<User>>;
}

export interface UserRepository extends UserReads {
  /** Inserts, or returns the row that a parallel first call has made for the same issuer and subject. */
  insertOrFind(user: User): Promise<User>;
  lockById(id: UserId): Promise<User | null>;
  updateDisplayName(id: UserId, displayName: string): Promise<void>;
  /** @throws DomainError wrong_state when the user is not in `from`. */
  changeStatus(id: UserId, change: { from: UserStatus; to: UserStatus; reason: string }): Promise<void>;
  /** @throws DomainError conflict when the user has a profile already. */
  insertProviderProfile(id: UserId, profile: ProviderProfile): Promise<void>;
  changeProviderProfileStatus(
    id: UserId,
    change: { from: ProviderProfileStatus; to: ProviderProfileStatus },
  ): Promise<void>;
  setAdmin(id: UserId, isAdmin: boolean): Promise<void>;
}
