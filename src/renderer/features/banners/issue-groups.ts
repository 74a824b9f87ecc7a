/** Groups the sign-ins that do not work, so that each cause is shown in one message. */
import type { Banner } from '../../../shared/banner';
import { isOfWholeKeychain, type Failure } from '../../../shared/failure';
import { m } from '../../../shared/messages';
import { listText, pluralInputs } from '../../../shared/messages/locale';
import type { OrganizationView } from '../../../shared/organization';
import type { SignIn } from '../../../shared/sign-in';
import type { WindowState } from '../../state/window-state';
import { shortName } from '../../ui/truncate';
import { narrow } from '../../ui/window-size';

/** The sign-ins of one message. */
export interface IssueGroup {
  /** The code of the keychain failure, or else the id of the only sign-in in the group. */
  key: string;
  /** Whether the cause is the keychain itself. */
  keychain: boolean;
  signIns: [SignIn, ...SignIn[]];
}

/** The groups to show, in the order of the sign-ins. Sign-ins that are being removed are omitted. */
export function issueGroups(signIns: readonly SignIn[]): IssueGroup[] {
  const groups: IssueGroup[] = [];
  for (const signIn of signIns) {
    if (!signIn.issue || signIn.state === 'removing') continue;
    const { code } = signIn.issue;
    const keychain = isOfWholeKeychain(signIn.issue);
    const existing = groups.find(({ key }) => keychain && key === code);
    if (existing) existing.signIns.push(signIn);
    else groups.push({ key: keychain ? code : signIn.id, keychain, signIns: [signIn] });
  }
  return groups;
}

/** The label of a sign-in, truncated for a banner. */
export function shortLabelOf({ label }: SignIn): string {
  return shortName(label, [32, 16]);
}

/** How many sign-ins are listed by name; the rest are counted. */
const MAX_NAMED = 3;

/** A sentence that says that these sign-ins do not work, with their names. */
export function brokenText(signIns: readonly SignIn[]): string {
  const labels = signIns.slice(0, MAX_NAMED).map(shortLabelOf);
  const more = signIns.length - labels.length;
  const names = listText(more > 0 ? [...labels, m.sign_ins_broken_more({ count: more })] : labels);
  return m.sign_ins_broken_many({ count: signIns.length, names });
}

/**
 * Whether a message about a sign-in belongs here: everywhere but on the page of an organization that uses another one. While
 * a page opens, it stays: it would be read again on each page.
 */
export function concernsPage(
  { id }: SignIn,
  { screen, isListInFront }: Pick<WindowState['navigation'], 'screen' | 'isListInFront'>,
  { view }: Pick<WindowState['open'], 'view'>,
): boolean {
  const isPage = screen === 'organization' && !(narrow.current && isListInFront);
  return !isPage || view === null || view.signIn?.id === id;
}

/** Whether the bar of this page says why its change waits and has the button that ends it, or will once it was tried. */
export function isShownBy(page: OrganizationView | null, { signIns }: IssueGroup): boolean {
  const signIn = signIns.find(({ id }) => id === page?.signIn?.id);
  const change = signIn && page?.change;
  if (change?.state !== 'paused') return change?.state === 'queued';
  return change.failure?.code === signIn?.issue?.code;
}

/** Whether a banner says already that the database cannot be written for this reason. */
export function isStorageFailureShown(banners: readonly Banner[], { code }: Failure): boolean {
  return banners.some((one) => one.kind === 'database-failing' && one.failure.code === code);
}

/** How many changes wait for these sign-ins. */
export function waitingFor(signIns: readonly SignIn[]): number {
  return signIns.reduce((sum, { waiting }) => sum + waiting, 0);
}

/** How many entries use these sign-ins, as a sentence; '' if at most one does, because then the number says nothing. */
export function usesText(signIns: readonly SignIn[]): string {
  const count = signIns.reduce((sum, { organizations }) => sum + organizations, 0);
  if (count < 2) return '';
  const counted = pluralInputs(count);
  if (signIns.length > 1) return m.sign_ins_used_by_many(counted);
  return signIns[0]?.kind === 'token'
    ? m.sign_ins_used_by_accounts(counted)
    : m.sign_ins_used_by(counted);
}
