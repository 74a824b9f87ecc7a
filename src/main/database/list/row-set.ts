/**
 * Sets of row ids, stored as bits: 12 KB for 100,000 rows. Row ids count up from 1, so an implausibly large id
 * means damage.
 */
import { ListDamage } from './list-tables';

const MAX_ID = 2 ** 24;

/** An immutable set of row ids. */
export class RowSet {
  readonly #bits: Uint32Array;
  readonly size: number;

  private constructor(bits: Uint32Array) {
    this.#bits = bits;
    let size = 0;
    for (const word of bits) size += bitCount(word);
    this.size = size;
  }

  static of(ids: Int32Array): RowSet {
    let max = 0;
    for (const id of ids) if (id > max) max = id;
    const bits = new Uint32Array((max >>> 5) + 1);
    for (const id of ids) bits[id >>> 5] = (bits[id >>> 5] ?? 0) | (1 << (id & 31));
    return new RowSet(bits);
  }

  has(id: number): boolean {
    return ((this.#bits[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0;
  }

  and(other: RowSet): RowSet {
    return new RowSet(this.#bits.map((word, index) => word & (other.#bits[index] ?? 0)));
  }

  or(other: RowSet): RowSet {
    const isLonger = this.#bits.length >= other.#bits.length;
    const [long, short] = isLonger ? [this.#bits, other.#bits] : [other.#bits, this.#bits];
    return new RowSet(long.map((word, index) => word | (short[index] ?? 0)));
  }

  /** Those of these ids that are in the set, in the order given. */
  among(ids: Int32Array): Int32Array {
    const found = new Int32Array(ids.length);
    let count = 0;
    for (const id of ids) if (this.has(id)) found[count++] = id;
    return found.subarray(0, count);
  }

  /** The ids of this set that are not in `other`. */
  without(other: RowSet): RowSet {
    return new RowSet(this.#bits.map((word, index) => word & ~(other.#bits[index] ?? 0)));
  }

  /** The ids in ascending order. */
  ids(): number[] {
    const ids: number[] = [];
    for (const [index, word] of this.#bits.entries()) {
      for (let bit = 0; bit < 32; bit++) if (word & (1 << bit)) ids.push(index * 32 + bit);
    }
    return ids;
  }
}

/** Number of bits that are set. */
function bitCount(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return (((count + (count >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** Parses row ids that `group_concat` joined with commas. Throws `ListDamage` if one is implausibly large. */
export function toRowIds(text: unknown): Int32Array {
  if (typeof text !== 'string') return new Int32Array(0);
  const ids = new Int32Array(text.length / 2 + 1);
  let count = 0;
  let id = 0;
  for (let at = 0; at <= text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) id = id * 10 + digit;
    else {
      if (id > MAX_ID) throw new ListDamage('a row id is too large');
      ids[count++] = id;
      id = 0;
    }
  }
  return ids.subarray(0, count);
}
