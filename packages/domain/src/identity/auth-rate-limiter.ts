/** The door's limits. `subject` is a normalised account address or a client address; they are counted apart. */
export interface AuthRateLimiter {
  /**
   * Counts one attempt.
   * @throws DomainError too_many_attempts, naming the seconds to wait, when the window's limit is passed.
   */
  take(input: { action: AuthAction; subject: string; subjectKind: 'account' | 'address' }): Promise<void>;
}

export const authActions = ['sign_up', 'sign_in', 'refresh', 'password_reset', 'email_confirmation'] as const;
export type AuthAction = (typeof authActions)[number];
