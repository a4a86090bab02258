declare const checked: unique symbol;

/** An IP address that the guard has allowed, for the one dial that follows. Only the guard makes these. */
export interface CheckedAddress {
  readonly [checked]: true;
  /** What was asked for: a name or an address. */
  readonly host: string;
  /** The address to dial, in canonical spelling. */
  readonly ip: string;
  readonly family: 4 | 6;
}

/** Stands before every dial to an address that a user named. */
export interface AddressGuard {
  /**
   * Resolves once and checks every answer; the connection then goes to the address in the result and nowhere else.
   * @throws DomainError invalid_address when any answer is refused or there is none.
   */
  check(host: string, options?: { readonly signal?: AbortSignal }): Promise<CheckedAddress>;
}
