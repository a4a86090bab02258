/** Who may call a procedure. `any_client` is public and answers clients of any age too. */
export const policies = ['any_client', 'public', 'signed_in', 'provider', 'admin'] as const;
export type Policy = (typeof policies)[number];
