/**
 * The composition root: constructs the rooms, wires them, starts them, ends them. It decides nothing.
 * The order matters only in two places: dangerous switches go first, and the database opens before
 * the window, whose first paint comes from it. Keychain and network wait until that paint.
 */
import { app } from 'electron';
import { prepare } from './desktop/prepare';
import { run } from './run';

const place = prepare();
if (place) void app.whenReady().then(() => run(place));
