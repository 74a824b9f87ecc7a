/**
 * Confirms a sign-in outside the page: the email of a key, or the accounts that a token opens. A page that was taken
 * over could otherwise add its attacker's sign-in and submit profiles with it. The page can make the question appear,
 * but neither answer it nor flood the person with it. It can still talk a person into confirming.
 */
import { failed, success, type Result } from '../../shared/result';

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

/** The question whether one more token is sent to Cloudflare, which alone can say what it opens. */
export interface CheckQuestion {
  about: 'check';
}

/** What the person is asked. */
export type SignInQuestion = EmailQuestion | TokenQuestion | CheckQuestion;

/** Dependencies of the confirmation. */
export interface ConfirmationOptions {
  /** Asks the person; false if they cancel or cannot be asked. */
  ask: (question: SignInQuestion) => Promise<boolean>;
  /** A monotonic clock, in ms. */
  elapsed: () => number;
}

/** The pause after the first *Cancel*, in ms. Each further one is four times as long, up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/** How many tokens are sent to Cloudflare from one start of the app without a question and without being confirmed. */
const MAX_UNCONFIRMED = 3;

/** Builds the confirmation; nothing is confirmed yet. */
export function createConfirmation({ ask, elapsed }: ConfirmationOptions) {
  let isAsking = false;
  /** The confirmed question, as JSON. */
  let confirmed: string | null = null;
  let notBefore = -Infinity;
  let pauseMs = FIRST_PAUSE_MS;
  let unconfirmed = 0;

  const mayAsk = (): boolean => !isAsking && elapsed() >= notBefore;

  async function askPerson(question: SignInQuestion): Promise<Result<null>> {
    if (!mayAsk()) return failed('sign-in.confirm-later');
    // A person who cancels now and then never waits long.
    if (elapsed() > notBefore + LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
    confirmed = null;
    isAsking = true;
    const isConfirmed = await ask(question).finally(() => (isAsking = false));
    if (isConfirmed) {
      pauseMs = FIRST_PAUSE_MS;
      return success(null);
    }
    notBefore = elapsed() + pauseMs;
    pauseMs = Math.min(4 * pauseMs, LONGEST_PAUSE_MS);
    return failed('sign-in.not-confirmed');
  }

  return {
    /**
     * Asks unless this question was the last one, was confirmed, and is not used yet: a wrong key can be corrected
     * without another question. Fails with `sign-in.not-confirmed`; or with `sign-in.confirm-later`, without asking,
     * while another question is open and for a while after *Cancel*.
     */
    async confirm(question: SignInQuestion): Promise<Result<null>> {
      const asked = JSON.stringify(question);
      if (asked === confirmed) return success(null);
      const answer = await askPerson(question);
      if (answer.ok) confirmed = asked;
      return answer;
    },
    /**
     * Call before a token is sent to Cloudflare that the person has not confirmed. Whoever made a token sees when it is
     * used, so a page could leak a typed key by its choice of the tokens that main verifies. The first three since
     * the app started pass, then the person is asked before each. Fails like `confirm`.
     * @returns a function to call once the person has confirmed this token: it then no longer counts
     */
    async beforeUnconfirmed(): Promise<Result<() => void>> {
      if (!mayAsk()) return failed('sign-in.confirm-later');
      if (unconfirmed >= MAX_UNCONFIRMED) {
        const answer = await askPerson({ about: 'check' });
        return answer.ok ? success(() => undefined) : answer;
      }
      unconfirmed += 1;
      let isCounted = true;
      return success(() => {
        if (isCounted) unconfirmed -= 1;
        isCounted = false;
      });
    },
    /** Forgets the answer, because the sign-in is stored. */
    used(): void {
      confirmed = null;
    },
  };
}

/** Confirms sign-ins. */
export type Confirmation = ReturnType<typeof createConfirmation>;
