import ssh2, { type ParsedKey } from 'ssh2';

/** A private key that can be used as it is; null for one with a passphrase, and for anything else. */
export function parsePrivateKey(text: string): ParsedKey | null {
  const parsed = parse(text);
  return parsed !== null && parsed.isPrivateKey() ? parsed : null;
}

/** The key of one line of a .pub file; null when it is none. */
export function parsePublicKey(text: string): ParsedKey | null {
  const parsed = parse(text);
  return parsed === null || parsed.isPrivateKey() ? null : parsed;
}

/** `ssh-ed25519 AAAA…`, without a comment. */
export function publicLineOf(key: ParsedKey): string {
  return `${key.type} ${key.getPublicSSH().toString('base64')}`;
}

function parse(text: string): ParsedKey | null {
  // The library answers an error, a list for old files with several keys, and throws for some damaged ones.
  try {
    // Node sees no named export of this part of a CommonJS module.
    const parsed = ssh2.utils.parseKey(text);
    return parsed instanceof Error || Array.isArray(parsed) ? null : parsed;
  } catch {
    return null;
  }
}
