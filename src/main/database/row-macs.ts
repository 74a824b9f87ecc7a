/**
 * Message authentication codes (MACs) of what is sent without asking again: pending changes, saves, abandoned texts, and
 * whether a sign-in is read-only. Anyone who can write to the data folder can change the database while the app is
 * closed. The key is in the keychain, so what was changed there no longer matches.
 *
 * The key arrives from the keychain after the first paint (changes/verification.ts). What is stored before gets a MAC
 * that only this run can check, and its real one when the key arrives.
 */
import type { KeyObject } from 'node:crypto';
import type { Value } from './sqlite-file';

/** Not imported: loading it takes 5 ms, and the first paint needs no MAC. */
const crypto = () => process.getBuiltinModule('node:crypto');

/** What a MAC covers. The first value names the kind of row, so that no MAC is valid for another kind. */
export type Covered = readonly [kind: string, ...values: Value[]];

/**
 * Whether we stored a row as it is: `ours`, or `foreign`, because its MAC is missing or was made over something else.
 * `unknown`: an earlier run stored it, and the key has not been read yet.
 */
export type Trust = 'ours' | 'foreign' | 'unknown';

/** Writes values so that different values never give the same text: each with its type and length. */
function encode(covered: Covered): string {
  let text = '';
  for (const value of covered) {
    const written = String(value);
    text += value === null ? '-' : `${typeof value}:${written.length}:${written}`;
  }
  return text;
}

/**
 * Makes and checks MACs. Holds the key, which never leaves main; as a `KeyObject`, because Node 24 takes 20 µs to see
 * what else it is.
 */
export class RowMacs {
  /** The key of this run; null until it is needed. It becomes that of the data folder if there is none yet. */
  #own: KeyObject | null;
  /** The key of the data folder; null until it has been read. */
  #key: KeyObject | null = null;

  /** @param own 32 bytes; default: random */
  constructor(own: Buffer | null = null) {
    this.#own = own && crypto().createSecretKey(own);
  }

  /** The key of this run, as hex. */
  get own(): string {
    return this.#ownKey().export().toString('hex');
  }

  /** Sets the key of the data folder, as hex. */
  use(key: string): void {
    this.#key = crypto().createSecretKey(key, 'hex');
  }

  /** The MAC of these values. */
  of(covered: Covered): string {
    return this.#with(this.#key ?? this.#ownKey(), covered);
  }

  /** Checks a stored MAC against these values. */
  check(covered: Covered, mac: unknown): Trust {
    if (this.#key && mac === this.#with(this.#key, covered)) return 'ours';
    if (this.#own && mac === this.#with(this.#own, covered)) return 'ours';
    return this.#key ? 'foreign' : 'unknown';
  }

  #ownKey(): KeyObject {
    return (this.#own ??= crypto().createSecretKey(crypto().randomBytes(32)));
  }

  #with(key: KeyObject, covered: Covered): string {
    return crypto().createHmac('sha256', key).update(encode(covered)).digest('base64');
  }
}
