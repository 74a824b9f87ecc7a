/**
 * Tells the window of the sign-ins when what it shows of them is something else: also when only the
 * organizations and changes that need them have become more or fewer.
 */
import type { Outcome } from '../../shared/failure';
import type { SignIn } from '../../shared/sign-in';

/** What telling needs. */
export interface SignInAnnouncerOptions {
  /** The sign-ins as the window knows them. */
  list: () => Outcome<SignIn[]>;
  tell: (signIns: SignIn[]) => void;
}

/** Makes the function that looks at the sign-ins and tells of them if they changed since the last time. */
export function createSignInAnnouncer({ list, tell }: SignInAnnouncerOptions): () => void {
  let last = '';
  return () => {
    const signIns = list();
    if (!signIns.ok) return;
    const text = JSON.stringify(signIns.value);
    if (text === last) return;
    last = text;
    tell(signIns.value);
  };
}
