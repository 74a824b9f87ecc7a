/** The composition of the window's side: database, gate, features, window, menu; and their end. */
import { join } from 'node:path';
import { app, powerMonitor, shell } from 'electron';
import { m } from '../shared/messages';
import { realTimers } from './cloudflare/timers';
import { createConnection } from './connection/connection';
import { createAppCalls } from './desktop/app-calls';
import { guardSession } from './desktop/guards';
import { setMenu } from './desktop/menu';
import type { Place } from './desktop/prepare';
import { PAGE_URL, serveScheme } from './desktop/scheme';
import { openOrAsk } from './desktop/store-dialog';
import { openWindow, type MainWindow } from './desktop/window';
import { createLog } from './diagnostics/log';
import { createElectronGate, createEmit, isTrustedFrame } from './ipc';
import { createAnnouncer } from './organizations/announcer';
import { createLooking } from './organizations/looking';
import { createOrganizations, pageOf } from './organizations/organizations';
import { createOutside } from './outside';
import { createChanges } from './profiles/changes';
import { createDrafts } from './profiles/drafts';
import { createBanners } from './recovery/banners';
import { createRecovery } from './recovery/recovery';
import { watchStore } from './recovery/watch-store';
import { openStore } from './store';
import { createProgress } from './sync/progress';

/** Builds and starts the app; Electron is ready. */
export function run(place: Place): void {
  const now = Date.now;
  const version = app.getVersion();
  const onUnexpected = createLog(place.userData);
  const opened = openOrAsk(
    () => openStore(place.userData, { now, onUnexpected: (error) => onUnexpected('store', error) }),
    place.userData,
  );
  if (!opened) return app.exit(1);

  let main: MainWindow | null = null;
  const pageUrl = place.developmentPage ?? PAGE_URL;
  const emit = createEmit(
    (channel, payload) => main?.window.webContents.send(channel, payload),
    onUnexpected,
  );
  const banners = createBanners((all) => emit('bannersChanged', all));
  const store = watchStore(opened.store, banners);
  const progress = createProgress((id) => {
    announcer.organization(id);
    connection.changed();
  });
  const announcer = createAnnouncer({ store, progress, emit, later: setImmediate });

  const outside = createOutside({
    place,
    version,
    store,
    progress,
    onConnectionChanged: () => connection.changed(),
    onKeychainAsking: (asking) =>
      asking ? banners.show({ kind: 'keychain-asking' }) : banners.hide('keychain-asking'),
    onSignInsChanged: () => {
      const list = signIns.handlers.list(null);
      if ('ok' in list && list.ok) emit('signInsChanged', list.value);
      announcer.everything();
      const labels = signIns.sessionOnlyLabels();
      if (labels.length > 0) banners.show({ kind: 'session-only', labels });
      else banners.hide('session-only');
    },
  });
  const { cloudflare, signIns, scheduler, refresher, firstReads } = outside;
  const { later, onChanged, refresh } = {
    later: setImmediate,
    onChanged: (id: string) => progress.changed(id),
    refresh: (id: string) => refresher.refresh(id, { looking: true }),
  };
  const connection = createConnection({
    store,
    status: outside.connectivity.status,
    emit,
    tryNow: outside.tryNow,
    later,
  });
  const recovery = createRecovery({
    store,
    signIns,
    banners,
    setAside: opened.setAside,
    check: opened.check,
    onTakenOver: () => {
      announcer.everything();
      scheduler.wake();
      firstReads.wake();
    },
  });

  const gate = createElectronGate({
    onUnexpected,
    isTrusted: (event) => isTrustedFrame(event, main?.window.webContents.id ?? null, pageUrl),
  });
  const profiles = {
    store,
    now,
    pageOf: (id: string) => pageOf(store, progress, id),
    onChanged: (id: string) => {
      progress.edited(id);
      onChanged(id);
    },
  };
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
  gate.register('recovery', recovery.handlers);
  gate.register('drafts', createDrafts(profiles));
  gate.register(
    'changes',
    createChanges({
      ...profiles,
      wake: () => scheduler.wake(),
      retryNow: (id) => {
        signIns.askAgain();
        scheduler.retryNow(id);
      },
    }),
  );
  gate.register(
    'organizations',
    createOrganizations({
      store,
      cloudflare,
      authorizationOf: signIns.authorizationOf,
      now,
      progress,
      announcer,
      refresh,
      looking: createLooking(realTimers, refresh),
      signInHealed: (id) => scheduler.signInHealed(id),
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
      about: {
        version,
        electron: process.versions.electron ?? '',
        chromium: process.versions['chrome'] ?? '',
        packaged: place.packaged,
      },
      banners,
      openExternal: (address) => shell.openExternal(address),
      onFlushed: () => main?.flushed(),
      onPainted: () => {
        outside.start();
        setImmediate(() => recovery.start());
      },
    }),
  );

  guardSession();
  serveScheme(join(place.out, 'renderer'));
  app.setAboutPanelOptions({ applicationName: m.app_name(), applicationVersion: version });
  setMenu({
    send: (command) => emit('menuCommand', { command }),
    showAbout: () => app.showAboutPanel(),
    platform: process.platform,
    packaged: place.packaged,
  });
  const show = (): void => {
    main = openWindow({
      pageUrl,
      out: place.out,
      icon: place.icon,
      store,
      emit,
      packaged: place.packaged,
      onClosed: () => (main = null),
    });
  };
  show();

  app.on('activate', () => main ?? show());
  app.on('second-instance', () => {
    if (!main) return show();
    if (main.window.isMinimized()) main.window.restore();
    main.window.focus();
  });
  powerMonitor.on('resume', () => outside.tryNow());
  app.on('window-all-closed', () => process.platform === 'darwin' || app.quit());
  app.on('will-quit', () => {
    outside.stop();
    store.close();
  });
}
