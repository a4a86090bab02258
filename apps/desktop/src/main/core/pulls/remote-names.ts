/** What becomes of a name that a machine gives for a file of a folder. */
export type NameVerdict = 'take' | 'skip' | 'hostile';

const NAME_BYTES_MAX = 255;
/** Device names of Windows, with any extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;
const WINDOWS_CHARACTERS = /[<>:"|?*\\\p{Cc}]/u;

/**
 * Judges one name. `hostile`: no file of a honest system has it, and it would lead elsewhere. `skip`: a file can have it, but
 * not on this computer.
 */
export function judgeRemoteName(name: string, platform: 'linux' | 'darwin' | 'win32'): NameVerdict {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) return 'hostile';
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) return 'skip';
  // The name was no UTF-8: it can't be asked for by this text again.
  if (name.includes('\uFFFD')) return 'skip';
  if (platform !== 'win32') return 'take';
  // A trailing dot or space is dropped by Windows, so that the name would mean another file.
  if (WINDOWS_CHARACTERS.test(name) || WINDOWS_DEVICE.test(name) || /[. ]$/.test(name)) return 'skip';
  return 'take';
}
