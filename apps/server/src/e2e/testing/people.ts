/** Long enough for the password policy, and known to nobody but these tests. */
export const PASSWORD = 'a long enough passphrase';
