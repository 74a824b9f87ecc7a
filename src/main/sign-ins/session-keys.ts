/**
 * Keys that are kept for this session only, where the computer cannot keep them: in this process's
 * memory and nowhere else. They are gone when the app ends, and the person was told so.
 */
export class SessionKeys {
  readonly #keys = new Map<string, string>();

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

  delete(id: string): void {
    this.#keys.delete(id);
  }

  clear(): void {
    this.#keys.clear();
  }
}
