/**
 * Keys that are kept for this session only, where the computer cannot keep them: in this process's
 * memory and nowhere else. They are gone when the app ends, and the person was told so.
 */
export class SessionKeys {
  readonly #keys = new Map<string, string>();
  readonly #inPlace = new Set<string>();

  /** The key of this sign-in, or null when none is kept for this session. */
  get(id: string): string | null {
    return this.#keys.get(id) ?? null;
  }

  has(id: string): boolean {
    return this.#keys.has(id);
  }

  set(id: string, key: string): void {
    this.#keys.set(id, key);
  }

  /** Says that the key took the place of one in the keychain, which has to go from there. */
  takePlace(id: string): void {
    this.#inPlace.add(id);
  }

  /** Whether an older key of this sign-in still has to go from the keychain. */
  tookPlace(id: string): boolean {
    return this.#inPlace.has(id);
  }

  /** The older key is gone. */
  alone(id: string): void {
    this.#inPlace.delete(id);
  }

  delete(id: string): void {
    this.#keys.delete(id);
    this.#inPlace.delete(id);
  }

  clear(): void {
    this.#keys.clear();
    this.#inPlace.clear();
  }
}
