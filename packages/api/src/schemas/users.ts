import { z } from 'zod';
import { sshKeyIdSchema, userIdSchema } from '@rsm/domain/common/ids';
import { SSH_KEYS_PER_USER_MAX } from '@rsm/domain/ssh-keys/ssh-key';
import { providerProfileStatuses, roles, userStatuses } from '@rsm/domain/users/user';
import { idOutput, lineInput, pageFields, pageOf, reasonInput, textInput, timeOutput } from './common.ts';

const NAME_LENGTH_MAX = 80;
/** The longest RSA key that we take (16,384 bits) has about 2,800 characters. */
const PUBLIC_KEY_LENGTH_MAX = 8_000;

export const userUpdate = z.strictObject({ displayName: lineInput(NAME_LENGTH_MAX) });

export const providerProfileOpen = z.strictObject({ publicName: lineInput(NAME_LENGTH_MAX) });

/** A person as he sees himself and as an admin sees him. The identity subject stays with us. */
export const userRead = z.strictObject({
  id: idOutput,
  email: z.string(),
  displayName: z.string(),
  status: z.enum(userStatuses),
  statusReason: z.string().nullable(),
  roles: z.array(z.enum(roles)),
  providerProfile: z
    .strictObject({ status: z.enum(providerProfileStatuses), publicName: z.string(), openedAt: timeOutput })
    .nullable(),
  createdAt: timeOutput,
});
export type UserRead = z.infer<typeof userRead>;

export const userList = z.strictObject({ ...pageFields, search: lineInput(100).nullable().default(null) }).prefault({});
export const userPage = pageOf(userRead);

/** An admin's decision about a person, with the reason that he is told. */
export const userDecision = z.strictObject({ id: userIdSchema, reason: reasonInput });

export const sshKeyCreate = z.strictObject({
  /** The key's comment, or its fingerprint, when null. */
  name: lineInput(NAME_LENGTH_MAX).nullable().default(null),
  publicKey: textInput(PUBLIC_KEY_LENGTH_MAX).min(1, { error: 'Paste one line of a .pub file.' }),
});

export const sshKeyRemove = z.strictObject({ id: sshKeyIdSchema });

export const sshKeyRead = z.strictObject({
  id: idOutput,
  name: z.string(),
  publicKey: z.string(),
  fingerprint: z.string(),
  createdAt: timeOutput,
});
export type SshKeyRead = z.infer<typeof sshKeyRead>;

export const sshKeyList = z.strictObject({ items: z.array(sshKeyRead).max(SSH_KEYS_PER_USER_MAX) });
