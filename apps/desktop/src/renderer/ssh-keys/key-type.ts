const TYPES: Readonly<Record<string, string>> = {
  'ssh-ed25519': 'Ed25519',
  'sk-ssh-ed25519@openssh.com': 'Ed25519 on a security key',
  'ecdsa-sha2-nistp256': 'ECDSA, P-256',
  'ecdsa-sha2-nistp384': 'ECDSA, P-384',
  'ecdsa-sha2-nistp521': 'ECDSA, P-521',
  'sk-ecdsa-sha2-nistp256@openssh.com': 'ECDSA on a security key',
};

/** What kind of key a public key line holds: `Ed25519`, `RSA, 3,072 bits`. */
export function keyTypeOf(publicKey: string): string {
  const [name = '', blob = ''] = publicKey.split(' ');
  if (name === 'ssh-rsa') {
    const bits = rsaBitsOf(blob);
    return bits === null ? 'RSA' : `RSA, ${bits.toLocaleString('en')} bits`;
  }
  return TYPES[name] ?? name;
}

/** The length of the modulus: the third field of the blob (RFC 4253, section 6.6), an integer without its leading zeros. */
function rsaBitsOf(blob: string): number | null {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(blob), (character) => character.codePointAt(0) ?? 0);
  } catch {
    return null;
  }
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let field = 0; field < 3; field += 1) {
    if (at + 4 > bytes.length) return null;
    const length = view.getUint32(at);
    const start = at + 4;
    at = start + length;
    if (at > bytes.length) return null;
    if (field === 2) {
      const first = bytes.subarray(start, at).findIndex((byte) => byte !== 0);
      if (first === -1) return null;
      return (length - first) * 8 - Math.clz32(bytes[start + first] ?? 0) + 24;
    }
  }
  return null;
}
