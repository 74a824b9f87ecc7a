/** Connects the gate to Electron's `ipcMain`. No other file of main may import `ipcMain`. */
import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import { createGate, type Gate, type GateOptions } from './gate';

export { createEmit, type Emit } from './events';
export type { Gate } from './gate';
export { isTrustedFrame } from './trusted-frame';

/** Builds the gate. */
export function createElectronGate(options: Omit<GateOptions<IpcMainInvokeEvent>, 'listen'>): Gate {
  return createGate({
    ...options,
    listen: (channel, handler) => ipcMain.handle(channel, handler),
  });
}
