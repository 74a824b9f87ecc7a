/**
 * Where each failure's message is tested: by faults.spec.ts, which causes the failure and reads the
 * message; by another spec that contains a given text; or nowhere, for a stated reason.
 */
import type { FailureCode } from '../../../src/shared/failure';
import type { FaultMode } from '../../standin';

/** What makes a change fail: a fault of the stand-in, or something that happened in the meantime. */
export type Cause =
  | FaultMode
  | 'the organization is forbidden'
  | 'the organization is gone'
  | 'the profile is gone'
  | 'someone changed the same field'
  | 'the network is down';

/** Where the message of a failure is tested. */
export type Coverage =
  /** On the organization page, after this cause. `text` is given where it differs from the usual message. */
  | { page: Cause; text?: string }
  /** In this file, which contains this text. */
  | { file: string; text: string }
  /** Not by a fault of the network, Cloudflare, the keychain or the disk; says why. */
  | { untested: string };

const userInput: Coverage = { untested: 'caused by user input, and shown beside it' };
const token = (tested: string): Coverage => ({
  untested: `needs an API token; tested in test/unit/${tested}`,
});
const companyNetwork = (code: string): Coverage => ({
  file: 'test/e2e/company-network.spec.ts',
  text: `'${code}'`,
});
const csvFile = (text: string): Coverage => ({ file: 'test/e2e/csv.spec.ts', text });
const strangeFile = (text: string): Coverage => ({
  file: 'test/e2e/strange-files.spec.ts',
  text,
});
const keyring = (text: string): Coverage => ({ file: 'test/e2e/keyring.spec.ts', text });
const disk = (code: string): Coverage => ({ file: 'test/e2e/disk.spec.ts', text: `'${code}'` });
const updates = (text: string): Coverage => ({ file: 'test/e2e/updates.spec.ts', text });
const startup = (text: string): Coverage => ({ file: 'test/faults/opening.test.ts', text });

