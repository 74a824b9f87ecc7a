/** Typed arrays that grow to many millions of numbers without filling the JavaScript heap. */

/** A growing list of integers below 2^32 (Uint32Array) or below 2^53 (Float64Array). */
class GrowingList<T extends Uint32Array | Float64Array> {
  values: T;
  length = 0;
  readonly #make: (size: number) => T;

  constructor(make: (size: number) => T) {
    this.#make = make;
    this.values = make(1 << 12);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = this.#make(Math.ceil(this.length * 1.6));
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  get(at: number): number {
    return this.values[at] ?? 0;
  }
}

/** A growing list of integers below 2^32. */
export const integers = () => new GrowingList((size) => new Uint32Array(size));

/** A growing list of integers below 2^53. */
const wholeNumbers = () => new GrowingList((size) => new Float64Array(size));

/** A hash table that gives each key a number, in the order of their addition. */
export class NumberedKeys {
  readonly keys = wholeNumbers();
  #slots = new Uint32Array(1 << 12);

  get size(): number {
    return this.keys.length;
  }

  #slotOf(key: number): number {
    const mask = this.#slots.length - 1;
    const low = (key % 4294967296) | 0;
    const high = (key / 4294967296) | 0;
    let hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0xc2b2ae35);
    let at = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const taken = this.#slots[at] ?? 0;
      if (taken === 0 || this.keys.values[taken - 1] === key) return at;
      at = (at + 1) & mask;
    }
  }

  /** The number of a key; -1 if it is absent. */
  find(key: number): number {
    return (this.#slots[this.#slotOf(key)] ?? 0) - 1;
  }

  /** The number of a key. A new key gets the next number. */
  add(key: number): number {
    const at = this.#slotOf(key);
    const taken = this.#slots[at] ?? 0;
    if (taken > 0) return taken - 1;
    this.keys.push(key);
    this.#slots[at] = this.keys.length;
    if (this.keys.length * 2 > this.#slots.length) this.#grow();
    return this.keys.length - 1;
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let number = 0; number < this.keys.length; number += 1) {
      this.#slots[this.#slotOf(this.keys.get(number))] = number + 1;
    }
  }
}
