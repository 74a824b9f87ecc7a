/** What main answers to the calls that the window makes by itself, while no organization is saved and nothing runs. */
import type { SomeHandlers } from '../../src/shared/contract/bridge';
import type { Connection } from '../../src/shared/connection';
import { view } from '../component/samples';
import { success } from '../../src/shared/result';
import { DEFAULT_SETTINGS, type CheckStatus } from '../../src/shared/settings';
import type { UpdateStatus } from '../../src/shared/updates';

/** The state of the connection while Cloudflare answers. */
export const ONLINE: Connection = {
  state: 'online',
  answeredAt: null,
  failure: null,
  nextTryAt: null,
  breakerUntil: null,
  blockedUntil: null,
  waiting: 0,
};

/** A check that has never run. */
export const IDLE_CHECKS: CheckStatus = {
  running: false,
  done: 0,
  total: 0,
  endedAt: null,
  checked: 0,
  unchecked: 0,
  changed: 0,
  failure: null,
  nextAt: null,
};

/** Updates that can be installed; none was found. */
export const IDLE_UPDATES: UpdateStatus = {
  mode: 'install',
  reason: null,
  step: 'idle',
  version: null,
  checkedAt: null,
  failure: null,
};

const nothing = () => success(null);

/** The answers, by namespace and call. That of `organizations.list` is in scripted-list.ts. */
export const IDLE: SomeHandlers = {
  app: {
    locale: () => success({ language: 'en', formats: 'en-GB' }),
    about: () => success({ version: '1', electron: '2', chromium: '3', packaged: true }),
    banners: () => success([]),
    lastWindow: () => success({ sidebarWidth: null, entryId: null }),
    painted: nothing,
  },
  menus: { setEnabled: nothing, reportTarget: nothing },
  organizations: {
    open: ({ entryId }) => success({ ...view(1, 'Any'), id: entryId }),
  },
  history: { list: () => success({ revisions: [], more: false }) },
  signIns: {
    list: () => success([]),
    canStoreKey: nothing,
    hasSample: () => success(false),
  },
  settings: { get: () => success(DEFAULT_SETTINGS) },
  connection: { get: () => success(ONLINE) },
  checks: { get: () => success(IDLE_CHECKS) },
  updates: { get: () => success(IDLE_UPDATES) },
  initialFetch: { get: nothing },
  changes: {
    counts: () => success({ all: 0, toSave: 0, waiting: 0, decide: 0 }),
    review: () =>
      success({ reviewId: 'none', groups: [], rows: 0, notReviewed: { readOnly: 0, decide: 0 } }),
    ticked: () => success({ changes: 0, organizations: 0, clears: [], metadata: 0, newer: 0 }),
  },
  drafts: { batches: () => success([]) },
  saves: { list: () => success([]) },
  additions: { get: () => success({ listing: null, addition: null }) },
  selectionActions: { get: () => success({ refresh: null, work: null }) },
};
