import type { AccessGrant } from './access-grant.ts';
import type { HostKey } from '../machines/machine.ts';

/** Everything a renter needs to log in, with the pinned host key. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly hostKey: HostKey;
  /** One line for a known_hosts file. */
  readonly knownHostsLine: string;
  readonly sshCommand: string;
  readonly sshConfig: string;
  readonly rsyncCommand: string;
  readonly sftpCommand: string;
  readonly forwardCommand: string;
}

/**
 * Texts for the connection panel. The host key is pinned through an alias of its own, so that two machines behind one
 * public address never share an entry (ssh_config(5), HostKeyAlias).
 */
export function connectionOf(grant: AccessGrant): Connection {
  const { address, port } = grant.endpoint;
  const alias = grant.accountName;
  const knownHosts = '~/.ssh/known_hosts_rsm';
  const options = `-o HostKeyAlias=${alias} -o UserKnownHostsFile=${knownHosts} -o StrictHostKeyChecking=yes`;
  const login = `${grant.accountName}@${address}`;
  const portText = String(port);
  // Forwards begin on the machine, where a container goes by the name of its account (ADR 0013).
  const forwardHost = grant.mode === 'container' ? grant.accountName : '127.0.0.1';
  return {
    host: address,
    port,
    user: grant.accountName,
    hostKey: grant.hostKey,
    knownHostsLine: `${alias} ${grant.hostKey.keyType} ${grant.hostKey.publicKey}`,
    sshCommand: `ssh -p ${portText} ${options} ${login}`,
    sshConfig: [
      `Host ${alias}`,
      `  HostName ${address}`,
      `  Port ${portText}`,
      `  User ${grant.accountName}`,
      `  HostKeyAlias ${alias}`,
      `  UserKnownHostsFile ${knownHosts}`,
      '  StrictHostKeyChecking yes',
      '',
    ].join('\n'),
    rsyncCommand: `rsync -av -e "ssh -p ${portText} ${options}" ${login}:~/ ./from-server/`,
    sftpCommand: `sftp -P ${portText} ${options} ${login}`,
    forwardCommand: `ssh -p ${portText} ${options} -N -L 8888:${forwardHost}:8888 ${login}`,
  };
}
