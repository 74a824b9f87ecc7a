/**
 * Confirms a sign-in outside the page: the email of a key, or the accounts that a token opens. A page that was taken
 * over could otherwise add its attacker's sign-in and submit profiles with it. The page can make the question appear,
 * but neither answer it nor flood the person with it. It can still talk a person into confirming.
 */
import { failed, success, type Outcome } from '../../shared/outcome';

/** What the person is asked about a key. */
export interface EmailQuestion {
  about: 'email';
  /** The email to confirm. */
  email: string;
  /** The email that it replaces; null for a new sign-in. */
  replaces: string | null;
}

/** What the person is asked about a token. */
export interface TokenQuestion {
  about: 'token';
  /** Cloudflare's id of the token. Not shown, but an answer counts only for this token. */
  tokenId: string;
  /** The names of the first accounts that it opens; none if Cloudflare does not list them. */
  accounts: readonly string[];
  /** How many accounts it opens; null if Cloudflare does not say. */
  total: number | null;
  /** Whether the person chose that the sign-in only reads. */
  readOnly: boolean;
  /** The name of the sign-in whose token it replaces; null for a new sign-in. */
  replaces: string | null;
}

/** What the person is asked. */
export type SignInQuestion = EmailQuestion | TokenQuestion;

/** Dependencies of the confirmation. */
export interface ConfirmationOptions {
  /** Asks the person; false if they cancel or cannot be asked. */
  ask: (question: SignInQuestion) => Promise<boolean>;
  /** A monotonic clock, in ms. */
  elapsed: () => number;
}

/** Confirms sign-ins. */
export interface Confirmation {
  /**
   * Asks unless this question was the last one, was confirmed, and is not used yet: a wrong key can be corrected
   * without another question. Fails with `sign-in.not-confirmed`; or with `sign-in.confirm-later`, without asking,
   * while another question is open and for a while after *Cancel*.
   */
  confirm(question: SignInQuestion): Promise<Outcome<null>>;
  /** Forgets the answer, because the sign-in is stored. */
  used(): void;
}

/** The pause after the first *Cancel*, in ms. Each further one is four times as long, up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/** Builds the confirmation; nothing is confirmed yet. */
export function createConfirmation({ ask, elapsed }: ConfirmationOptions): Confirmation {
  let isAsking = false;
  /** The confirmed question, as JSON. */
  let confirmed: string | null = null;
  let notBefore = -Infinity;
  let pauseMs = FIRST_PAUSE_MS;

  async function askOnce(question: SignInQuestion): Promise<boolean> {
    isAsking = true;
    try {
      return await ask(question);
    } finally {
      isAsking = false;
    }
  }

  return {
    async confirm(question) {
      const asked = JSON.stringify(question);
      if (asked === confirmed) return success(null);
      if (isAsking || elapsed() < notBefore) return failed('sign-in.confirm-later');
      // A person who cancels now and then never waits long.
      if (elapsed() > notBefore + LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
      confirmed = null;
      if (await askOnce(question)) {
        confirmed = asked;
        pauseMs = FIRST_PAUSE_MS;
        return success(null);
      }
      notBefore = elapsed() + pauseMs;
      pauseMs = Math.min(4 * pauseMs, LONGEST_PAUSE_MS);
      return failed('sign-in.not-confirmed');
    },
    used() {
      confirmed = null;
    },
  };
}
