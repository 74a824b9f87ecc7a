/**
 * Keys and tokens that were just entered. Until one is stored it may have to wait for the person to answer a question
 * or the keychain's prompt. Meanwhile it is kept only here, for 60 s after its last use at most, and no longer than
 * until the computer sleeps or is locked. What needs it after that fails with `sign-in.forgotten`.
 */
import { failed, success, type Result } from '../../shared/result';
import { parseSecret, type SignInKind } from '../../shared/sign-in';
import type { Authorizer } from '../cloudflare';
import type { Confirmation, SignInQuestion } from './confirm';

/** Whose key or token it is, for requests. */
export interface SecretOwner {
  kind: SignInKind;
  /** `''` for a token. */
  email: string;
  /** `''` if it is not known. */
  userId: string;
}

/** A key or token that was just entered. Call `read` when its text is needed, and do not keep it across an `await`. */
export class EnteredSecret {
  #text: string | null;
  readonly #timer: ReturnType<typeof setTimeout>;

  /** @param keepMs how long it is kept after its last use, in ms */
  constructor(text: string, keepMs: number) {
    this.#text = text;
    this.#timer = setTimeout(() => this.forget(), keepMs);
    this.#timer.unref();
  }

  /** Its text. Fails with `sign-in.forgotten`. */
  readonly read = (): Result<string> => {
    if (this.#text === null) return failed('sign-in.forgotten');
    this.#timer.refresh();
    return success(this.#text);
  };

  /** Authorizes requests with it. */
  authorizer({ kind, email, userId }: SecretOwner): Authorizer {
    const authorization = () => {
      const read = this.read();
      return read.ok ? success({ kind, email, key: read.value, userId }) : read;
    };
    return { userId, authorize: () => Promise.resolve(authorization()) };
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#text = null;
  }
}

/** The keys and tokens that were just entered and are not stored yet. */
export class EnteredSecrets {
  readonly #keepMs: number;
  readonly #waiting = new Set<EnteredSecret>();

  /** @param keepMs how long one is kept after its last use, in ms */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /**
   * Does something with a key or token, and then forgets it.
   * @param entered it is taken out of this object, which the gate keeps until the call is answered
   * @returns what `work` returns. Fails with `sign-in.invalid-input` if the text cannot be one of this kind
   */
  async use<T>(
    kind: SignInKind,
    entered: { key: string },
    work: (secret: EnteredSecret) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const secret = this.#take(kind, entered);
    if (!secret) return failed('sign-in.invalid-input');
    this.#waiting.add(secret);
    try {
      return await work(secret);
    } finally {
      secret.forget();
      this.#waiting.delete(secret);
    }
  }

  /** Forgets all of them, because the computer goes to sleep or was locked, or the app quits. */
  forget(): void {
    for (const secret of this.#waiting) secret.forget();
  }

  #take(kind: SignInKind, entered: { key: string }): EnteredSecret | null {
    const { secret, blocks } = parseSecret(kind, entered.key);
    entered.key = '';
    return blocks ? null : new EnteredSecret(secret, this.#keepMs);
  }
}

/**
 * Asks the person about what was entered (`Confirmation.confirm`). If it was forgotten before the answer came, the
 * answer does not count: this fails with `sign-in.forgotten`, and the next try asks again.
 */
export async function confirmEntered(
  confirmation: Confirmation,
  question: SignInQuestion,
  secret: EnteredSecret,
): Promise<Result<null>> {
  const confirmed = await confirmation.confirm(question);
  if (!confirmed.ok) return confirmed;
  const kept = secret.read();
  if (kept.ok) return success(null);
  confirmation.used();
  return kept;
}
