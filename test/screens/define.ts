/** Defines the tests that walk the catalogue. */
import { expect, test as base } from '../e2e/support/fixtures';
import { appUser } from '../e2e/support/packaged';
import type { RunningApp } from '../e2e/support/start';
import { test as withUpdates } from '../e2e/support/update-fixtures';
import { SCENES } from './catalogue';
import type { ScreenOptions, Stage } from './scene';

/** A screen that is on display. */
export interface Screen extends ScreenOptions {
  name: string;
  running: RunningApp;
  /** Whether it is the first of its scene. */
  isFirst: boolean;
}

/** Defines a test per scene. It fails with everything that `visit` found wrong with the scene's screens. */
export function defineScenes(visit: (screen: Screen) => Promise<string[]>): void {
  for (const { name, standin: standinOptions, keyring: keyringState, updates, walk } of SCENES) {
    // A packaged app accepts no other update server.
    if (updates && appUser) continue;
    const run = async (given: Omit<Stage, 'show'>): Promise<void> => {
      const issues: string[] = [];
      let running: RunningApp;
      let isFirst = true;
      await walk({
        ...given,
        launch: async () => (running = await given.launch()),
        show: async (screen, options) => {
          issues.push(...(await visit({ ...options, name: screen, running, isFirst })));
          isFirst = false;
        },
      });
      expect(issues).toEqual([]);
    };

    base.describe(() => {
      base.use({
        ...(standinOptions && { standinOptions }),
        ...(keyringState && { keyringState }),
      });
      if (updates) {
        withUpdates.use({ isSelfUpdating: updates === 'installed' });
        withUpdates(name, ({ launch, standin, keyring, userData, updates: server }) =>
          run({ launch, standin, keyring, userData, updates: server }),
        );
      } else {
        base(name, ({ launch, standin, keyring, userData }) =>
          run({ launch, standin, keyring, userData }),
        );
      }
    });
  }
}
