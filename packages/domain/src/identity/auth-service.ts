import { DomainError } from '../common/domain-error.ts';
import { newId, userIdSchema } from '../common/ids.ts';
import type { IdSource } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor, User } from '../users/user.ts';
import { actorOf } from '../users/user.ts';
import type { AuthAction, AuthRateLimiter } from './auth-rate-limiter.ts';
import type { IdentityProvider, IdentitySession, SignUpOutcome, VerifiedIdentity } from './identity-provider.ts';

export interface AuthServiceOptions {
  readonly uow: UnitOfWork;
  readonly identityProvider: IdentityProvider;
  readonly rateLimiter: AuthRateLimiter;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** The caller's network address, for the door's limits. */
export interface Caller {
  readonly clientAddress: string;
}

/** The only door: signing up and in, sessions, and turning an access token into an actor. */
export class AuthService {
  readonly #uow: UnitOfWork;
  readonly #identityProvider: IdentityProvider;
  readonly #rateLimiter: AuthRateLimiter;
  readonly #clock: Clock;
  readonly #ids: IdSource;

  constructor(options: AuthServiceOptions) {
    this.#uow = options.uow;
    this.#identityProvider = options.identityProvider;
    this.#rateLimiter = options.rateLimiter;
    this.#clock = options.clock;
    this.#ids = options.ids;
  }

  /** @throws DomainError invalid_input, too_many_attempts, email_taken */
  async signUp(
    caller: Caller,
    input: { email: string; password: string; displayName: string },
  ): Promise<SignUpOutcome> {
    const email = normalizeEmail(input.email);
    await this.#limit('sign_up', caller, email);
    return this.#identityProvider.signUp({ ...input, email });
  }

  /** @throws DomainError invalid_credentials, too_many_attempts */
  async signIn(caller: Caller, input: { email: string; password: string }): Promise<IdentitySession> {
    const email = normalizeEmail(input.email);
    await this.#limit('sign_in', caller, email);
    return this.#identityProvider.signIn({ email, password: input.password });
  }

  /** Buys the next access token. @throws DomainError session_expired, too_many_attempts */
  async refresh(caller: Caller, input: { sessionSecret: string }): Promise<IdentitySession> {
    await this.#limit('refresh', caller, null);
    return this.#identityProvider.refresh(input);
  }

  async signOut(input: { sessionSecret: string }): Promise<void> {
    await this.#identityProvider.signOut(input);
  }

  /** Answers the same whether the address exists or not. @throws DomainError too_many_attempts */
  async requestPasswordReset(caller: Caller, input: { email: string }): Promise<void> {
    const email = normalizeEmail(input.email);
    await this.#limit('password_reset', caller, email);
    await this.#identityProvider.requestPasswordReset({ email });
  }

  /** @throws DomainError token_invalid, too_many_attempts */
  async resetPassword(caller: Caller, input: { token: string; newPassword: string }): Promise<void> {
    await this.#limit('password_reset', caller, null);
    await this.#identityProvider.resetPassword(input);
  }

  /** Answers the same whether the address exists or not. @throws DomainError too_many_attempts */
  async requestEmailConfirmation(caller: Caller, input: { email: string }): Promise<void> {
    const email = normalizeEmail(input.email);
    await this.#limit('email_confirmation', caller, email);
    await this.#identityProvider.requestEmailConfirmation({ email });
  }

  /** @throws DomainError token_invalid, too_many_attempts */
  async confirmEmail(caller: Caller, input: { token: string }): Promise<void> {
    await this.#limit('email_confirmation', caller, null);
    await this.#identityProvider.confirmEmail(input);
  }

  /**
   * Turns an access token into the actor that services are told about. Our users row is made on the first verified call;
   * roles and suspension are read from it on every call.
   * @throws DomainError unauthenticated, user_suspended
   */
  async authenticate(accessToken: string): Promise<Actor> {
    const identity = await this.#identityProvider.verifyAccessToken(accessToken);
    const known = await this.#uow.reads.users.findBySubject(identity.issuer, identity.subject);
    const user = known ?? (await this.#uow.run((tx) => tx.users.insertOrFind(this.#newUser(identity))));
    if (user.status !== 'active') {
      throw new DomainError('user_suspended', `This account is ${user.status}.`, {
        remedy: 'Write to the operator of this marketplace.',
      });
    }
    return actorOf(user);
  }

  #newUser(identity: VerifiedIdentity): User {
    return {
      id: newId(this.#ids, userIdSchema),
      issuer: identity.issuer,
      subject: identity.subject,
      email: identity.email,
      displayName: identity.displayName,
      status: 'active',
      statusReason: null,
      isAdmin: false,
      providerProfile: null,
      createdAt: this.#clock.now(),
    };
  }

  async #limit(action: AuthAction, caller: Caller, account: string | null): Promise<void> {
    await this.#rateLimiter.take({ action, subject: caller.clientAddress, subjectKind: 'address' });
    if (account !== null) await this.#rateLimiter.take({ action, subject: account, subjectKind: 'account' });
  }
}

/** Addresses are compared without regard to case and surrounding space. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}
