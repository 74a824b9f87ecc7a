/**
 * Message authentication codes (MACs) of what is sent without asking again: pending changes, the plans of bulk
 * saves, and abandoned texts. Anyone who can write to the data folder can change the database while the app is
 * closed, or put back an older copy. The keys are in the keychain, so what was changed there no longer matches.
 *
 * Each run of the app makes its MACs with a key of its own, which exists from the start, so that no save has to
 * wait for the keychain. The keys of earlier runs are needed to check older rows and arrive later. From then on, new
 * MACs are made with the last of those until the keychain has the key of this run; see changes/verification.ts.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Value } from './sqlite-file';

/**
 * The result of a check. `unknown`: the keys of earlier runs have not been read yet. `unchecked`: the key of the MAC
 * is gone, so no one can tell whether the row was altered.
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

/** A key and the MACs made with it. */
class MacKey {
  readonly hex: string;
  /** Tells which key a MAC was made with. Says nothing about the key. */
  readonly #id: string;
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
    this.hex = key.toString('hex');
    this.#id = createHmac('sha256', key).update('id').digest('base64').slice(0, 12);
  }

  of(covered: Covered): string {
    return `${this.#id}:${createHmac('sha256', this.#key).update(encode(covered)).digest('base64')}`;
  }

  /** Whether a stored MAC says that it was made with this key. */
  made(mac: string): boolean {
    return mac.startsWith(`${this.#id}:`);
  }
}

/** Makes and checks MACs. Holds the keys, which never leave main. */
export class RowMacs {
  readonly #key: MacKey;
  /** The keys of earlier runs; null until they have been read. */
  #earlier: readonly MacKey[] | null = null;
  /** The key of new MACs. */
  #signing: MacKey;

  /** @param key 32 bytes; default: random */
  constructor(key: Buffer = randomBytes(32)) {
    this.#key = new MacKey(key);
    this.#signing = this.#key;
  }

  /** The key of this run, as hex. */
  get key(): string {
    return this.#key.hex;
  }

  /** The MAC of these values, made with the key of this run, or with an earlier one after `signWithEarlierKey`. */
  of(covered: Covered): string {
    return this.#signing.of(covered);
  }

  /** Whether a stored MAC was made over these values, in this run or with a key of earlier runs. */
  verdict(covered: Covered, mac: unknown): Verdict {
    if (typeof mac !== 'string') return 'altered';
    const key = [this.#key, ...(this.#earlier ?? [])].find((one) => one.made(mac));
    if (key) return key.of(covered) === mac ? 'intact' : 'altered';
    return this.#earlier === null ? 'unknown' : 'unchecked';
  }

  /** Sets the keys of earlier runs, as hex; none if they are lost. */
  useEarlierKeys(keys: readonly string[]): void {
    this.#earlier = keys.map((key) => new MacKey(Buffer.from(key, 'hex')));
  }

  /** Makes MACs with the last of the earlier keys, because the next run could not check others if the app were killed. */
  signWithEarlierKey(): void {
    this.#signing = this.#earlier?.at(-1) ?? this.#key;
  }

  /** Makes MACs with the key of this run again, because the keychain has it. */
  signWithOwnKey(): void {
    this.#signing = this.#key;
  }

  /** Call when every row has a MAC of this run: from now on, no other can be checked. */
  dropEarlierKeys(): void {
    this.#earlier = [];
  }
}
