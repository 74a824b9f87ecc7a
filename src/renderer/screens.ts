/**
 * Everything the window shows besides the list, the banners and the welcome page. Loaded after the first
 * paint, so that the paint does not wait for this code (docs/performance.md).
 */
import type { Component } from 'svelte';
import ActivityScreen from './features/activity/ActivityScreen.svelte';
import AdditionProgress from './features/add/AdditionProgress.svelte';
import AddScreen from './features/add/AddScreen.svelte';
import ChangesScreen from './features/changes/ChangesScreen.svelte';
import FillHost from './features/changes/FillHost.svelte';
import { CsvHost, CsvStatus } from './features/csv';
import LabelsHost from './features/labels/LabelsHost.svelte';
import OrganizationPage from './features/organization/OrganizationPage.svelte';
import SelectionActionsStatus from './features/selection/SelectionActionsStatus.svelte';
import SelectionHost from './features/selection/SelectionHost.svelte';
import SettingsScreen from './features/settings/SettingsScreen.svelte';
import SupportHost from './features/support/SupportHost.svelte';
import type { Screen } from './state/navigation.svelte';

/** What is beside the list. */
export const SCREENS: Record<Exclude<Screen, 'none'>, Component> = {
  organization: OrganizationPage,
  changes: ChangesScreen,
  activity: ActivityScreen,
  add: AddScreen,
  settings: SettingsScreen,
};

/** What runs or has ended, below the screen. */
export const STATUS: readonly Component[] = [AdditionProgress, CsvStatus, SelectionActionsStatus];

/** Hosts of the dialogs that a menu opens. */
export const HOSTS: readonly Component[] = [
  FillHost,
  LabelsHost,
  SelectionHost,
  CsvHost,
  SupportHost,
];
