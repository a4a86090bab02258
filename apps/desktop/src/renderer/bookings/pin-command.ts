/** The file that the connection's commands name. Its line makes a first connection safe: nothing has to be believed. */
export const KNOWN_HOSTS_FILE = '~/.ssh/known_hosts_rsm';

/** A shell command that puts a line into the file unless it is there. The line is quoted, whatever is in it (POSIX, 2.2.2). */
export function pinCommand(knownHostsLine: string): string {
  const quoted = `'${knownHostsLine.replaceAll("'", `'\\''`)}'`;
  return `mkdir -p ~/.ssh && { grep -qxF ${quoted} ${KNOWN_HOSTS_FILE} 2>/dev/null || echo ${quoted} >> ${KNOWN_HOSTS_FILE}; }`;
}
