/**
 * Keeps what is typed on disk: at most KEEP_WITHIN ms after a key, also while typing goes on, and at
 * once when asked. One call at a time, so that an older text can never land after a newer one. A
 * failed keep is tried again until it works, and the window says so meanwhile.
 */
import { failed, type Failure, type Outcome } from '../../../shared/failure';

/** Longest time from a key to its keep, in ms. Half a second is promised; the write needs some of it. */
export const KEEP_WITHIN = 400;

/** A keep that takes longer than this, in ms, is said to be not kept yet. */
export const LATE_AFTER = 2_000;

/** Pause before a failed keep is tried again, in ms. */
export const TRY_AGAIN_AFTER = 2_000;

/** The keeping of one form. */
export class DraftKeeper {
  #failure = $state.raw<Failure | null>(null);
  #late = $state(false);
  readonly #keep: () => Promise<Outcome<null>>;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #due = 0;
  #unkept = $state(false);
  #running = $state.raw<Promise<void> | null>(null);

  /** @param keep keeps what the form holds at the moment of the call */
  constructor(keep: () => Promise<Outcome<null>>) {
    this.#keep = keep;
  }

  /** Why the last keep failed, or null. While it is set, something is not kept on this computer. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Whether everything typed is on disk. */
  get kept(): boolean {
    return !this.#unkept && this.#running === null;
  }

  /** Whether the newest text is known to be not on disk: a keep failed, or takes very long. */
  get behind(): boolean {
    return this.#failure !== null || this.#late;
  }

  /** Something was typed. The first key of a pause starts the clock, later ones do not put it back. */
  typed(): void {
    this.#unkept = true;
    this.#schedule(KEEP_WITHIN);
  }

  /** Keeps what is not kept yet, at once; resolves when no call is under way any more. */
  async flush(): Promise<void> {
    this.#clear();
    while (this.#running || this.#unkept) {
      this.#running ??= this.#run();
      await this.#running;
      if (this.#failure) return;
    }
  }

  /** Waits for a call under way and drops what it has not begun: another call takes the text over. */
  async yield(): Promise<void> {
    this.#clear();
    this.#unkept = false;
    await this.#running;
    this.#clear();
    this.#unkept = false;
    this.#failure = null;
  }

  async #run(): Promise<void> {
    this.#unkept = false;
    const late = setTimeout(() => (this.#late = true), LATE_AFTER);
    const outcome = await this.#keep().catch(() => failed('app.unexpected'));
    clearTimeout(late);
    this.#late = false;
    this.#running = null;
    this.#failure = outcome.ok ? null : outcome.failure;
    if (outcome.ok) return;
    this.#unkept = true;
    this.#schedule(TRY_AGAIN_AFTER);
  }

  /** Keeps after this many ms, unless that is due earlier already. */
  #schedule(after: number): void {
    const due = Date.now() + after;
    if (this.#timer !== null && this.#due <= due) return;
    this.#clear();
    this.#due = due;
    this.#timer = setTimeout(() => void this.flush(), after);
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
