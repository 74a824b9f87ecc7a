/**
 * The bridge, computed from the contract: one function per declared call, one listener per declared
 * event, nothing generic. It is never touched when a call is added. Only the names are in it: the build
 * reads them off the contract (electron.vite.config.ts), because no compiled code of a preload is kept
 * and the schemas would be read and built anew before every first paint.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { callChannel, eventChannel, type DeclaredNames } from '../shared/bridge';

declare const DECLARED_NAMES: DeclaredNames;

const rooms = Object.entries(DECLARED_NAMES.calls).map(([room, names]) => [
  room,
  Object.fromEntries(
    names.map((name) => [
      name,
      (request: unknown = null) => ipcRenderer.invoke(callChannel(room, name), request),
    ]),
  ),
]);

const on = Object.fromEntries(
  DECLARED_NAMES.events.map((name) => [
    name,
    (listener: (payload: unknown) => void) => {
      const hear = (_event: unknown, payload: unknown): void => listener(payload);
      ipcRenderer.on(eventChannel(name), hear);
      return () => ipcRenderer.removeListener(eventChannel(name), hear);
    },
  ]),
);

contextBridge.exposeInMainWorld('letterhead', { ...Object.fromEntries(rooms), on });
