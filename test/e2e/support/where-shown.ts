/**
 * Where a person reads the sentence of each failure: in faults.spec.ts, which causes it and looks; in
 * another spec, by these words; or nowhere, for a reason.
 */
import type { FailureCode } from '../../../src/shared/failure';
import type { FaultMode } from '../../standin';

/** How a change is made to fail: a fault of the stand-in, or what somebody did meanwhile. */
export type Cause =
  | FaultMode
  | 'nothing of this organization is allowed'
  | 'the organization is gone'
  | 'the profile is gone'
  | 'somebody wrote the same field'
  | 'the line is cut';

/** Where the sentence of a failure is read. */
export type Where =
  /** On the page of an organization whose change meets this; in other words than the usual, if so. */
  | { page: Cause; words?: string }
  /** Where a sign-in is added. */
  | { adding: true }
  /** In this file, which contains these words. */
  | { file: string; words: string }
  /** No fault of the network, Cloudflare, the keychain or the disk leads there. */
  | { not: string };

const adding: Where = { adding: true };
const bySomebody: Where = { not: 'a mistake or a choice of the person, said beside it' };
const byFile = (words: string): Where => ({ file: 'test/e2e/csv.spec.ts', words });
const byKeyring = (words: string): Where => ({ file: 'test/e2e/keyring.spec.ts', words });
const byDisk = (code: string): Where => ({ file: 'test/e2e/disk.spec.ts', words: `'${code}'` });
const byUpdates = (words: string): Where => ({ file: 'test/e2e/updates.spec.ts', words });
const atStart = (words: string): Where => ({ file: 'test/faults/opening.test.ts', words });

/** The table. */
export const WHERE_SHOWN: Record<FailureCode, Where> = {
  'network.unreachable': { page: 'the line is cut' },
  'network.interrupted': { page: 'reset' },
  'network.timed-out': { page: 'stalled-headers' },
  'network.intercepted': { page: '200-portal-html' },
  'network.certificate': adding,
  'network.proxy-sign-in': adding,
  'network.redirected': { page: 'redirect-307' },
  'cloudflare.trouble': { page: '502-branded-html' },
  'cloudflare.unreadable': { page: 'truncated-json' },
  'cloudflare.rate-limited': { page: '429-retry-300' },
  'sign-in.unknown': { page: '403-9103' },
  'sign-in.malformed': { page: '400-6003' },
  'sign-in.malformed-key': adding,
  'sign-in.malformed-email': { not: 'noticed before anything is sent' },
  'sign-in.missing': { page: '400-9106' },
  'sign-in.not-permitted': { page: '403-9109' },
  'sign-in.refused': { page: '403-10000' },
  'sign-in.none': { file: 'test/e2e/sign-ins.spec.ts', words: 'This organization has no sign-in.' },
  'sign-in.input': bySomebody,
  'sign-in.in-use': bySomebody,
  'sign-in.other-user': bySomebody,
  'organizations.not-enabled': {
    file: 'test/e2e/add-organizations.spec.ts',
    words: 'Cloudflare has not enabled Organizations',
  },
  'organization.invalid-id': bySomebody,
  'organization.not-found': { page: 'the organization is gone' },
  'organization.forbidden': { page: 'nothing of this organization is allowed' },
  'organization.already-added': bySomebody,
  'organization.not-saved-here': bySomebody,
  'profile.gone': { page: 'the profile is gone' },
  'profile.refused': { page: 'validation-error' },
  'profile.stored-differently': {
    page: 'stores-differently',
    words: 'Both texts are shown under Profile. Accept what is stored, or edit it and save again.',
  },
  'profile.conflict': {
    page: 'somebody wrote the same field',
    words: 'Nothing has been sent. Choose under Profile which text to keep.',
  },
  'profile.unsendable': bySomebody,
  'change.none': bySomebody,
  'change.moved-on': {
    file: 'test/e2e/conflict.spec.ts',
    words: 'Changed once more at Cloudflare',
  },
  'change.replaced': { not: 'in the results of a job, whose item another change replaced' },
  'change.theirs-kept': { not: 'in the results of a job, whose conflict was decided so' },
  'draft.exists': bySomebody,
  'revision.none': bySomebody,
  'selection.too-many': {
    file: 'test/e2e/rebuild.spec.ts',
    words: 'More than 20,000 organizations cannot be selected at once',
  },
  'bulk.plan-gone': bySomebody,
  'bulk.none': bySomebody,
  'bulk.not-over': bySomebody,
  'file.unreadable': byFile('The file cannot be read'),
  'file.unwritable': byFile('cannot be written there'),
  'file.too-large': bySomebody,
  'import.not-csv': bySomebody,
  'import.encoding': bySomebody,
  'import.empty': bySomebody,
  'import.no-id-column': bySomebody,
  'import.column-twice': bySomebody,
  'keychain.unavailable': byKeyring('keychain cannot be used'),
  'keychain.locked': byKeyring('keychain is locked'),
  'keychain.lost': byKeyring("no longer in this computer's keychain"),
  'keychain.timed-out': byKeyring("This computer's keychain did not answer."),
  'keychain.not-kept': {
    not: 'a keychain that goes away between two calls: test/unit/keychain tries that',
  },
  'keychain.bad-value': bySomebody,
  'store.busy': byDisk('store.busy'),
  'store.full': byDisk('store.full'),
  'store.io': byDisk('store.io'),
  'store.read-only': atStart('Letterhead may not write to its folder.'),
  'store.newer': atStart('written by a newer version of Letterhead'),
  'store.damaged': { file: 'test/e2e/database.spec.ts', words: 'put it aside and started afresh' },
  'updates.unreachable': byUpdates('The update server cannot be reached'),
  'updates.unreadable': byUpdates('something Letterhead does not understand'),
  'updates.wrong-hash': byUpdates('not the file that was announced'),
  'updates.wrong-signature': { not: 'Windows and macOS look at signatures, Linux has none' },
  'updates.not-kept': byUpdates('could not be kept on this computer'),
  'updates.not-installed': byUpdates('could not be put in the place of this one'),
  'updates.none': { not: 'the button is there while something is ready' },
  'gate.foreign': { file: 'test/e2e/gate.spec.ts', words: "'gate.foreign'" },
  'gate.malformed': { file: 'test/e2e/gate.spec.ts', words: "'gate.malformed'" },
  'app.unexpected': { not: 'a mistake of our own' },
  'app.stopping': { not: 'the window is gone by then' },
};
