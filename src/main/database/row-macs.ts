/**
 * Message authentication codes (MACs) of what is sent without asking again: pending changes, the plans of bulk
 * jobs, and abandoned texts. Anyone who can write to the data folder can change the database while the app is
 * closed, or put back an older copy. The keys are in the keychain, so what was changed there no longer matches.
 *
 * Each run of the app makes its MACs with a key of its own, which exists from the start, so that nothing has to
 * wait for the keychain. The keys of earlier runs are needed to check older rows and arrive later; see
 * changes/verification.ts.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Value } from './database';

/**
 * The result of a check. `unknown`: the keys of earlier runs have not been read yet. `unchecked`: there are no
 * such keys, so nobody can tell whether the row was altered.
 */
export type Verdict = 'intact' | 'altered' | 'unchecked' | 'unknown';

/** What a MAC covers. The first value names the kind of row, so that no MAC is valid for another kind. */
export type Covered = readonly [kind: string, ...values: Value[]];

/** Writes values so that different values never give the same text: each with its type and length. */
function encode(covered: Covered): string {
  let text = '';
  for (const value of covered) {
    const written = String(value);
    text += value === null ? '-' : `${typeof value}:${written.length}:${written}`;
  }
  return text;
}

function macBy(key: Buffer, covered: Covered): string {
  return createHmac('sha256', key).update(encode(covered)).digest('base64');
}

/** Makes and checks MACs. Holds the keys, which never leave main. */
export class RowMacs {
  readonly #key: Buffer;
  /** The keys of earlier runs; null until they have been read. */
  #earlier: readonly Buffer[] | null = null;

  /** @param key 32 bytes; default: random */
  constructor(key: Buffer = randomBytes(32)) {
    this.#key = key;
  }

  /** The key of this run, as hex. */
  get key(): string {
    return this.#key.toString('hex');
  }

  /** The MAC of these values, made with the key of this run. */
  of(covered: Covered): string {
    return macBy(this.#key, covered);
  }

  /** Whether a stored MAC was made over these values, in this run or with a key of earlier runs. */
  verdict(covered: Covered, mac: unknown): Verdict {
    if (mac === this.of(covered)) return 'intact';
    if (this.#earlier === null) return 'unknown';
    if (this.#earlier.some((key) => mac === macBy(key, covered))) return 'intact';
    return this.#earlier.length === 0 ? 'unchecked' : 'altered';
  }

  /** Sets the keys of earlier runs, as hex; none if they are lost. */
  useEarlierKeys(keys: readonly string[]): void {
    this.#earlier = keys.map((key) => Buffer.from(key, 'hex'));
  }

  /** Call when every row has a MAC of this run: from now on, no other is valid. */
  dropEarlierKeys(): void {
    this.#earlier = [this.#key];
  }
}
