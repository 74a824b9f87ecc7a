/**
 * A small office for the window's tests without main: organizations with a profile each, and a scripted
 * main that answers of them what main would. What Cloudflare makes of a change is for the test to say.
 */
import type { BulkJob } from '../../src/shared/bulk';
import type { Connection } from '../../src/shared/connection';
import {
  baselineOf,
  type OrganizationRow,
  type OrganizationView,
  type RowState,
} from '../../src/shared/organization';
import { textsOf, touchedFields } from '../../src/shared/patch';
import type { Edits } from '../../src/shared/profile';
import { DEFAULT_SETTINGS, type Settings } from '../../src/shared/settings';
import { conflicting, NOW, savedCopy, view } from '../component/organization/views';
import { id, row } from '../component/samples';
import { ScriptedMain } from './main';
import { answerAbout, answerChanges, answerMany, answerOrganizations } from './fake-answers';

/** Cloudflare answers. */
export const ONLINE: Connection = {
  state: 'online',
  answeredAt: NOW,
  failure: null,
  nextTryAt: null,
  blockedUntil: null,
  waiting: 0,
};

/** The name of the nth organization. */
export const nameOf = (n: number): string => `Organization ${String(n).padStart(5, '0')}`;

function stateOf({ change, draft }: OrganizationView): RowState {
  if (change) return change.state === 'conflict' ? 'decide' : 'saving';
  return draft ? 'draft' : 'up-to-date';
}

/** A row of the list as its page has it. */
export function rowOf(page: OrganizationView): OrganizationRow {
  const { id: organizationId, name, change, draft } = page;
  const waitingSince = change ? change.submittedAt : null;
  const draftFields = draft ? touchedFields(draft.patch).length : 0;
  return {
    ...row(1, name, { state: stateOf(page), draftFields, waitingSince }),
    id: organizationId,
  };
}

/** The office: its main, what it knows, and what a test does to it. */
export class FakeMain {
  readonly main = new ScriptedMain();
  /** Every saved organization's page, by id. */
  readonly pages = new Map<string, OrganizationView>();
  settings: Settings = DEFAULT_SETTINGS;
  signedIn: boolean;
  /** The job that is under way or over, or null. */
  run: BulkJob | null = null;

  /** @param count how many organizations are saved; with none it is the first run */
  constructor(count: number) {
    this.signedIn = count > 0;
    for (let n = 1; n <= count; n += 1) {
      this.pages.set(id(n), { ...view(), id: id(n), name: nameOf(n) });
    }
    this.main.lists([...this.pages.values()].map(rowOf));
    answerAbout(this);
    answerOrganizations(this);
    answerChanges(this);
    answerMany(this);
  }

  /** The page with this id becomes another one, and the window is told; answers it. */
  put(organizationId: string, different: Partial<OrganizationView>): OrganizationView {
    const newer = { ...(this.pages.get(organizationId) ?? view()), ...different };
    this.pages.set(organizationId, newer);
    this.main.list.put(rowOf(newer));
    this.main.emit('organizationChanged', newer);
    return newer;
  }

  /** Cloudflare has confirmed what was submitted. */
  confirm(n: number): void {
    this.put(id(n), {
      profile: savedCopy(baselineOf(this.pages.get(id(n))!)),
      change: null,
      confirmed: { at: Date.now(), alsoUpdated: [], messages: [] },
    });
  }

  /** Somebody else has changed what was submitted, to these texts. */
  disagree(n: number, theirs: Edits): void {
    const { patch, ...pending } = this.pages.get(id(n))!.change!;
    const { state, remote, conflicts, failure } = conflicting(textsOf(patch), theirs);
    this.put(id(n), {
      change: { ...pending, patch, state, step: null, remote, conflicts, failure },
    });
  }

  /** Cloudflare cannot be reached, or can be again. */
  reach(reachable: boolean): void {
    const offline = {
      state: 'offline',
      failure: { code: 'network.unreachable' },
      waiting: 1,
    } as const;
    this.main.emit('connectionChanged', reachable ? ONLINE : { ...ONLINE, ...offline });
  }

  /** The job goes on: so many organizations are saved by now. */
  advance(done: number): void {
    const run = this.run!;
    const state = done === run.total ? 'ended' : 'running';
    this.run = { ...run, done, waiting: run.total - done, state };
    this.main.emit('bulkChanged', [this.run]);
  }
}
