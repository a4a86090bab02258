/**
 * Whether a text holds a private key, whole or in part. Asked before anything is sent, because a private half that reaches a server
 * has to be given up. The forms: PEM of every kind and OpenSSH's own ("BEGIN … PRIVATE KEY"), PuTTY's ("PuTTY-User-Key-File-3",
 * "Private-Lines"), and the bare base64 of an OpenSSH key, whose first bytes are "openssh-key-v1" (OpenSSH PROTOCOL.key).
 */
export function holdsPrivateKey(text: string): boolean {
  return (
    /PRIVATE[\s-]+KEY/i.test(text) ||
    /PuTTY-User-Key-File-\d/i.test(text) ||
    /Private-Lines:/i.test(text) ||
    /b3BlbnNzaC1rZXktdjE/.test(text.replaceAll(/\s/g, ''))
  );
}
