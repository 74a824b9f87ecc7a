/**
 * The bridge, computed from the contract: one function per declared call, one listener per declared
 * event, nothing generic. It is never touched when a call is added.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { callChannel, eventChannel } from '../shared/bridge';
import { calls, events } from '../shared/contract';

const rooms = Object.entries(calls).map(([room, inRoom]) => [
  room,
  Object.fromEntries(
    Object.keys(inRoom).map((name) => [
      name,
      (request: unknown = null) => ipcRenderer.invoke(callChannel(room, name), request),
    ]),
  ),
]);

const on = Object.fromEntries(
  Object.keys(events).map((name) => [
    name,
    (listener: (payload: unknown) => void) => {
      const hear = (_event: unknown, payload: unknown): void => listener(payload);
      ipcRenderer.on(eventChannel(name), hear);
      return () => ipcRenderer.removeListener(eventChannel(name), hear);
    },
  ]),
);

contextBridge.exposeInMainWorld('letterhead', { ...Object.fromEntries(rooms), on });
