/** Sign-ins in trouble, put together so that one cause is one message. */
import type { FailureCode } from '../../../shared/failure';
import type { SignIn } from '../../../shared/sign-in';
import { shortened } from '../organization/shortened';

/** What is the keychain's own trouble stops every sign-in alike. */
const WHOLE_KEYCHAIN: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'keychain.locked',
  'keychain.unavailable',
  'keychain.timed-out',
]);

/** Sign-ins that one message speaks of; never empty. */
export interface TroubleGroup {
  /** The code of the keychain's trouble, or the id of the one sign-in. */
  key: string;
  /** Whether the keychain is the matter, whoever uses it. */
  keychain: boolean;
  signIns: [SignIn, ...SignIn[]];
}

/** The messages to show, in the order of the sign-ins. One that is being removed needs nothing. */
export function troubleGroups(signIns: readonly SignIn[]): TroubleGroup[] {
  const groups: TroubleGroup[] = [];
  for (const signIn of signIns) {
    if (!signIn.trouble || signIn.state === 'removing') continue;
    const { code } = signIn.trouble;
    const keychain = WHOLE_KEYCHAIN.has(code);
    const same = groups.find(({ key }) => keychain && key === code);
    if (same) same.signIns.push(signIn);
    else groups.push({ key: keychain ? code : signIn.id, keychain, signIns: [signIn] });
  }
  return groups;
}

/** Characters of a name at most where it stands in a sentence above the page. */
const NAME = 48;

/** The name of a sign-in, short enough for a message above the page. */
export function nameOf({ label }: SignIn): string {
  return shortened(label, NAME);
}

/** How many changes will be sent with these sign-ins. */
export function waitingFor(signIns: readonly SignIn[]): number {
  return signIns.reduce((sum, { waiting }) => sum + waiting, 0);
}