export const FAILURE_COVERAGE: Record<FailureCode, Coverage> = {
  'network.unreachable': { page: 'the network is down' },
  'network.interrupted': { page: 'reset' },
  'network.timed-out': { page: 'stalled-headers' },
  'network.intercepted': { page: '200-portal-html' },
  'network.certificate': companyNetwork('network.certificate'),
  'network.proxy-sign-in': companyNetwork('network.proxy-sign-in'),
  'network.redirected': { page: 'redirect-307' },
  'cloudflare.unavailable': { page: '502-problem' },
  'cloudflare.unreadable': { page: 'truncated-json' },
  'cloudflare.rate-limited': { page: '429-retry-300' },
  'sign-in.unknown': { page: '403-9103' },
  'sign-in.malformed': { page: '400-6003' },
  'sign-in.malformed-key': {
    file: 'test/e2e/add-organizations.spec.ts',
    text: "'sign-in.malformed-key'",
  },
  'sign-in.malformed-email': { untested: 'rejected before anything is sent' },
  'sign-in.not-received': { page: '400-9106' },
  'sign-in.not-permitted': { page: '403-9109' },
  'sign-in.refused': { page: '403-10000' },
  'sign-in.not-found': {
    file: 'test/e2e/sign-ins.spec.ts',
    text: 'This organization has no sign-in.',
  },
  'sign-in.read-only': token('sync/read-only.test.ts'),
  'sign-in.wrong-kind': { untested: 'the window offers no email for a token' },
  'sign-in.invalid-input': userInput,
  'sign-in.in-use': userInput,
  'sign-in.other-user': userInput,
  'sign-in.not-confirmed': {
    file: 'test/e2e/security/question.spec.ts',
    text: "'sign-in.not-confirmed'",
  },
  'sign-in.confirm-later': {
    file: 'test/e2e/security/question.spec.ts',
    text: "'sign-in.confirm-later'",
  },
  'sign-in.forgotten': {
    file: 'test/e2e/security/key-memory.spec.ts',
    text: 'Letterhead no longer has what you entered',
  },
  'token.malformed': token('cloudflare/tokens.test.ts'),
  'token.unknown': token('cloudflare/tokens.test.ts'),
  'token.disabled': token('cloudflare/tokens.test.ts'),
  'token.expired': token('cloudflare/tokens.test.ts'),
  'token.refused': token('cloudflare/tokens.test.ts'),
  'accounts.not-listed': token('cloudflare/account-pages.test.ts'),
  'account.invalid-id': userInput,
  'account.not-found': token('cloudflare/accounts.test.ts'),
  'account.forbidden': token('cloudflare/accounts.test.ts'),
  'organizations.not-enabled': {
    file: 'test/e2e/add-organizations.spec.ts',
    text: 'Cloudflare has not enabled Organizations',
  },
  'organization.invalid-id': userInput,
  'organization.not-found': { page: 'the organization is gone' },
  'organization.forbidden': { page: 'the organization is forbidden' },
  'organization.already-added': userInput,
  'organization.not-saved-here': userInput,
  'profile.gone': { page: 'the profile is gone' },
  'profile.refused': {
    page: 'validation-error',
    text: 'Cloudflare says: “Business email must be a valid email address.”',
  },
  'profile.stored-differently': {
    page: 'stores-differently',
    text: 'Both texts are shown under Profile. Accept the stored text, or edit it, then review and save it again.',
  },
  'profile.empty-kept': { untested: 'shown like profile.stored-differently' },
  'profile.just-saved': {
    file: 'test/e2e/shared-profiles.spec.ts',
    text: 'Letterhead just sent a change to this profile through',
  },
  'profile.conflict': {
    page: 'someone changed the same field',
    text: 'Nothing has been sent. Under Profile, choose which text to keep.',
  },
  'profile.too-long': userInput,
  'change.not-found': userInput,
  'change.outdated': {
    file: 'test/e2e/conflict.spec.ts',
    text: 'Changed again at Cloudflare',
  },
  'change.replaced': {
    untested: 'shown in the results of a save when another change replaced the item',
  },
  'change.remote-kept': {
    untested: 'shown in the results of a save when the conflict was resolved that way',
  },
  'change.needs-keychain': {
    untested: 'needs a keychain that is locked after a start; tested in test/unit/changes',
  },
  'draft.exists': userInput,
  'revision.not-found': userInput,
  'selection.too-many': {
    file: 'test/e2e/list-rebuild.spec.ts',
    text: 'You cannot select more than 20,000 organizations at once',
  },
  'table.outdated': userInput,
  'table.too-many-cells': userInput,
  'cells.do-not-fit': userInput,
  'cells.unread': userInput,
  'review.outdated': userInput,
  'batch.not-found': userInput,
  'batch.too-large': userInput,
  'batch.too-many': userInput,
  'removal.outdated': userInput,
  'save.not-found': userInput,
  'save.not-ended': userInput,
  'save.canceled': userInput,
  'file.unreadable': csvFile('The file cannot be read'),
  'file.unwritable': csvFile('cannot be written there'),
  'file.too-large': userInput,
  'file.none': strangeFile('not a file, but a folder or a device'),
  'file.changed': strangeFile('changed while it was being read'),
  'file.gone': csvFile('The exported file is no longer there'),
  'file.not-opened': {
    untested: 'needs a system without a spreadsheet program; tested in test/unit/csv',
  },
  'export.text-too-long': userInput,
  'export.too-many-rows': {
    untested: 'needs a million rows; tested in test/unit/changes/activity.test.ts',
  },
  'import.damaged': userInput,
  'import.unknown-format': userInput,
  'import.encoding': userInput,
  'import.empty': userInput,
  'import.no-table': userInput,
  'import.outdated': userInput,
  'import.unread': userInput,
  'import.too-many-rows': userInput,
  'import.row-too-long': userInput,
  'import.timed-out': strangeFile('took longer than a minute'),
  'import.too-much-memory': strangeFile('far more memory than a list'),
  'import.broken-off': strangeFile('could not finish reading this file'),
  'import.nonsense': strangeFile('makes no sense'),
  'keychain.unavailable': keyring('keychain cannot be used'),
  'keychain.locked': keyring('keychain is locked'),
  'keychain.lost': {
    file: 'test/e2e/sign-ins.spec.ts',
    text: 'no longer has the key or token',
  },
  'keychain.timed-out': keyring('This computer’s keychain did not answer.'),
  'keychain.not-stored': {
    untested: 'needs a keychain that disappears between two calls; tested in test/unit/keychain',
  },
  'keychain.invalid-value': userInput,
  'keychain.full': { untested: 'needs 200 sign-ins; tested in test/unit/keychain' },
  'database.busy': disk('database.busy'),
  'database.full': disk('database.full'),
  'database.io': disk('database.io'),
  'database.read-only': startup('Letterhead cannot write to its folder.'),
  'database.newer': startup('written by a newer version of Letterhead'),
  'database.moved': { file: 'test/e2e/moved-data.spec.ts', text: 'was moved, replaced or deleted' },
  'database.damaged': {
    file: 'test/e2e/database.spec.ts',
    text: 'set it aside and started afresh',
  },
  'updates.unreachable': updates('The update server cannot be reached'),
  'updates.unreadable': updates('Letterhead does not understand the update server’s answer'),
  'updates.wrong-hash': updates('does not match the published version'),
  'updates.wrong-signature': updates('not signed by the publisher'),
  'updates.not-saved': updates('could not be saved on this computer'),
  'updates.not-installed': updates('could not be installed'),
  'updates.not-ready': { untested: 'the button exists only while an update is ready' },
  'gate.untrusted-sender': { file: 'test/e2e/gate.spec.ts', text: "'gate.untrusted-sender'" },
  'gate.malformed': { file: 'test/e2e/gate.spec.ts', text: "'gate.malformed'" },
  'app.unexpected': { untested: 'a bug in the app' },
  'app.stopping': { untested: 'the window is already closed' },
};
