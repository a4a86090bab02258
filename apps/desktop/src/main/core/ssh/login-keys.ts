import { createAgent, type BaseAgent, type ParsedKey, type PublicKeyAuthMethod, type AgentAuthMethod } from 'ssh2';
import { refusal } from '../errors/bridge-refusal.ts';
import type { PrivateKeySource } from '../keys/key-sources.ts';
import { fingerprintOf } from './host-key.ts';
import { ChosenKeysAgent } from './chosen-keys-agent.ts';

/** sshd ends a connection after six tries (MaxAuthTries, sshd_config(5)); one is left for what it counts itself. */
const KEYS_TRIED_MAX = 5;
const AGENT_ANSWER_MS = 5_000;

export type LoginMethod = PublicKeyAuthMethod | AgentAuthMethod;

/**
 * The ways to log in with keys that the person's account knows: of the key chain, of `~/.ssh`, and of an SSH agent, which keeps
 * keys with a passphrase. No other key of this computer is ever shown to a machine.
 * @throws BridgeRefusal no_key_here when there is none
 */
export async function loginMethodsFor(options: {
  readonly username: string;
  /** Public halves of the account, as `ssh-ed25519 AAAA…`. */
  readonly accountKeys: readonly string[];
  readonly sources: readonly PrivateKeySource[];
  readonly sshAgent: string | null;
}): Promise<LoginMethod[]> {
  const { username, sshAgent } = options;
  const wanted = new Set(options.accountKeys.map(fingerprintOfLine).filter((fingerprint) => fingerprint !== null));
  if (wanted.size === 0) {
    throw refusal('no_key_here', 'Your account has no SSH key yet.', {
      remedy: 'Make or add one under “SSH keys”. A booking takes the keys that are there when it is made.',
    });
  }
  const methods: LoginMethod[] = [];
  const found = new Set<string>();
  for (const source of options.sources) {
    for (const { fingerprint, key } of await source.find(wanted)) {
      if (found.has(fingerprint)) continue;
      found.add(fingerprint);
      methods.push({ type: 'publickey', username, key });
    }
  }
  const room = KEYS_TRIED_MAX - methods.length;
  const inAgent = sshAgent === null || room <= 0 ? null : await agentWith(sshAgent, { wanted, found, room });
  if (inAgent !== null) methods.push({ type: 'agent', username, agent: inAgent });
  if (methods.length === 0) {
    throw refusal('no_key_here', 'None of your account’s SSH keys has its private half on this computer.', {
      remedy:
        'Use the computer that has it, load it into an SSH agent (ssh-add) when it has a passphrase, or make a new pair ' +
        'under “SSH keys” for the next booking.',
    });
  }
  return methods.slice(0, KEYS_TRIED_MAX);
}

/** An agent that knows the wanted keys and no others; null when it has none of them, or does not answer. */
async function agentWith(
  path: string,
  keys: { readonly wanted: ReadonlySet<string>; readonly found: ReadonlySet<string>; readonly room: number },
): Promise<BaseAgent | null> {
  const agent = createAgent(path);
  const offered = await new Promise<readonly ParsedKey[]>((resolve) => {
    const timer = setTimeout(() => resolve([]), AGENT_ANSWER_MS);
    agent.getIdentities((error, identities) => {
      clearTimeout(timer);
      resolve(error ? [] : (identities ?? []).filter(isParsedKey));
    });
  });
  const chosen = offered.filter((key) => {
    const fingerprint = fingerprintOf(key.getPublicSSH());
    return keys.wanted.has(fingerprint) && !keys.found.has(fingerprint);
  });
  return chosen.length === 0 ? null : new ChosenKeysAgent(agent, chosen.slice(0, keys.room));
}

function isParsedKey(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key;
}

/** The fingerprint of a line of a .pub file; null when it is none. */
export function fingerprintOfLine(line: string): string | null {
  const [, blob] = /^[a-z0-9@.-]+ ([A-Za-z0-9+/]+={0,2})(?: |$)/.exec(line) ?? [];
  return blob === undefined ? null : fingerprintOf(Buffer.from(blob, 'base64'));
}
