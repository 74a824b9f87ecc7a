/** Sign-ins in trouble, put together so that one cause is one message. */
import type { FailureCode } from '../../../shared/failure';
import { m } from '../../../shared/messages';
import { listText } from '../../../shared/messages/locale';
import type { OrganizationView } from '../../../shared/organization';
import type { SignIn } from '../../../shared/sign-in';
import { shortened } from '../organization/truncate';

/** What is the keychain's own trouble stops every sign-in alike. */
const WHOLE_KEYCHAIN: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'keychain.locked',
  'keychain.unavailable',
  'keychain.timed-out',
]);

/** Sign-ins that one message speaks of; never empty. */
export interface IssueGroup {
  /** The code of the keychain's trouble, or the id of the one sign-in. */
  key: string;
  /** Whether the keychain is the matter, whoever uses it. */
  keychain: boolean;
  signIns: [SignIn, ...SignIn[]];
}

/** The messages to show, in the order of the sign-ins. One that is being removed needs nothing. */
export function issueGroups(signIns: readonly SignIn[]): IssueGroup[] {
  const groups: IssueGroup[] = [];
  for (const signIn of signIns) {
    if (!signIn.issue || signIn.state === 'removing') continue;
    const { code } = signIn.issue;
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

/** So many are named; the names may be long. */
const NAMED = 3;

/** That these do not work, by their names. */
export function brokenText(signIns: readonly SignIn[]): string {
  const [first] = signIns;
  if (first && signIns.length === 1) return m.sign_ins_one({ name: nameOf(first) });
  const labels = signIns.slice(0, NAMED).map(nameOf);
  const more = signIns.length - labels.length;
  const names = listText(more > 0 ? [...labels, m.sign_ins_more({ count: more })] : labels);
  return m.sign_ins_many({ count: signIns.length, names });
}

/** Whether the page of this organization says of its change that it waits for the same cause. */
export function saidOn(page: OrganizationView | null, { signIns }: IssueGroup): boolean {
  if (page?.change?.state !== 'paused') return false;
  const signIn = signIns.find(({ id }) => id === page.signIn?.id);
  return signIn?.issue?.code === page.change.failure?.code;
}

/** How many changes will be sent with these sign-ins. */
export function waitingFor(signIns: readonly SignIn[]): number {
  return signIns.reduce((sum, { waiting }) => sum + waiting, 0);
}
