import { scanLines } from '../go/lines.js';
import { atoi } from '../go/strconv.js';
import { trimSpace } from '../go/trim.js';

/**
 * Which file is read: `/etc/passwd` has seven fields with a user id and a group id, `/etc/group`
 * four with a group id.
 *
 * @internal
 */
export type AccountFile = 'passwd' | 'group';

/** Fields of a line, and which of them must be integers. */
const SHAPE_OF = {
  passwd: { fieldsMin: 7, integers: [2, 3] },
  group: { fieldsMin: 4, integers: [2] },
} as const;

/**
 * Gives the names that Go's own look-ups give ids, as its archive writer puts them into headers.
 * Lines that are comments, too short, without name or of NIS (`+`, `-`) do not count.
 *
 * @param text - the contents of the file.
 * @returns name by id; of several lines with one id the first counts.
 * @source Go 1.13 os/user/lookup_unix.go findUserId, findGroupId
 * @internal
 */
export function parseAccounts(text: string, file: AccountFile): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of scanLines(text).lines) {
    const account = parseAccount(trimSpace(line), file);
    if (account !== undefined && !names.has(account.id)) names.set(account.id, account.name);
  }
  return names;
}

function parseAccount(line: string, file: AccountFile): { id: number; name: string } | undefined {
  const { fieldsMin, integers } = SHAPE_OF[file];
  const fields = line.split(':');
  const [name = '', , id = ''] = fields;
  if (fields.length < fieldsMin || name === '' || /^[#+-]/.test(name)) return undefined;
  if (!integers.every((at) => isInteger(fields[at] ?? ''))) return undefined;
  // Go compares the id as text, so `007` is nobody's.
  return String(Number(id)) === id ? { id: Number(id), name } : undefined;
}

function isInteger(text: string): boolean {
  try {
    atoi(text);
    return true;
  } catch {
    // Every error of `atoi` says that the text is no integer of 64 bits.
    return false;
  }
}
