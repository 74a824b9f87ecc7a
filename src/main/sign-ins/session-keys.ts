/**
 * Keys that are kept for this session only, because the computer has no usable keychain. They exist only in this
 * process's memory and are gone when the app ends.
 */
export class SessionKeys {
  readonly #keys = new Map<string, string>();
  /** Sign-ins whose older key still has to be deleted from the keychain. */
  readonly #replacing = new Set<string>();

  /** The key of a sign-in, or null if none is kept for this session. */
  get(id: string): string | null {
    return this.#keys.get(id) ?? null;
  }

  has(id: string): boolean {
    return this.#keys.has(id);
  }

  set(id: string, key: string): void {
    this.#keys.set(id, key);
  }

  /** Records that this key replaces an older one, which still has to be deleted from the keychain. */
  markReplacing(id: string): void {
    this.#replacing.add(id);
  }

  /** Whether an older key of this sign-in still has to be deleted from the keychain. */
  isReplacing(id: string): boolean {
    return this.#replacing.has(id);
  }

  /** Records that the older key was deleted. */
  markReplaced(id: string): void {
    this.#replacing.delete(id);
  }

  delete(id: string): void {
    this.#keys.delete(id);
    this.#replacing.delete(id);
  }

  clear(): void {
    this.#keys.clear();
    this.#replacing.clear();
  }
}
