import { withoutClosedDoors } from './look.ts';
import { changesByItself } from './self-changing-files.ts';

/** A file of /etc, or one that runs with another's rights. */
export interface ListedFile {
  readonly kind: 'etc' | 'setuid';
  /** Kind of file, mode and owner, as `f 644 0:0`. */
  readonly rights: string;
  /** SHA-256 of its content in hexadecimal, or `-> ` and the target of a link. */
  readonly content: string;
  readonly path: string;
}

/** What `privilegedFiles` told. */
export interface MachineListing {
  /** By kind and path. */
  readonly files: ReadonlyMap<string, ListedFile>;
  /** The keys of those whose inode changed since the booking began. */
  readonly changed: ReadonlySet<string>;
  /** What `vouchedFiles` said of paths. */
  readonly vouched: ReadonlySet<string>;
  /** Why the listing is not complete, one sentence each. */
  readonly blind: readonly string[];
  /** File systems that no local look reaches. */
  readonly skipped: readonly string[];
}

const LAST_LINE = 'listed';
/** Something ended between being listed and being looked at. */
const VANISHED = /^(?:find|sha256sum): .*: No such file or directory$/;

/** Reads what `privilegedFiles` prints, and after it perhaps what `vouchedFiles` does. Every line of another form was a complaint. */
export function readListing(output: string): MachineListing {
  const lines = output.split('\n').filter((line) => line !== '');
  const hashes = new Map<string, string>();
  const seen: { readonly file: ListedFile; readonly isChanged: boolean }[] = [];
  const vouched = new Set<string>();
  const blind: string[] = [];
  const skipped: string[] = [];
  if (!lines.includes(LAST_LINE)) blind.push('the list was not finished');
  for (const line of lines) {
    const hash = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
    const entry = /^(new|old) (etc|setuid) ([a-z] [0-7]+ \d+:\d+)\t([^\t]*)\t(.+)$/.exec(line);
    if (hash !== null) hashes.set(hash[2] ?? '', hash[1] ?? '');
    else if (entry !== null) {
      const [, age, kind, rights = '', target = '', path = ''] = entry;
      const content = rights.startsWith('l') ? `-> ${target}` : '';
      seen.push({
        file: { kind: kind === 'etc' ? 'etc' : 'setuid', rights, content, path },
        isChanged: age === 'new',
      });
    } else if (line.startsWith('vouched ')) vouched.add(line.slice('vouched '.length));
    else if (line.startsWith('skipped ')) skipped.push(line.slice('skipped '.length));
    else if (line !== LAST_LINE && line !== 'looked' && !VANISHED.test(line)) blind.push(line);
  }
  const files = new Map<string, ListedFile>();
  const changed = new Set<string>();
  for (const { file, isChanged } of seen) {
    if (changesByItself(file)) continue;
    const content = file.content === '' ? hashes.get(file.path) : file.content;
    const key = keyOf(file);
    if (content === undefined) blind.push(`${file.path} was not read`);
    // A name with a line break in it could speak for another file.
    else if (files.has(key)) blind.push(`${file.path} is listed twice`);
    else {
      files.set(key, { ...file, content });
      if (isChanged) changed.add(key);
    }
  }
  return { files, changed, vouched, blind: withoutClosedDoors(blind, skipped), skipped };
}

function keyOf(file: Pick<ListedFile, 'kind' | 'path'>): string {
  return `${file.kind} ${file.path}`;
}

/** The form in which a listing is kept: one line per file, sorted, so that two equal states of a machine are one text. */
export function writeBaseline(listing: MachineListing): string {
  return [...listing.files.values()]
    .map(({ kind, rights, content, path }) => `${kind}\t${rights}\t${content}\t${path}\n`)
    .toSorted()
    .join('');
}

/** Reads what `writeBaseline` wrote. Null for any other text. */
export function readBaseline(text: string): ReadonlyMap<string, ListedFile> | null {
  const files = new Map<string, ListedFile>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const match = /^(etc|setuid)\t([^\t]+)\t([^\t]+)\t(.+)$/.exec(line);
    if (match === null) return null;
    const [, kind, rights = '', content = '', path = ''] = match;
    const file: ListedFile = { kind: kind === 'etc' ? 'etc' : 'setuid', rights, content, path };
    files.set(keyOf(file), file);
  }
  return files;
}
