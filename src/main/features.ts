/** The features: each built from the rooms it needs and registered at the gate. */
import { createBulk } from './bulk/handlers';
import { createPlans } from './bulk/plan';
import type { AppCallsOptions } from './desktop/app-calls';
import { createAppCalls } from './desktop/app-calls';
import type { FileDialogs } from './desktop/file-dialogs';
import { createChecks } from './checks/checks';
import { realTimers } from './lib/timers';
import { createConnection } from './connection/connection';
import { createExchange } from './exchange/exchange';
import { createEverything, type EverythingOptions } from './everything/everything';
import { createHelp, type HelpOptions } from './help/help';
import type { Settings } from '../shared/settings';
import type { Emit, Gate } from './ipc';
import { createPace } from './ipc/pace';
import type { Announcer } from './organizations/announcer';
import { createList } from './organizations/list';
import { createLooking } from './organizations/looking';
import { createOrganizations, pageOf } from './organizations/organizations';
import type { Outside } from './outside';
import { createChanges } from './changes/handlers';
import type { Banners } from './recovery/banners';
import { createRecovery } from './recovery/recovery';
import { createSettings } from './settings/settings';
import type { OpenedStore } from './store';
import type { Store } from './store/tables';
import type { Progress } from './sync/progress';
import type { Updating } from './updates';

/** What the features are built from. */
export interface FeaturesOptions extends Pick<
  AppCallsOptions,
  'about' | 'openExternal' | 'onFlushed'
> {
  gate: Gate;
  opened: Pick<OpenedStore, 'setAside' | 'nextSetAside' | 'check'>;
  store: Store;
  now: () => number;
  emit: Emit;
  banners: Banners;
  progress: Progress;
  announcer: Announcer;
  outside: Outside;
  updating: Updating;
  dialogs: FileDialogs;
  /** Height of the tallest screen, in px of the window's page. */
  listHeight: () => number;
  /** The language whose numbers this computer writes, as a BCP 47 tag. */
  language: () => string;
  help: HelpOptions;
  everything: Omit<EverythingOptions, 'store' | 'keychain'>;
  /** Told of preferences that are others now. */
  onPreferences: (settings: Settings) => void;
  /** Tells the window of sign-ins that are other ones now. */
  onSignInsChanged: () => void;
}

/** What others call when something that the features show has changed. */
export interface Features {
  /** Makes what the first paint asks for, while the window's process starts. */
  prepareFirstPaint(): void;
  connectionChanged(): void;
  checksChanged(): void;
  bulkChanged(): void;
  /** Ends what works in the background. */
  stop(): void;
}

/** A run under way is told so often, in ms: a number that counts up, not one that flickers. */
const CHECKS_TOLD_EVERY_MS = 250;
/** The same of bulk jobs, whose thousands of items are counted for it. */
const BULK_TOLD_EVERY_MS = 500;

/** Resolves after other work had its turn. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Builds the features and registers them; nothing is asked of keychain and network before the paint. */
export function registerFeatures(options: FeaturesOptions): Features {
  const { gate, opened, store, now, emit, banners, progress, announcer, outside, updating } =
    options;
  const { cloudflare, signIns, scheduler, refresher, firstReads, check } = outside;
  const connection = createConnection({
    store,
    status: outside.connectivity.status,
    emit,
    tryNow: outside.tryNow,
    later: setImmediate,
    blockedUntil: outside.blockedUntil,
    heldUntil: progress.heldUntil,
    now,
    probe: () => void outside.connectivity.probeNow(),
  });
  const recovery = createRecovery({
    store,
    signIns,
    banners,
    setAside: opened.setAside,
    nextSetAside: opened.nextSetAside,
    check: opened.check,
    onTakenOver: () => {
      options.onSignInsChanged();
      void signIns.finishInterrupted();
      scheduler.wake();
      firstReads.wake();
      outside.abandonedWrites.wake();
    },
  });
  const later = createPace(realTimers, setImmediate, CHECKS_TOLD_EVERY_MS);
  const checks = createChecks({ check, emit, later });
  const refresh = (id: string) => refresher.refresh(id, { looking: true });
  const profiles = {
    store,
    now,
    pageOf: (id: string) => pageOf(store, progress, id),
    onChanged: (id: string) => {
      progress.edited(id);
      progress.changed(id);
    },
  };
  const list = createList(store, progress, options.listHeight);
  const plans = createPlans(store, breathe);
  const exchange = createExchange({ ...options, plans, breathe });
  const bulk = createBulk({
    store,
    now,
    emit,
    progress,
    plans,
    scheduler,
    breathe,
    timers: realTimers,
    later: createPace(realTimers, setImmediate, BULK_TOLD_EVERY_MS),
    onChanged: profiles.onChanged,
    followAbandoned: () => outside.abandonedWrites.wake(),
    askAgain: () => signIns.askAgain(),
    timeFor: outside.timeFor,
    isOffline: () => outside.connectivity.status().state === 'offline',
    saveResults: exchange.saveResults,
  });

  gate.register('signIns', {
    ...signIns.handlers,
    canKeep: async (request) => {
      const usable = await signIns.handlers.canKeep(request);
      // The keychain is open now: a good moment to see whether a lost database left keys in it.
      if (usable.ok) void recovery.lookForKeys();
      return usable;
    },
  });
  gate.register('connection', connection.handlers);
  gate.register('settings', createSettings({ store, emit, onChanged: options.onPreferences }));
  gate.register('help', createHelp(options.help));
  gate.register(
    'everything',
    createEverything({ ...options.everything, store, keychain: outside.keychain }),
  );
  gate.register('checks', checks.handlers);
  gate.register('updates', updating.room.handlers);
  gate.register('bulk', bulk.handlers);
  gate.register('exchange', exchange.handlers);
  gate.register('recovery', recovery.handlers);
  const changes = createChanges({
    ...profiles,
    progress,
    wake: (id) => scheduler.wake(id),
    followAbandoned: () => outside.abandonedWrites.wake(),
    retryNow: (id) => {
      signIns.askAgain();
      scheduler.retryNow(id);
    },
  });
  gate.register('drafts', changes.drafts);
  gate.register('history', changes.history);
  gate.register('changes', changes.changes);
  gate.register(
    'organizations',
    createOrganizations({
      list,
      store,
      cloudflare,
      authorizationOf: signIns.authorizationOf,
      now,
      progress,
      announcer,
      refresh,
      looking: createLooking(realTimers, refresh),
      signInHealed: (id) => {
        scheduler.signInHealed(id);
        outside.abandonedWrites.wake();
      },
      removeSignIn: (id) => signIns.remove(id),
      onAdded: (ids) => {
        for (const id of ids) announcer.organization(id);
        firstReads.wake();
      },
    }),
  );
  gate.register(
    'app',
    createAppCalls({
      about: options.about,
      banners,
      onDismissed: (kind) => {
        recovery.dismissed(kind);
        updating.room.bannerDismissed(kind);
      },
      openExternal: options.openExternal,
      onFlushed: options.onFlushed,
      onPainted: () => {
        outside.start();
        bulk.start();
        setImmediate(() => {
          recovery.start();
          updating.updates.start();
        });
      },
    }),
  );
  return {
    prepareFirstPaint: list.prepare,
    connectionChanged: () => connection.changed(),
    checksChanged: () => checks.changed(),
    bulkChanged: () => bulk.changed(),
    stop: () => bulk.stop(),
  };
}
