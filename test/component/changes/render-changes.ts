/** The screen *Changes*. */
import { render } from '@testing-library/svelte';
import ChangesScreen from '../../../src/renderer/features/changes/ChangesScreen.svelte';
import type { ChangesTab } from '../../../src/renderer/state/navigation.svelte';
import type { FakeApi } from '../fake-api';

/** Renders the screen with one of its tabs. */
export async function renderChanges(fake: FakeApi, tab: ChangesTab) {
  const { state, context } = await fake.loadedState();
  state.navigation.changes(tab);
  render(ChangesScreen, { context });
  return state;
}
