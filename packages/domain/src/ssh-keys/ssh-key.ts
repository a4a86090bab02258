import type { SshKeyId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';

/** A renter's public key. The private half never reaches the product. */
export interface SshKey {
  readonly id: SshKeyId;
  readonly userId: UserId;
  readonly name: string;
  /** `ssh-ed25519 AAAA…`, without options and comment. */
  readonly publicKey: string;
  /** `SHA256:…` as ssh-keygen prints it. */
  readonly fingerprint: string;
  readonly createdAt: Instant;
}

export const SSH_KEYS_PER_USER_MAX = 50;

export interface ParsedSshKey {
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly comment: string;
}

export interface SshKeyParser {
  /** @throws DomainError invalid_ssh_key, which says what is wrong with the text and what to paste instead. */
  parse(text: string): ParsedSshKey;
}

export interface SshKeyReads {
  listByUser(userId: UserId): Promise<readonly SshKey[]>;
  findByIds(userId: UserId, ids: readonly SshKeyId[]): Promise<readonly SshKey[]>;
}

export interface SshKeyRepository extends SshKeyReads {
  /** @throws DomainError conflict when the user has this fingerprint already, limit_reached above the maximum. */
  insert(key: SshKey): Promise<void>;
  /** Returns false when the user has no such key. */
  remove(userId: UserId, id: SshKeyId): Promise<boolean>;
}
